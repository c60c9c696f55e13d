"""The deploy program: what it refuses, how it reports failures, and that it is idempotent."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.keys.tokens import hash_secret, read_token
from infra.deploy import __main__ as program
from infra.deploy.application import _check_open_routes, deploy
from infra.deploy.artifacts import Artifacts
from infra.deploy.changes import Change
from infra.deploy.keys import KeyNotIssuedError, issue_key
from infra.deploy.stack import Stack, StackFailedError
from infra.deploy.target import RefusedError, Target
from infra.local.key import keep_key
from infra.packaging.package import Package
from infra.packaging.template import open_routes
from tests.fakes.keys import KEY
from tests.infra.deploy.fake_cloudformation import FakeCloudFormation

ACCOUNT = "123456789012"  # moto's


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield


def _deploy(fake: FakeCloudFormation, **parameters: str) -> bool:
    stack = Stack(fake, "s", poll_seconds=0)
    return stack.deploy({"TemplateURL": "https://t"}, parameters, lambda _: None)


def test_new_stack_is_created_with_its_parameters() -> None:
    fake = FakeCloudFormation()
    assert _deploy(fake, Stage="prod")
    assert fake.sent[0]["ChangeSetType"] == "CREATE"
    assert fake.sent[0]["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert fake.parameters == {"Stage": "prod"}


def test_existing_stack_keeps_parameters_that_are_not_given() -> None:
    fake = FakeCloudFormation("CREATE_COMPLETE", ends_in="UPDATE_COMPLETE")
    fake.parameters = {"Stage": "prod", "DatabasePassword": "secret", "Forgotten": "x"}
    assert _deploy(fake, Stage="prod")
    assert fake.sent[0]["ChangeSetType"] == "UPDATE"
    assert {"ParameterKey": "DatabasePassword", "UsePreviousValue": True} in fake.sent[0][
        "Parameters"
    ]
    assert "Forgotten" not in {p["ParameterKey"] for p in fake.sent[0]["Parameters"]}


@pytest.mark.parametrize(
    ("state", "remedy"),
    [("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"), ("DELETE_FAILED", "make destroy")],
)
def test_stack_that_cannot_be_deployed_says_what_to_do(state: str, remedy: str) -> None:
    fake = FakeCloudFormation(state)
    with pytest.raises(StackFailedError, match=remedy):
        _deploy(fake)
    assert fake.sent == []


@pytest.mark.parametrize(
    "words", ["The submitted information didn't contain changes.", "No updates are to be performed"]
)
def test_change_set_without_changes_returns_false(words: str) -> None:
    fake = FakeCloudFormation("UPDATE_COMPLETE")
    fake.refusal = words
    assert not _deploy(fake)


def test_failed_change_set_gives_the_reason() -> None:
    fake = FakeCloudFormation("UPDATE_COMPLETE")
    fake.refusal = "Parameters: [DatabaseHost] must have values"
    with pytest.raises(StackFailedError, match="DatabaseHost"):
        _deploy(fake)


def test_failure_names_the_resource_that_caused_it() -> None:
    fake = FakeCloudFormation(ends_in="ROLLBACK_COMPLETE")
    fake.fail(
        ("Bucket", "Resource creation cancelled"),
        ("StageRange", "the role cannot be assumed"),
        ("JobsTable", "Resource creation Cancelled"),
    )
    with pytest.raises(StackFailedError, match=r"StageRange \(AWS::X::Y\): the role cannot"):
        _deploy(fake)


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_remains_of_a_failed_creation_are_deleted_first(state: str) -> None:
    fake = FakeCloudFormation(state)
    assert _deploy(fake)
    assert fake.deleted == 1
    assert fake.sent[0]["ChangeSetType"] == "CREATE"


def test_stack_whose_creation_is_being_rolled_back_was_not_created() -> None:
    fake = FakeCloudFormation("ROLLBACK_IN_PROGRESS", settles_in="ROLLBACK_COMPLETE")
    assert not Stack(fake, "s", poll_seconds=0).was_created()


@pytest.mark.parametrize(
    ("stage", "account"), [("prod", None), ("local", ACCOUNT), ("prod", "999999999999")]
)
def test_aws_requires_a_stage_and_its_account(aws: None, stage: str, account: str | None) -> None:
    with pytest.raises(RefusedError):
        Target(stage, account=account).identify()


def test_aws_is_used_when_stage_and_account_are_given(aws: None) -> None:
    assert Target("prod", account=ACCOUNT).identify() == ACCOUNT


def test_missing_credentials_explain_how_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(RefusedError, match=f"locate credentials. Sign in to account {ACCOUNT} "):
        Target("prod", account=ACCOUNT).identify()
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with pytest.raises(RefusedError, match=r"profile \(nowhere\) could not be found. Sign in to"):
        Target("prod", account=ACCOUNT).identify()


def test_expired_credentials_explain_how_to_sign_in(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reject(code: str) -> Any:
        error = ClientError({"Error": {"Code": code, "Message": "no"}}, "GetCallerIdentity")
        client = Mock(get_caller_identity=Mock(side_effect=error))
        monkeypatch.setattr(Target, "client", lambda *_: client)
        return Target("prod", account=ACCOUNT)

    with pytest.raises(RefusedError, match=r"ExpiredToken.*Sign in to account"):
        reject("ExpiredToken").identify()
    with pytest.raises(ClientError):
        reject("Throttling").identify()


@pytest.mark.parametrize(
    "url", ["https://cloudformation.us-east-1.amazonaws.com", "http://10.0.0.5:4566", "4566"]
)
def test_endpoint_on_another_machine_is_refused(url: str) -> None:
    with pytest.raises(RefusedError, match="isn't on this machine"):
        Target("local", endpoint_url=url).identify()


@pytest.mark.parametrize("name", ["WebhookAllowLoopback", "WebhookScheduleScale"])
def test_emulator_only_parameters_are_refused_on_aws(
    aws: None, package: Package, name: str
) -> None:
    with pytest.raises(RefusedError, match=name):
        deploy(Target("prod", account=ACCOUNT), {name: "true"}, package, lambda _: None)


def test_route_without_an_authorizer_is_not_deployed(
    aws: None, package: Package, tmp_path: Path
) -> None:
    template = package.read_template()
    del template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]["/jobs"]["get"][
        "security"
    ]
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    opened = replace(package, template_path=path)
    with pytest.raises(RefusedError, match=r"have no authorizer.*: GET /jobs$"):
        deploy(Target("prod", account=ACCOUNT), {}, opened, lambda _: None)
    assert boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"] == []


def test_public_routes_are_deployed(package: Package) -> None:
    template = package.read_template()
    assert {route.split()[1] for route in open_routes(template)} >= {"/health"}
    _check_open_routes(template)


class FakeStack:
    """A target whose IssueKey function may have stored a key already."""

    is_emulator, stage = False, "prod"

    def __init__(self, outcome: str = "made") -> None:
        self.answer: dict[str, Any] = {"outcome": outcome}
        self.events: list[dict[str, Any]] = []

    def client(self, service: str) -> "FakeStack":
        assert service == "lambda"
        return self

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.events.append(json.loads(request["Payload"]))
        failed = {} if "outcome" in self.answer else {"FunctionError": "Unhandled"}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode()), **failed}


def test_only_the_hash_of_a_first_key_is_sent() -> None:
    fake: Any = FakeStack()
    text = issue_key(fake, "IssueKey")
    assert text is not None
    token = read_token(text)
    assert token is not None
    [event] = fake.events
    assert event["key_id"] == token.key_id
    assert event["secret_hash"] == hash_secret(token.secret)
    assert event["only_first"] is True
    assert token.secret not in json.dumps(event)


def test_no_key_is_shown_when_there_was_a_first_key() -> None:
    fake: Any = FakeStack("exists")
    assert issue_key(fake, "IssueKey") is None


def test_another_key_and_a_given_one_are_always_stored() -> None:
    fake: Any = FakeStack()
    assert issue_key(fake, "IssueKey", is_another=True)
    assert issue_key(fake, "IssueKey", KEY) == KEY
    assert [event["only_first"] for event in fake.events] == [False, False]


def test_key_that_cannot_be_stored_is_an_error() -> None:
    fake: Any = FakeStack()
    fake.answer = {"errorMessage": "no table"}
    with pytest.raises(KeyNotIssuedError, match="no table"):
        issue_key(fake, "IssueKey")


def test_local_key_is_created_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    first = keep_key(tmp_path)
    assert read_token(first)
    assert keep_key(tmp_path) == first
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").write_text("half")
    again = keep_key(tmp_path)
    assert read_token(again)
    assert again != first


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_artifacts_are_stored_once_in_a_private_bucket(aws: None, region: str) -> None:
    artifacts = Artifacts(Target("prod", region, ACCOUNT), ACCOUNT)
    key = artifacts.put(b"contents", ".zip")
    assert artifacts.put(b"contents", ".zip") == key
    assert artifacts.put(b"others", ".zip") != key
    client = boto3.client("s3", region_name=region)
    assert len(client.list_objects_v2(Bucket=artifacts.bucket)["Contents"]) == 2
    block = client.get_public_access_block(Bucket=artifacts.bucket)
    assert all(block["PublicAccessBlockConfiguration"].values())
    assert artifacts.url(key).startswith(f"https://s3.{region}.amazonaws.com/{artifacts.bucket}/")


def test_emulator_parameters_come_from_arguments_and_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "from the environment")
    words = ["--set", "DatabaseUser=b", "--set", "DatabaseName=x=y"]
    assert program._parameters(program._parse(words)) == {
        "DatabaseUser": "b",
        "DatabaseName": "x=y",
        "DatabasePassword": "from the environment",
    }


def test_unconfirmed_change_set_is_deleted() -> None:
    fake = FakeCloudFormation("CREATE_COMPLETE")
    bucket = {"LogicalResourceId": "Bucket", "ResourceType": "AWS::S3::Bucket", "Action": "Modify"}
    fake.changes = [{"ResourceChange": bucket}]
    seen: list[Change] = []

    def refuse(name: str, changes: Sequence[Change]) -> None:
        seen.extend(changes)
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        Stack(fake, "s", poll_seconds=0, review=refuse).deploy({}, {}, lambda _: None)
    assert [change.name for change in seen] == ["Bucket"]
    assert (fake.executed, fake.discarded) == (0, 1)
