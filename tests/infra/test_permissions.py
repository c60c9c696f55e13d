"""The permissions and networks of functions in the packaged template."""

import json
import re
from dataclasses import fields

from chalicelib.webhooks.models import Subscription
from infra.packaging.template import Template, of_type
from tests.infra.conftest import Resources
from tests.infra.statements import listed, statements_of

_CALLS_WEBHOOKS = {"AttemptDelivery", "FanOutEvent", "SendTest", "SweepDeliveries"}
_REACHES_NO_DATABASE = {
    "ClaimBatchJob",
    "ClaimExport",
    "AuthorizeRequest",
    "ClaimJob",
    "InspectSource",
    "IssueKey",
    "ScanSpan",
    "SweepJobs",
    "TranscodeSource",
    *_CALLS_WEBHOOKS,
}
# Actions that support no narrower resource than "*".
_UNBOUNDED = ("logs:", "xray:")


def test_every_function_has_its_own_role_and_log_group(
    template: Template, functions: Resources
) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    for name, properties in functions.items():
        assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}
        kept = "AuditRetentionDays" if name == "APIHandler" else "LogRetentionDays"
        assert groups[f"{name}Logs"]["RetentionInDays"] == {"Ref": kept}
    machines = of_type(template, "AWS::StepFunctions::StateMachine")
    assert len(groups) == len(functions) + len(machines)


def test_functions_can_write_only_their_own_logs(template: Template, functions: Resources) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    for name in functions:
        writes = [
            s for s in statements_of(roles[f"{name}Role"]) if "logs:PutLogEvents" in s["Action"]
        ]
        assert [s["Resource"] for s in writes] == [{"Fn::GetAtt": [f"{name}Logs", "Arn"]}]


def test_no_policy_allows_every_action_or_every_resource(template: Template) -> None:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in statements_of(role):
            actions = listed(statement["Action"])
            assert not [action for action in actions if "*" in action], name
            if "*" in listed(statement["Resource"]):
                assert all(action.startswith(_UNBOUNDED) for action in actions), (name, actions)


def test_only_the_api_writes_sources_and_only_last_steps_write_reports(template: Template) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    written = {
        name: {
            prefix
            for statement in statements_of(role)
            if "s3:PutObject" in listed(statement["Action"])
            for prefix in re.findall(r"}/(\w+)", json.dumps(statement["Resource"]))
        }
        for name, role in roles.items()
    }
    assert {name for name, prefixes in written.items() if "uploads" in prefixes} == {
        "APIHandlerRole"
    }
    assert {name for name, prefixes in written.items() if "reports" in prefixes} == {
        "FailImportRole",
        "FinishImportRole",
        "FinishPlanRole",
    }


def test_functions_that_reach_the_database_are_in_its_network(functions: Resources) -> None:
    networked = {name for name, properties in functions.items() if "VpcConfig" in properties}
    assert functions.keys() - networked == _REACHES_NO_DATABASE
    for name in _REACHES_NO_DATABASE:  # nor do they get its password
        assert functions[name]["Environment"]["Variables"]["DATABASE_PASSWORD"] == ""


def test_only_webhook_functions_and_the_api_read_secrets(template: Template) -> None:
    reading = [
        (name.removesuffix("Role"), statement.get("Condition"))
        for name, role in of_type(template, "AWS::IAM::Role").items()
        for statement in statements_of(role)
        if {"Fn::GetAtt": ["WebhooksTable", "Arn"]} in listed(statement["Resource"])
    ]
    readers = {name for name, condition in reading if condition is None}
    assert readers == _CALLS_WEBHOOKS | {"APIHandler"}
    [(limited, condition)] = [(name, found) for name, found in reading if found]
    assert limited == "CheckStage"
    chosen = {"pk", *(field.name for field in fields(Subscription))}
    assert set(condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == chosen
    assert condition["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    assert "secrets" not in chosen


def test_only_the_api_the_authorizer_and_issue_key_access_keys(template: Template) -> None:
    allowed: dict[str, set[str]] = {}
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in statements_of(role):
            if "KeysTable" in json.dumps(statement["Resource"]):
                allowed.setdefault(name, set()).update(listed(statement["Action"]))
    assert allowed == {
        "AuthorizeRequestRole": {"dynamodb:GetItem", "dynamodb:UpdateItem"},
        "IssueKeyRole": {"dynamodb:PutItem"},
        "APIHandlerRole": {
            f"dynamodb:{action}" for action in ("GetItem", "PutItem", "UpdateItem", "Query")
        },
    }
