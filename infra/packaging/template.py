"""CloudFormation templates: reading and writing them, and completing the packaged one."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from infra.packaging.state_machines import read_machine

Template = dict[str, Any]
Anchors = dict[str, yaml.Node]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms, such as !Ref, as the long ones."""


def _expand(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TypeError(f"unexpected YAML node {node}")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _expand)


def read_template(path: Path, anchors: Anchors | None = None) -> Template:
    """Return the template in a YAML file, with short forms and aliases expanded.

    `anchors`: those of another file, which this one uses.
    """
    loader = _open(path)
    loader.anchors |= anchors or {}
    template: Template = loader.get_single_data()
    return template


def read_anchors(path: Path) -> Anchors:
    """Return the anchors that a YAML file defines."""
    loader = _open(path)
    anchors = loader.anchors  # the loader takes a new dictionary when it is done
    loader.get_single_node()
    return anchors


def _open(path: Path) -> _Loader:
    loader = _Loader(path.read_text(encoding="utf-8"))
    loader.name = str(path)  # for messages
    return loader


def write_template(template: Template) -> str:
    """Return the template's text as it is sent; equal templates give equal texts."""
    return json.dumps(template, separators=(",", ":"), sort_keys=True)


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of type `kind`, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource.get("Type") == kind  # functions have no type before packaging
    }


def inline_definitions(template: Template, folder: Path) -> None:
    """Replace the path of each state machine's file under `folder` by its definition.

    The MaxConcurrency of maps becomes the parameter Workers. The files can't say so themselves:
    a substitution for a number isn't valid JSON.
    """
    for properties in of_type(template, "AWS::StepFunctions::StateMachine").values():
        path = properties.get("DefinitionS3Location")
        if isinstance(path, str):
            del properties["DefinitionS3Location"]
            text = json.dumps(read_machine(folder / path), separators=(",", ":"))
            workers = r'"MaxConcurrency":${Workers}'
            properties["DefinitionString"] = re.sub(r'"MaxConcurrency":\d+', workers, text)


def inline_dashboard(template: Template, folder: Path) -> None:
    """Replace the path of the dashboard's file under `folder` by its text."""
    for properties in of_type(template, "AWS::CloudWatch::Dashboard").values():
        body = json.loads((folder / properties["DashboardBody"]).read_text(encoding="utf-8"))
        text = json.dumps(body, separators=(",", ":"))
        instance = {"Fn::If": ["HasDatabaseInstance", {"Ref": "DatabaseInstanceId"}, "none"]}
        properties["DashboardBody"] = {"Fn::Sub": [text, {"DatabaseInstance": instance}]}


def drop_tags(template: Template) -> None:
    """Remove the tags of functions: Chalice's name its own stage. Those of the stack remain."""
    for properties in of_type(template, "AWS::Serverless::Function").values():
        properties.pop("Tags", None)


def place_code(template: Template, bucket: str, key: str) -> None:
    """Point every function at the zip in S3."""
    for properties in of_type(template, "AWS::Serverless::Function").values():
        properties["CodeUri"] = {"Bucket": bucket, "Key": key}


def handlers(template: Template) -> dict[str, str]:
    """Return the handler of each function, by logical id."""
    functions = of_type(template, "AWS::Serverless::Function")
    return {name: properties["Handler"] for name, properties in functions.items()}


def open_routes(template: Template) -> list[str]:
    """Return the routes that no authorizer protects, each as "GET /path"."""
    found = []
    for properties in of_type(template, "AWS::Serverless::Api").values():
        for path, methods in properties["DefinitionBody"]["paths"].items():
            for method, operation in methods.items():
                if method != "options" and not operation.get("security"):
                    found.append(f"{method.upper()} {path}")
    return sorted(found)
