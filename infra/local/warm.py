"""Calls every function of a stack once, so that the first import doesn't wait for cold starts.

Each call names a job that doesn't exist, for which every step does nothing.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.deploy.target import Target

_NO_JOB = "job_" + "0" * 26
_EVENT = {
    "state": {"job_id": _NO_JOB, "attempt": 0},
    "job_id": _NO_JOB,
    "attempt": 0,
    "bucket": "none",
    "key": f"uploads/{_NO_JOB}",
    "size": 0,
    "etag": "none",
    "execution": "none",
    "results": [],
    "Records": [],
    "webhook_id": "none",
    "round": 1,
}
# Called twice: two of each run concurrently.
_IN_MAPS = {
    "ScanSpan",
    "StageRange",
    "CompareKeyRange",
    "MergeKeyRange",
    "IndexDocuments",
    "RunKeyRange",
    "ExportRange",
}
# The order of an import, so that one that starts meanwhile finds its next step ready.
_ORDER = ["AuthorizeRequest", "APIHandler", "ClaimJob", "InspectSource", "ScanSpan", "PlanRanges"]
_ORDER += ["StageRange", "CheckStage", "MergeKeyRange", "FinishImport", "IndexDocuments"]
_CALLED_BEFORE = {"IssueKey"}  # by the deploy program
_AT_ONCE = 2  # an emulator runs them on this machine's processors


def warm(target: Target, api_key: str) -> list[str]:
    """Call the functions of the target's stack; return the logical ids of those that fail."""
    client = target.client("cloudformation")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=target.stack_name)
    functions = [
        (resource["LogicalResourceId"], resource["PhysicalResourceId"])
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
        and resource["LogicalResourceId"] not in _CALLED_BEFORE
    ]
    functions += [function for function in functions if function[0] in _IN_MAPS]
    functions.sort(key=lambda f: _ORDER.index(f[0]) if f[0] in _ORDER else len(_ORDER))
    lambdas = target.client("lambda")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda function: _call(lambdas, api_key, *function), functions)
    return sorted({name for (name, _), ok in zip(functions, answers, strict=True) if not ok})


def _call(client: Any, api_key: str, logical_id: str, name: str) -> bool:
    special = {"APIHandler": _request(), "AuthorizeRequest": _authorization(api_key)}
    event = special.get(logical_id, _EVENT)
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    answer["Payload"].read()
    return "FunctionError" not in answer


def _request() -> dict[str, Any]:
    # The event that API Gateway sends for GET /health.
    return {
        "resource": "/health",
        "path": "/health",
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": "/health", "path": "/api/health"},
        "body": None,
        "isBase64Encoded": False,
    }


def _authorization(api_key: str) -> dict[str, Any]:
    # The event that API Gateway sends to its authorizer.
    arn = "arn:aws:execute-api:us-east-1:000000000000:none/api/GET/jobs"
    return {"type": "TOKEN", "authorizationToken": f"Bearer {api_key}", "methodArn": arn}
