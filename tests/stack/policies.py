"""What the functions of the test stack called of AWS, and what their policies allow them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.stack import Addresses, local_target
from infra.packaging.template import Template, of_type
from tests.infra.statements import listed, statements_of

# Operations whose action has another name; all others have their own.
_ACTIONS = {
    ("lambda", "Invoke"): "lambda:InvokeFunction",
    ("s3", "CompleteMultipartUpload"): "s3:PutObject",
    ("s3", "CreateMultipartUpload"): "s3:PutObject",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "ListParts"): "s3:ListMultipartUploadParts",
    ("s3", "UploadPart"): "s3:PutObject",
    ("sqs", "DeleteMessageBatch"): "sqs:DeleteMessage",
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
}
_PREFIXES = {"stepfunctions": "states"}  # of services that IAM calls otherwise than boto3

# What is allowed and never called by our code, each with its reason.
_POLLER = "Lambda reads the queue for the function, by its role"
_AWS_CALLS_IT = {
    "logs:CreateLogStream": "Lambda writes the function's logs by its role",
    "logs:PutLogEvents": "Lambda writes the function's logs by its role",
    "xray:PutTraceSegments": "Lambda writes the function's traces by its role",
    "xray:PutTelemetryRecords": "Lambda writes the function's traces by its role",
    "sqs:ReceiveMessage": _POLLER,
    "sqs:DeleteMessage": _POLLER,
    "sqs:GetQueueAttributes": _POLLER,
    "s3:ListBucket": "nobody lists it; without it S3 answers 403, not 404, for a missing object",
}


@dataclass(frozen=True, order=True)
class Permission:
    """A function, an action, and what it is done to, as the template names it."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function}: {self.action} on {self.resource}"


def read_called(folder: Path, addresses: Addresses) -> set[Permission]:
    """Return what was called, as the recording below `folder` has it."""
    names = _logical_names(addresses)
    lines = {line for path in folder.glob("*.jsonl") for line in path.read_text().splitlines()}
    return {_understand(json.loads(line), names) for line in lines}


def read_allowed(template: Template) -> set[Permission]:
    """Return what the template's policies allow its functions."""
    roles = of_type(template, "AWS::IAM::Role")
    return {
        Permission(name, action, _label(resource))
        for name in of_type(template, "AWS::Serverless::Function")
        for statement in statements_of(roles[f"{name}Role"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def without_reasons(unused: set[Permission], reasons: Mapping[str, str]) -> set[Permission]:
    """Return those for which there is no reason, of AWS's or in `reasons`, by their text."""
    return {p for p in unused if p.action not in _AWS_CALLS_IT and str(p) not in reasons}


def _logical_names(addresses: Addresses) -> dict[str, str]:
    target = local_target(addresses.endpoint_url)
    pages = target.client("cloudformation").get_paginator("list_stack_resources")
    return {
        found["PhysicalResourceId"]: found["LogicalResourceId"]
        for page in pages.paginate(StackName=target.stack_name)
        for found in page["StackResourceSummaries"]
    }


def _understand(line: dict[str, Any], names: Mapping[str, str]) -> Permission:
    service, operation, told = line["service"], line["operation"], line["names"]
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    action = _ACTIONS.get((service, operation), action)
    function = names.get(line["function"], line["function"])
    return Permission(function, action, _resource(action, told, names))


def _resource(action: str, told: Mapping[str, str], names: Mapping[str, str]) -> str:
    if "TableName" in told:
        table = names.get(told["TableName"], told["TableName"])
        return f"{table}/index/{told['IndexName']}" if "IndexName" in told else table
    if "Bucket" in told:
        bucket = names.get(told["Bucket"], told["Bucket"])
        return bucket if action == "s3:ListBucket" else f"{bucket}/{told.get('Key')}/*"
    if "executionArn" in told:
        machine = told["executionArn"].rpartition(":")[2]
        machines = {arn.rpartition(":")[2]: name for arn, name in names.items() if ":" in arn}
        return f"{machines.get(machine, machine)}'s executions"
    for key in ("QueueUrl", "stateMachineArn", "FunctionName"):
        if key in told:
            text = told[key]
            last = re.split(r"[:/]", text)[-1]
            return names.get(text) or names.get(last, text)
    return "*"


def _label(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    (kind, value), *_ = resource.items()
    if kind == "Fn::GetAtt":
        return str(value[0])
    if of_machine := re.search(r":execution:\$\{(\w+)\.Name\}:\*$", str(value)):
        return f"{of_machine[1]}'s executions"
    return re.sub(r"\$\{(\w+)(?:\.Arn)?\}", r"\1", str(value))
