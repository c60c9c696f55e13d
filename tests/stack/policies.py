"""The AWS calls of the test stack's functions, and the permissions of their policies."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.stack import Addresses, local_target
from infra.packaging.template import Template, of_type
from tests.infra.statements import listed, statements_of

# Operations whose IAM action has another name.
_ACTIONS = {
    ("lambda", "Invoke"): "lambda:InvokeFunction",
    ("s3", "CompleteMultipartUpload"): "s3:PutObject",
    ("s3", "CreateMultipartUpload"): "s3:PutObject",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "ListParts"): "s3:ListMultipartUploadParts",
    ("s3", "UploadPart"): "s3:PutObject",
    ("s3", "UploadPartCopy"): "s3:PutObject",  # and s3:GetObject on its source
    ("sqs", "DeleteMessageBatch"): "sqs:DeleteMessage",
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
}
_PREFIXES = {"stepfunctions": "states"}  # services with another name in IAM than in boto3

# Permissions that the product's code never uses, each with its reason.
_POLLER = "Lambda reads the queue for the function, by its role"
_AWS_CALLS_IT = {
    "logs:CreateLogStream": "Lambda writes the function's logs by its role",
    "logs:PutLogEvents": "Lambda writes the function's logs by its role",
    "xray:PutTraceSegments": "Lambda writes the function's traces by its role",
    "xray:PutTelemetryRecords": "Lambda writes the function's traces by its role",
    "sqs:ReceiveMessage": _POLLER,
    "sqs:DeleteMessage": _POLLER,
    "sqs:GetQueueAttributes": _POLLER,
    "s3:ListBucket": "without it, S3 answers 403 instead of 404 for a missing object",
}


@dataclass(frozen=True, order=True)
class Permission:
    """A function, an action and its resource, by their names in the template."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function}: {self.action} on {self.resource}"


def read_called(folder: Path, addresses: Addresses) -> set[Permission]:
    """Return the permissions that the recorded calls below `folder` need."""
    names = _logical_names(addresses)
    lines = {line for path in folder.glob("*.jsonl") for line in path.read_text().splitlines()}
    return {_understand(json.loads(line), names) for line in lines}


def read_allowed(template: Template) -> set[Permission]:
    """Return the permissions that the template gives its functions."""
    roles = of_type(template, "AWS::IAM::Role")
    return {
        Permission(name, action, _label(resource))
        for name in of_type(template, "AWS::Serverless::Function")
        for statement in statements_of(roles[f"{name}Role"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def without_reasons(unused: set[Permission], reasons: Mapping[str, str]) -> set[Permission]:
    """Return the unused permissions without a reason, either AWS's or one in `reasons`."""
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
    service, operation, targets = line["service"], line["operation"], line["names"]
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    action = _ACTIONS.get((service, operation), action)
    function = names.get(line["function"], line["function"])
    return Permission(function, action, _resource(action, targets, names))


def _resource(action: str, targets: Mapping[str, str], names: Mapping[str, str]) -> str:
    if "TableName" in targets:
        table = names.get(targets["TableName"], targets["TableName"])
        return f"{table}/index/{targets['IndexName']}" if "IndexName" in targets else table
    if "Bucket" in targets:
        bucket = names.get(targets["Bucket"], targets["Bucket"])
        return bucket if action == "s3:ListBucket" else f"{bucket}/{targets.get('Key')}/*"
    if "executionArn" in targets:
        machine = targets["executionArn"].rpartition(":")[2]
        machines = {arn.rpartition(":")[2]: name for arn, name in names.items() if ":" in arn}
        return f"{machines.get(machine, machine)}'s executions"
    for key in ("QueueUrl", "stateMachineArn", "FunctionName"):
        if key in targets:
            text = targets[key]
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
