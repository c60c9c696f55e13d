"""The stacks of an installation: in order, each given what was made before it, and taken back."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
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
    """All services but CloudFormation, each by the operations that are called."""

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

    def describe_managed_prefix_lists(self) -> dict[str, Any]:
        names = {"s3": "pl-1", "dynamodb": "pl-2", "s3-global.accesspoint": "pl-3"}
        return {
            "PrefixLists": [
                {"PrefixListName": f"com.amazonaws.{REGION}.{name}", "PrefixListId": listed}
                for name, listed in names.items()
            ]
        }

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
    """An account of AWS, as far as the deploy program looks at it."""

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


def test_stacks_are_made_in_order_and_given_what_was_made_before(package: Package) -> None:
    account = FakeAccount()
    deployed, edge = _installation(account, edge={"requests_per_address": 500}).deploy(package)
    region = account.fakes.cloudformation
    names = ["prod-network", "prod-database", "prod", "prod-edge"]
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
        "LogRetentionDays": "30",
        "AllowedOrigins": "*",
        "AlarmEmail": "",
        "DatabaseInstanceId": "instance",
        "DatabaseMostConnections": "685",  # 85 % of about 806
        "DatabaseLeastFreeBytes": str(10 * 2**30),  # a tenth of the storage at first
        "SkuMaxLength": "64",
    }
    assert given["edge"]["ApiHost"] == "abc.execute-api.eu-central-1.amazonaws.com"
    assert given["edge"]["ApiPath"] == "/api"
    assert given["edge"]["RequestsPerAddress"] == "500"


def test_each_stack_takes_the_parameters_it_is_given(package: Package) -> None:
    account = FakeAccount()
    _installation(account, edge={}).deploy(package)
    for name in ("network", "database", "edge"):
        stack = account.fakes.cloudformation.stacks[name]
        template = json.loads(stack.sent[0]["TemplateBody"])
        required = {n for n, p in template["Parameters"].items() if "Default" not in p}
        assert required <= stack.parameters.keys() <= template["Parameters"].keys()
        assert len(stack.sent[0]["TemplateBody"].encode()) <= 51_200  # CloudFormation's own limit
    application = account.fakes.cloudformation.stacks["application"].parameters
    assert application.keys() <= package.read_template()["Parameters"].keys()


def test_without_an_edge_there_is_none(package: Package) -> None:
    account = FakeAccount()
    _, edge = _installation(account).deploy(package)
    assert edge is None
    assert account.fakes.cloudformation.stacks["edge"].sent == []


def test_where_nothing_has_changed_nothing_is_asked_or_done(package: Package) -> None:
    account = FakeAccount()
    _installation(account).deploy(package)
    region = account.fakes.cloudformation
    for stack in region.stacks.values():
        stack.refusal = "The submitted information didn't contain changes."
    done = list(region.order)
    _installation(account, answer="no").deploy(package)
    assert region.order == done


def test_the_masters_secret_is_read_when_the_database_does_not_know_the_functions_user(
    package: Package,
) -> None:
    account = FakeAccount(fakes=FakeServices(knows_user=False))
    _installation(account).deploy(package)
    master = {"username": "master", "password": "p"}
    assert account.fakes.migrations == [{}, {"master": master}]
    _installation(account).deploy(package)
    assert account.fakes.migrations[2:] == [{}]


def test_what_is_not_agreed_to_stops_before_the_first_change(package: Package) -> None:
    account = FakeAccount()
    with pytest.raises(RefusedError, match="Not agreed"):
        _installation(account, answer="no").deploy(package)
    assert account.fakes.cloudformation.order == []


def test_numbers_that_do_not_fit_stop_before_the_first_change(package: Package) -> None:
    account = FakeAccount()
    with pytest.raises(RefusedError, match="too small"):
        _installation(account, database={"instance_class": "db.t4g.micro"}).deploy(package)
    assert account.fakes.cloudformation.stacks["network"].sent == []


def test_a_region_whose_databases_nobody_would_believe_is_refused(package: Package) -> None:
    with pytest.raises(RefusedError, match="no certificate of RDS in xx-nowhere-1"):
        _installation(FakeAccount(), region="xx-nowhere-1").deploy(package)


def test_another_account_is_refused(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    account = FakeAccount()
    monkeypatch.setattr(account.fakes, "get_caller_identity", lambda: {"Account": "9" * 12})
    with pytest.raises(RefusedError, match="of account 999999999999, not 123456789012"):
        _installation(account).deploy(package)


def _deployed(package: Package) -> FakeAccount:
    account = FakeAccount()
    _installation(account, edge={}).deploy(package)
    account.fakes.cloudformation.order.clear()
    return account


def test_a_protected_database_is_not_destroyed_nor_anything_else(package: Package) -> None:
    account = _deployed(package)
    with pytest.raises(RefusedError, match=r"instance is protected.*deletion_protection = false"):
        _installation(account, answer="prod").destroy()
    assert account.fakes.cloudformation.order == []


def test_stacks_are_destroyed_the_last_one_first(package: Package) -> None:
    account = _deployed(package)
    account.fakes.is_protected = False
    _installation(account, answer="prod").destroy()
    names = ["prod-edge", "prod", "prod-database", "prod-network"]
    assert account.fakes.cloudformation.order == [f"product-importer-{name}" for name in names]
    _installation(account, answer="no").destroy()  # there is nothing left to ask about


def test_destroying_takes_the_name_of_the_stage(package: Package) -> None:
    account = _deployed(package)
    account.fakes.is_protected = False
    with pytest.raises(RefusedError, match="Not agreed"):
        _installation(account, answer="yes").destroy()
    assert account.fakes.cloudformation.order == []


def test_nothing_secret_is_in_a_template_a_parameter_or_a_stage(package: Package) -> None:
    account = FakeAccount(fakes=FakeServices(knows_user=False))
    _installation(account).deploy(package)
    for stack in account.fakes.cloudformation.stacks.values():
        assert '"p"' not in json.dumps([s["Parameters"] for s in stack.sent])
        assert "DatabasePassword" not in stack.parameters
    for path in (Path(__file__).parents[3] / "infra").glob("*.yaml"):
        assert " MasterUserPassword:" not in path.read_text()
