"""The packaged template: state machines put in, and what must be true of it before it is used."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms, such as !Ref, as what they stand for."""


def _expand(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TypeError(f"{node} is no YAML of a template")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _expand)


def read_template(path: Path) -> Template:
    """Return the template in a YAML file, as JSON has it: CloudFormation knows no YAML aliases."""
    # S506: the loader is SafeLoader's own kind
    template: Template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    return template


def write_template(template: Template) -> str:
    """Return the template as it is sent: the same text for the same template."""
    return json.dumps(template, separators=(",", ":"), sort_keys=True)


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of type `kind`, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def inline_definitions(template: Template, folder: Path) -> None:
    """Replace each state machine's file under `folder` by its text, as the template needs it.

    A map's MaxConcurrency becomes the parameter Workers: a substitution that is a number, and
    which a file of valid JSON cannot hold.
    """
    for properties in of_type(template, "AWS::StepFunctions::StateMachine").values():
        path = properties.get("DefinitionS3Location")
        if isinstance(path, str):
            del properties["DefinitionS3Location"]
            definition = json.loads((folder / path).read_text(encoding="utf-8"))
            text = json.dumps(definition, separators=(",", ":"))
            workers = r'"MaxConcurrency":${Workers}'
            properties["DefinitionString"] = re.sub(r'"MaxConcurrency":\d+', workers, text)


def join_operation(template: Template, folder: Path) -> None:
    """Join the template with `folder`/operation.yaml: alarms and the dashboard.

    The dashboard's file is put in as the text that the template needs.
    """
    for section, resources in read_template(folder / "operation.yaml").items():
        known = template.setdefault(section, {})
        if taken := known.keys() & resources.keys():
            raise ValueError(f"infra/operation.yaml has {sorted(taken)} a second time")
        known |= resources
    for properties in of_type(template, "AWS::CloudWatch::Dashboard").values():
        body = json.loads((folder / properties["DashboardBody"]).read_text(encoding="utf-8"))
        text = json.dumps(body, separators=(",", ":"))
        instance = {"Fn::If": ["HasDatabaseInstance", {"Ref": "DatabaseInstanceId"}, "none"]}
        properties["DashboardBody"] = {"Fn::Sub": [text, {"DatabaseInstance": instance}]}


def place_code(template: Template, bucket: str, key: str) -> None:
    """Point every function at the zip in S3."""
    for properties in of_type(template, "AWS::Serverless::Function").values():
        properties["CodeUri"] = {"Bucket": bucket, "Key": key}


def handlers(template: Template) -> dict[str, str]:
    """Return the handler of each function, by logical id."""
    functions = of_type(template, "AWS::Serverless::Function")
    return {name: properties["Handler"] for name, properties in functions.items()}


def open_routes(template: Template) -> list[str]:
    """Return the routes, as "GET /path", that no authorizer protects."""
    found = []
    for properties in of_type(template, "AWS::Serverless::Api").values():
        for path, methods in properties["DefinitionBody"]["paths"].items():
            for method, operation in methods.items():
                if method != "options" and not operation.get("security"):
                    found.append(f"{method.upper()} {path}")
    return sorted(found)
