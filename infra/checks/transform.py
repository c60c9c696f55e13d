"""The template after SAM's transform, as CloudFormation sees it."""

import copy
import logging
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.packaging.template import Template, place_code

# It warns about usage data that it would send to AWS.
logging.getLogger("samtranslator").setLevel(logging.ERROR)


def transform(template: Template) -> Template:
    """Return `template` with SAM's resources expanded; unchanged if it has none."""
    if "Transform" not in template:
        return template
    given = copy.deepcopy(template)
    place_code(given, "bucket", "code.zip")  # any location will do
    # Parameters without a default get some string.
    values = {
        name: parameter.get("Default", "unknown")
        for name, parameter in given.get("Parameters", {}).items()
    }
    session = boto3.Session("unused", "unused", region_name="us-east-1")
    translator = Translator({}, Parser(), boto_session=session)
    found: dict[str, Any] = translator.translate(given, parameter_values=values)
    return found
