"""The stacks of an installation: created in order with earlier outputs, deleted in reverse."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from infra.deploy.installation import Installation
from infra.deploy.review import Review
from infra.deploy.stage import StageSettings
from infra.deploy.target import RefusedError, Target
from infra.packaging.package import Package
from tests.infra.deploy.fake_cloudformation import FakeRegion

ACCOUNT, REGION = "123456789012", "eu-central-1"
_NETWORK = {
    "SubnetIds": "subnet-1,subnet-2",
    "FunctionsGroup": "sg-functions",
    "DatabaseGroup": "sg-database",
    "ProxyGroup": "sg-proxy",
}
_DATABASE = {
    "DatabaseHost": "instance.example",
    "DatabasePort": "5432",
    "DatabaseResourceId": "db-ABC",
    "DatabaseInstance": "instance",
    "MasterSecretArn": "arn:secret",
    "ApiDatabaseHost": "proxy.example",
    "ApiDatabaseResourceId": "prx-abc",
    "ProxyName": "proxy",
}
_APPLICATION = {
    "EndpointURL": "https://abc.execute-api.eu-central-1.amazonaws.com/api/",
    "BucketName": "bucket",
    "JobsTableName": "jobs",
    "StateMachineArn": "arn:machine",
    "MigrateDatabaseName": "migrate",
    "IssueKeyName": "issue",
}
_SETTINGS = {
    "account": ACCOUNT,
    "region": REGION,
    "database": {"instance_class": "db.m7g.large", "api_connections": 45},
    "application": {"workers": 12, "jobs_at_once": 3, "parameters": {"SkuMaxLength": 64}},
}


class FakeServices:
    """All services except CloudFormation, with only the operations that are called."""

    def __init__(self, *, knows_user: bool = True) -> None:
        self.cloudformation = FakeRegion(
            network=_NETWORK,
            database=_DATABASE,
            application=_APPLICATION,
            edge={"Url": "https://d1.cloudfront.net"},
        )
        self.knows_user = knows_user
        self.is_protected = True
        self.migrations: list[dict[str, Any]] = []
        self.put: set[str] = set()

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Account": ACCOUNT}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "describe_managed_prefix_lists"
        return SimpleNamespace(paginate=self._prefix_lists)

    def _prefix_lists(self) -> Iterator[dict[str, Any]]:
        for name, listed in {"s3": "pl-1", "s3-global": "pl-3", "dynamodb": "pl-2"}.items():
            listing = {"PrefixListName": f"com.amazonaws.{REGION}.{name}", "PrefixListId": listed}
            yield {"PrefixLists": [listing]}

    def head_bucket(self, **request: Any) -> None: ...

    def head_object(self, **request: Any) -> None: ...

    def get_secret_value(self, **request: Any) -> dict[str, Any]:
        assert request == {"SecretId": "arn:secret"}
        return {"SecretString": json.dumps({"username": "master", "password": "p", "more": 1})}

    def describe_db_instances(self, **request: Any) -> dict[str, Any]:
        assert request == {"DBInstanceIdentifier": "instance"}
        return {"DBInstances": [{"DeletionProtection": self.is_protected}]}

    def invoke(self, **request: Any) -> dict[str, Any]:
        assert request["FunctionName"] == "migrate"
        self.migrations.append(json.loads(request["Payload"]))
        self.knows_user = self.knows_user or "master" in self.migrations[-1]
        made = {"outcome": "migrated", "version": 5, "applied": []}
        answer = made if self.knows_user else {"outcome": "user_missing"}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@dataclass(frozen=True)
class FakeAccount(Target):
    """An AWS account, with only what the deploy program uses."""

    stage: str = "prod"
    region: str = REGION
    account: str | None = ACCOUNT
    fakes: FakeServices = field(default_factory=FakeServices)

    def beside(self, region: str) -> Target:
        assert region == "us-east-1"
        return self

    def client(self, service: str, *, read_timeout: int = 60) -> Any:
        return self.fakes if service != "cloudformation" else self.fakes.cloudformation


def _installation(account: FakeAccount, answer: str = "yes", **settings: Any) -> Installation:
    review = Review(console=Console(file=io.StringIO()), ask=lambda question: answer)
    read = StageSettings.model_validate(_SETTINGS | settings)
    return Installation(account, read, review, lambda _: None)


def test_stacks_are_created_in_order_with_the_outputs_of_earlier_ones(package: Package) -> None:
    account = FakeAccount()
    deployed, edge = _installation(account, edge={"requests_per_address": 500}).deploy(package)
    region = account.fakes.cloudformation
    names = ["prod-network", "prod-database", "prod-database", "prod", "prod-edge"]
    assert region.order == [f"product-importer-{name}" for name in names]
    assert deployed.bucket == "bucket"
    assert edge == "https://d1.cloudfront.net"
    given = {name: stack.parameters for name, stack in region.stacks.items()}
    assert given["network"]["S3PrefixList"] == "pl-1"
    assert given["network"]["DynamoPrefixList"] == "pl-2"
    assert given["database"]["SubnetIds"] == "subnet-1,subnet-2"
    assert given["database"]["MultiAz"] == "true"
    assert given["database"]["ProxyPercent"] == "6"  # 45 of about 806
    assert given["application"] == {
        "Stage": "prod",
        "DatabaseHost": "instance.example",
        "DatabasePort": "5432",
        "DatabaseName": "catalogue",
        "DatabaseUser": "importer",
        "DatabaseResourceId": "db-ABC",
        "ApiDatabaseHost": "proxy.example",
        "ApiDatabaseResourceId": "prx-abc",
        "SubnetIds": "subnet-1,subnet-2",
        "SecurityGroupIds": "sg-functions",
        "Workers": "12",
        "StagingAtOnce": "36",
        "RetentionDays": "30",
        "UndoDays": "30",
        "LogRetentionDays": "30",
        "AllowedOrigins": "*",
        "AlarmEmail": "",
        "DatabaseInstanceId": "instance",
        "DatabaseMostConnections": "685",  # 85 % of about 806
        "DatabaseLeastFreeBytes": str(10 * 2**30),  # a tenth of the initial storage
        "SkuMaxLength": "64",
    }
    assert given["edge"]["ApiHost"] == "abc.execute-api.eu-central-1.amazonaws.com"
    assert given["edge"]["ApiPath"] == "/api"
    assert given["edge"]["RequestsPerAddress"] == "500"


def test_each_stack_declares_the_parameters_it_gets(package: Package) -> None:
    account = FakeAccount()
    _installation(account, edge={}).deploy(package)
    for name in ("network", "database", "edge"):
        stack = account.fakes.cloudformation.stacks[name]
        template = json.loads(stack.sent[0]["TemplateBody"])
        required = {n for n, p in template["Parameters"].items() if "Default" not in p}
        assert required <= stack.parameters.keys() <= template["Parameters"].keys()
        assert len(stack.sent[0]["TemplateBody"].encode()) <= 51_200  # the limit of CloudFormation
    application = account.fakes.cloudformation.stacks["application"].parameters
    assert application.keys() <= package.read_template()["Parameters"].keys()


def test_database_is_protected_once_it_is_created(package: Package) -> None:
    account = FakeAccount()
    _installation(account).deploy(package)
    _installation(account).deploy(package)
    database = account.fakes.cloudformation.stacks["database"]
    sent = [parameter for request in database.sent for parameter in request["Parameters"]]
    protections = [p["ParameterValue"] for p in sent if p["ParameterKey"] == "DeletionProtection"]
    assert protections == ["false", "true", "true"]


def test_every_stack_has_the_tags_of_the_stage(package: Package) -> None:
    account = FakeAccount()
    _installation(account, edge={}, tags={"cost-centre": "4711"}).deploy(package)
    for stack in account.fakes.cloudformation.stacks.values():
        tags = {tag["Key"]: tag["Value"] for tag in stack.sent[0]["Tags"]}
        assert tags == {"project": "product-importer", "stage": "prod", "cost-centre": "4711"}


def test_edge_stack_is_optional(package: Package) -> None:
    account = FakeAccount()
    _, edge = _installation(account).deploy(package)
    assert edge is None
    assert account.fakes.cloudformation.stacks["edge"].sent == []


def test_unchanged_installation_asks_and_changes_nothing(package: Package) -> None:
    account = FakeAccount()
    _installation(account).deploy(package)
    region = account.fakes.cloudformation
    for stack in region.stacks.values():
        stack.refusal = "The submitted information didn't contain changes."
    done = list(region.order)
    _installation(account, answer="no").deploy(package)
    assert region.order == done


def test_master_secret_is_read_when_the_functions_user_is_missing(
    package: Package,
) -> None:
    account = FakeAccount(fakes=FakeServices(knows_user=False))
    _installation(account).deploy(package)
    master = {"username": "master", "password": "p"}
    assert account.fakes.migrations == [{}, {"master": master}]
    _installation(account).deploy(package)
    assert account.fakes.migrations[2:] == [{}]


def test_unconfirmed_deployment_changes_nothing(package: Package) -> None:
    account = FakeAccount()
    with pytest.raises(RefusedError, match="Not confirmed"):
        _installation(account, answer="no").deploy(package)
    assert account.fakes.cloudformation.order == []


def test_exceeded_budget_stops_before_the_first_change(package: Package) -> None:
    account = FakeAccount()
    with pytest.raises(RefusedError, match="too small"):
        _installation(account, database={"instance_class": "db.t4g.micro"}).deploy(package)
    assert account.fakes.cloudformation.stacks["network"].sent == []


def test_region_without_certificates_is_refused(package: Package) -> None:
    with pytest.raises(RefusedError, match="no RDS certificates for xx-nowhere-1"):
        _installation(FakeAccount(), region="xx-nowhere-1").deploy(package)


def test_another_account_is_refused(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    account = FakeAccount()
    monkeypatch.setattr(account.fakes, "get_caller_identity", lambda: {"Account": "9" * 12})
    with pytest.raises(RefusedError, match="belong to account 999999999999, not 123456789012"):
        _installation(account).deploy(package)


def _deployed(package: Package) -> FakeAccount:
    account = FakeAccount()
    _installation(account, edge={}).deploy(package)
    account.fakes.cloudformation.order.clear()
    return account


def test_protected_database_prevents_any_deletion(package: Package) -> None:
    account = _deployed(package)
    with pytest.raises(
        RefusedError, match=r"instance has deletion protection.*deletion_protection = false"
    ):
        _installation(account, answer="prod").destroy()
    assert account.fakes.cloudformation.order == []


def test_stacks_are_destroyed_in_reverse_order(package: Package) -> None:
    account = _deployed(package)
    account.fakes.is_protected = False
    _installation(account, answer="prod").destroy()
    names = ["prod-edge", "prod", "prod-database", "prod-network"]
    assert account.fakes.cloudformation.order == [f"product-importer-{name}" for name in names]
    _installation(account, answer="no").destroy()  # nothing is left to confirm


def test_destroying_requires_the_name_of_the_stage(package: Package) -> None:
    account = _deployed(package)
    account.fakes.is_protected = False
    with pytest.raises(RefusedError, match="Not confirmed"):
        _installation(account, answer="yes").destroy()
    assert account.fakes.cloudformation.order == []


def test_templates_parameters_and_stages_contain_no_secrets(package: Package) -> None:
    account = FakeAccount(fakes=FakeServices(knows_user=False))
    _installation(account).deploy(package)
    for stack in account.fakes.cloudformation.stacks.values():
        assert '"p"' not in json.dumps([s["Parameters"] for s in stack.sent])
        assert "DatabasePassword" not in stack.parameters
    for path in (Path(__file__).parents[3] / "infra").glob("*.yaml"):
        assert " MasterUserPassword:" not in path.read_text()
