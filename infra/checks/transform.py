"""The template as CloudFormation sees it, after SAM's transform: what is counted and scanned."""

import copy
import logging
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.packaging.template import Template, place_code

# It warns of what it would tell AWS of its use.
logging.getLogger("samtranslator").setLevel(logging.ERROR)


def transform(template: Template) -> Template:
    """Return `template` with SAM's resources expanded; one without them stays as it is."""
    if "Transform" not in template:
        return template
    given = copy.deepcopy(template)
    place_code(given, "bucket", "code.zip")  # where it is uploaded to does not matter here
    # The parameters that have no default are texts of the stage's.
    values = {
        name: parameter.get("Default", "unknown")
        for name, parameter in given.get("Parameters", {}).items()
    }
    session = boto3.Session("unused", "unused", region_name="us-east-1")
    translator = Translator({}, Parser(), boto_session=session)
    found: dict[str, Any] = translator.translate(given, parameter_values=values)
    return found
