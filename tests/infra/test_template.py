"""The packaged template: what is private, kept, bounded and allowed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from chalicelib.http.callers import REALM
from chalicelib.http.scopes import is_public_path
from chalicelib.keys.authorizer import KEPT_SECONDS
from chalicelib.settings import Settings
from infra.package import Package
from infra.template import Template, of_type, open_routes

# Names that two stacks in one account would fight over.
_FIXED_NAMES = {
    "BucketName",
    "FunctionName",
    "LogGroupName",
    "Name",
    "PolicyName",
    "QueueName",
    "RoleName",
    "StateMachineName",
    "TableName",
}
_CALLS_WEBHOOKS = {"AttemptDelivery", "FanOutEvent", "SendTest", "SweepDeliveries"}
_REACHES_NO_DATABASE = {
    "ClaimBulkDelete",
    "AuthorizeRequest",
    "ClaimJob",
    "InspectSource",
    "IssueKey",
    "ScanSpan",
    "SweepJobs",
    "TranscodeSource",
    *_CALLS_WEBHOOKS,
}
# All that API Gateway names, with the status that a client is to see.
_GATEWAY_RESPONSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 503,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": 404,
    "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 503,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
# Actions that know no narrower resource than everything.
_UNBOUNDED = ("logs:", "xray:")


def _functions(template: Template) -> dict[str, dict[str, Any]]:
    return of_type(template, "AWS::Serverless::Function")


def _statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_cfn_lint_finds_nothing(package: Package) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), package.template_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_resource_has_a_fixed_name(template: Template) -> None:
    for name, resource in template["Resources"].items():
        fixed = _FIXED_NAMES & resource.get("Properties", {}).keys()
        assert not {key for key in fixed if isinstance(resource["Properties"][key], str)}, name


def test_every_function_has_a_role_and_a_log_group_of_its_own(template: Template) -> None:
    functions = _functions(template)
    groups = of_type(template, "AWS::Logs::LogGroup")
    for name, properties in functions.items():
        assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}
        kept = "AuditRetentionDays" if name == "APIHandler" else "LogRetentionDays"
        assert groups[f"{name}Logs"]["RetentionInDays"] == {"Ref": kept}
    machines = of_type(template, "AWS::StepFunctions::StateMachine")
    assert len(groups) == len(functions) + len(machines)


def test_functions_may_write_only_their_own_logs(template: Template) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    for name in _functions(template):
        writes = [
            s for s in _statements(roles[f"{name}Role"]) if "logs:PutLogEvents" in s["Action"]
        ]
        assert [s["Resource"] for s in writes] == [{"Fn::GetAtt": [f"{name}Logs", "Arn"]}]


def test_no_policy_allows_every_action_or_every_resource(template: Template) -> None:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in _statements(role):
            actions = _listed(statement["Action"])
            assert not [action for action in actions if "*" in action], name
            if "*" in _listed(statement["Resource"]):
                assert all(action.startswith(_UNBOUNDED) for action in actions), (name, actions)


def test_sources_are_the_apis_to_write_and_reports_the_last_steps(template: Template) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    written = {
        name: {
            json.dumps(statement["Resource"]).split("}/")[-1].split("/")[0]
            for statement in _statements(role)
            if "s3:PutObject" in _listed(statement["Action"])
        }
        for name, role in roles.items()
    }
    assert {name for name, prefixes in written.items() if "uploads" in prefixes} == {
        "APIHandlerRole"
    }
    assert {name for name, prefixes in written.items() if "reports" in prefixes} == {
        "FailImportRole",
        "FinishImportRole",
    }


def test_workers_time_out_no_later_than_lambda_allows(template: Template) -> None:
    for properties in _functions(template).values():
        assert properties["Timeout"] <= 900
        assert properties["Tracing"] == "Active"
    assert _functions(template)["APIHandler"]["Timeout"] == 29  # API Gateway's own limit


def test_functions_that_reach_the_database_stand_in_its_network(template: Template) -> None:
    functions = _functions(template)
    networked = {name for name, properties in functions.items() if "VpcConfig" in properties}
    assert functions.keys() - networked == _REACHES_NO_DATABASE
    for name in _REACHES_NO_DATABASE:  # and have no password to lose
        assert functions[name]["Environment"]["Variables"]["DATABASE_PASSWORD"] == ""


def test_every_setting_is_given_and_no_other(template: Template) -> None:
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    for name in ("APIHandler", "SweepJobs"):
        given |= set(_functions(template)[name]["Environment"]["Variables"])
    ours = {name for name in given if not name.startswith("POWERTOOLS_")}
    assert ours == {name.upper() for name in Settings.model_fields}


def test_defaults_of_the_template_are_those_of_the_settings(template: Template) -> None:
    parameters = template["Parameters"]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    for name, field in Settings.model_fields.items():
        value = variables.get(name.upper())
        parameter = parameters.get(value["Ref"], {}) if isinstance(value, dict) else {}
        if "Default" in parameter and not field.is_required():
            assert str(parameter["Default"]) == str(field.default).lower(), name


def test_password_is_never_shown(template: Template) -> None:
    assert template["Parameters"]["DatabasePassword"]["NoEcho"] is True
    assert "DatabasePassword" not in json.dumps(template["Outputs"])


def test_bucket_is_private_encrypted_and_cleaned_up(template: Template) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    unfinished = rules["unfinished-multipart-uploads"]["AbortIncompleteMultipartUpload"]
    assert unfinished == {"DaysAfterInitiation": 1}
    for name in ("sources", "reports"):
        assert rules[name]["ExpirationInDays"] == {"Ref": "RetentionDays"}
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedMethods"] == ["PUT"]
    assert cors["ExposedHeaders"] == ["ETag"]
    assert bucket["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }


def test_bucket_refuses_what_does_not_come_over_tls(template: Template) -> None:
    (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("name", "ttl"),
    [
        ("JobsTable", "ttl"),
        ("IdempotencyTable", "expiration"),
        ("KeysTable", "ttl"),
        ("WebhooksTable", "ttl"),
    ],
)
def test_tables_are_on_demand_recoverable_and_forget(
    template: Template, name: str, ttl: str
) -> None:
    table = of_type(template, "AWS::DynamoDB::Table")[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": ttl, "Enabled": True}
    assert table["SSESpecification"]["SSEEnabled"] is True


KEPT = ["Bucket", "JobsTable", "KeysTable", "OutboxTable", "WebhooksTable", "UndeliveredEvents"]
KEPT += ["EventsQueue", "DeliveriesQueue", "SlowDeliveriesQueue", "UndeliveredWebhooks"]


@pytest.mark.parametrize("name", KEPT)
def test_what_holds_data_outlives_its_stack(template: Template, name: str) -> None:
    resource = template["Resources"][name]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_import_starts_with_an_object_under_the_uploads_prefix(template: Template) -> None:
    rule = of_type(template, "AWS::Events::Rule")["SourceUploaded"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": "Bucket"}]},
            "object": {"key": [{"prefix": "uploads/"}]},
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "ImportProducts"}
    assert target["DeadLetterConfig"]


@pytest.mark.parametrize(
    ("rule", "machine", "function"),
    [
        ("ImportBrokeOff", "ImportProducts", "FailImport"),
        ("BulkDeleteBrokeOff", "BulkDelete", "FailBulkDelete"),
    ],
)
def test_an_execution_that_breaks_off_is_told_to_what_ends_its_job(
    template: Template, rule: str, machine: str, function: str
) -> None:
    made = of_type(template, "AWS::Events::Rule")[rule]
    assert made["EventPattern"]["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": machine}],
    }
    (target,) = made["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [function, "Arn"]}
    assert target["DeadLetterConfig"]
    permission = of_type(template, "AWS::Lambda::Permission")[f"{rule}MayCall"]
    assert permission["FunctionName"] == {"Ref": function}
    assert permission["SourceArn"] == {"Fn::GetAtt": [rule, "Arn"]}


def test_what_imports_leave_is_purged_every_day(template: Template) -> None:
    (event,) = _functions(template)["PurgeImports"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 day)"


def test_sweep_runs_every_five_minutes(template: Template) -> None:
    events = _functions(template)["SweepJobs"]["Events"].values()
    assert [event["Properties"]["Schedule"] for event in events] == ["rate(5 minutes)"]


def test_what_bulk_deletes_leave_is_forgotten_every_hour(template: Template) -> None:
    (event,) = _functions(template)["SweepBulkDeletes"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 hour)"


def test_what_waits_for_webhooks_is_looked_after_every_minute(template: Template) -> None:
    for name in ("SweepDeliveries", "DrainEvents"):
        (event,) = _functions(template)[name]["Events"].values()
        assert event["Properties"]["Schedule"] == "rate(1 minute)"


def test_a_queues_entry_that_failed_comes_again_alone_and_is_not_dropped(
    template: Template,
) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    sources = [
        (properties["Timeout"], event["Properties"])
        for properties in _functions(template).values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    assert len(sources) == 3
    for timeout, source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        queue = queues[source["Queue"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] > timeout
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues
        assert queue["SqsManagedSseEnabled"] is True


def test_slow_webhooks_have_workers_of_their_own(template: Template) -> None:
    events = _functions(template)["AttemptDelivery"]["Events"]
    for lane in ("Deliveries", "SlowDeliveries"):
        # A number: an emulator takes a parameter's value for a text, and then polls nothing.
        assert events[lane]["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_secrets_are_read_by_the_webhooks_functions_and_the_api_alone(template: Template) -> None:
    readers = {
        name.removesuffix("Role")
        for name, role in of_type(template, "AWS::IAM::Role").items()
        for statement in _statements(role)
        if {"Fn::GetAtt": ["WebhooksTable", "Arn"]} in _listed(statement["Resource"])
    }
    assert readers == _CALLS_WEBHOOKS | {"APIHandler"}


def test_no_parameter_turns_loopback_on_by_itself(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["ACCOUNT_ID"] == {"Ref": "AWS::AccountId"}
    assert template["Parameters"]["WebhookAllowLoopback"]["Default"] == "false"


def test_api_is_regional_and_bounds_what_it_answers_at_once(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert (api["EndpointConfiguration"], api["StageName"]) == ("REGIONAL", "api")
    (settings,) = api["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottleBurst"}
    assert settings["DataTraceEnabled"] is False  # which would log the headers, and keys in them


def test_every_error_of_the_gateway_is_a_problem_of_its_status(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert api["GatewayResponses"].keys() == _GATEWAY_RESPONSES.keys()
    for name, response in api["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert set(response["ResponseTemplates"]) == {"application/json"}
        text = response["ResponseTemplates"]["application/json"]
        problem = json.loads(text)
        assert problem.keys() == {"type", "title", "status", "detail", "code", "request_id"}, name
        status = _GATEWAY_RESPONSES[name]
        assert (problem["status"], response["StatusCode"]) == (status, str(status)), name
        assert problem["title"] in {HTTPStatus(status).phrase, "Content Too Large"}, name
        assert text.count("$") == text.count("$context.requestId") == 1  # nothing of the request
        assert ("Retry-After" in headers) == (status in (429, 503)), name
        assert ("WWW-Authenticate" in headers) == (status == 401), name


def test_the_gateway_tells_a_client_without_a_key_how_to_come_in(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    headers = api["GatewayResponses"]["UNAUTHORIZED"]["ResponseParameters"]["Headers"]
    assert headers["WWW-Authenticate"] == f"'{REALM}'"


def test_every_route_but_the_public_ones_has_the_authorizer(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert all(is_public_path(route.split()[1]) for route in open_routes(template))
    (scheme,) = api["DefinitionBody"]["securityDefinitions"].values()
    assert (scheme["in"], scheme["name"]) == ("header", "Authorization")
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "token"
    assert authorizer["authorizerResultTtlInSeconds"] == KEPT_SECONDS
    assert "AuthorizeRequest" in json.dumps(authorizer["authorizerUri"])


def test_keys_are_read_by_the_api_and_its_authorizer_and_made_by_two(template: Template) -> None:
    allowed: dict[str, set[str]] = {}
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in _statements(role):
            if "KeysTable" in json.dumps(statement["Resource"]):
                allowed.setdefault(name, set()).update(_listed(statement["Action"]))
    assert allowed == {
        "AuthorizeRequestRole": {"dynamodb:GetItem", "dynamodb:UpdateItem"},
        "IssueKeyRole": {"dynamodb:PutItem"},
        "APIHandlerRole": {
            f"dynamodb:{action}" for action in ("GetItem", "PutItem", "UpdateItem", "Query")
        },
    }


def test_routes_without_an_authorizer_are_found(template: Template) -> None:
    paths = {"/health": {"get": {}, "options": {}}, "/jobs": {"get": {"security": [{"keys": []}]}}}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": {"paths": paths}}}
    assert open_routes({"Resources": {"RestAPI": api}}) == ["GET /health"]
    assert "GET /health" in open_routes(template)
