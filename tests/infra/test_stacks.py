"""The stacks of network, database and edge: closed, retained, and no wider than needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging.template import Template, of_type, read_template, write_template
from tests.infra.conftest import Resources
from tests.infra.statements import listed, statements_of

_FOLDER = Path(__file__).parents[2] / "infra"
NAMES = ["network", "database", "edge"]


@pytest.fixture(scope="module")
def stacks() -> dict[str, Template]:
    return {name: read_template(_FOLDER / f"{name}.yaml") for name in NAMES}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(stacks: dict[str, Template], name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.json"
    path.write_text(write_template(stacks[name]))
    region = "us-east-1" if name == "edge" else "eu-central-1"
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", region, "--", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_allows_every_address(stacks: dict[str, Template], name: str) -> None:
    text = json.dumps(stacks[name])
    assert "0.0.0.0/0" not in text
    assert "::/0" not in text
    kinds = {resource["Type"] for resource in stacks[name]["Resources"].values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"}


def test_every_security_group_restricts_egress(stacks: dict[str, Template]) -> None:
    for name, group in of_type(stacks["network"], "AWS::EC2::SecurityGroup").items():
        assert group["SecurityGroupEgress"], name


def test_only_functions_and_the_proxy_reach_the_database(
    stacks: dict[str, Template],
) -> None:
    rules = of_type(stacks["network"], "AWS::EC2::SecurityGroupIngress").values()
    into: dict[str, set[str]] = {}
    for rule in rules:
        source = rule["SourceSecurityGroupId"]["Fn::GetAtt"][0]
        into.setdefault(rule["GroupId"]["Fn::GetAtt"][0], set()).add(source)
    assert into == {
        "DatabaseGroup": {"FunctionsGroup", "ProxyGroup"},
        "ProxyGroup": {"FunctionsGroup"},
        "EndpointsGroup": {"FunctionsGroup"},
    }


def test_every_service_that_networked_functions_call_has_an_endpoint(
    stacks: dict[str, Template], template: Template, functions: Resources
) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    called = {
        action.partition(":")[0]
        for name, properties in functions.items()
        if "VpcConfig" in properties
        for statement in statements_of(roles[f"{name}Role"])
        for action in listed(statement["Action"])
    }
    # Lambda itself sends logs and traces, whatever network a function is in.
    endpoints = of_type(stacks["network"], "AWS::EC2::VPCEndpoint").values()
    served = {e["ServiceName"]["Fn::Sub"].rpartition(".")[2] for e in endpoints}
    assert called - {"logs", "xray"} == served


def test_endpoints_allow_only_this_account(stacks: dict[str, Template]) -> None:
    for name, endpoint in of_type(stacks["network"], "AWS::EC2::VPCEndpoint").items():
        (statement,) = endpoint["PolicyDocument"]["Statement"]
        account = {"Ref": "AWS::AccountId"}
        condition = {"aws:ResourceAccount": account, "aws:PrincipalAccount": account}
        assert statement["Condition"] == {"StringEquals": condition}, name


def test_database_is_encrypted_private_backed_up_and_uses_iam(
    stacks: dict[str, Template],
) -> None:
    (instance,) = of_type(stacks["database"], "AWS::RDS::DBInstance").values()
    assert instance["StorageEncrypted"] is True
    assert instance["PubliclyAccessible"] is False
    assert instance["EnableIAMDatabaseAuthentication"] is True
    assert instance["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in instance
    assert instance["BackupRetentionPeriod"] == {"Ref": "BackupDays"}
    (group,) = of_type(stacks["database"], "AWS::RDS::DBParameterGroup").values()
    assert group["Parameters"]["rds.force_ssl"] == "1"
    (proxy,) = of_type(stacks["database"], "AWS::RDS::DBProxy").values()
    assert proxy["RequireTLS"] is True
    assert proxy["DefaultAuthScheme"] == "IAM_AUTH"
    assert "Auth" not in proxy  # no secret for the proxy


def test_database_logs_no_statements(stacks: dict[str, Template]) -> None:
    (group,) = of_type(stacks["database"], "AWS::RDS::DBParameterGroup").values()
    set_to = group["Parameters"]
    assert (set_to["log_min_error_statement"], set_to["log_error_verbosity"]) == ("panic", "terse")
    assert (set_to["log_statement"], set_to["log_min_duration_statement"]) == ("none", "-1")


def test_database_outlives_its_stack_as_a_readable_snapshot(
    stacks: dict[str, Template],
) -> None:
    resources = stacks["database"]["Resources"]
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        assert resources["Instance"][policy] == "Snapshot"
    # A failed creation removes the key; nothing is encrypted with it yet.
    assert resources["Key"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources["Key"]["UpdateReplacePolicy"] == "Retain"


def test_edge_caches_no_errors(stacks: dict[str, Template]) -> None:
    (distribution,) = of_type(stacks["edge"], "AWS::CloudFront::Distribution").values()
    kept = {
        error["ErrorCode"]: error["ErrorCachingMinTTL"]
        for error in distribution["DistributionConfig"]["CustomErrorResponses"]
    }
    assert kept == dict.fromkeys([404, 500, 502, 503, 504], 0)  # those that the API returns


def test_edge_caches_only_assets(stacks: dict[str, Template]) -> None:
    (distribution,) = of_type(stacks["edge"], "AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    disabled, optimized = (
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
    )
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == disabled
    (cached,) = config["CacheBehaviors"]
    assert (cached["PathPattern"], cached["CachePolicyId"]) == ("/assets/*", optimized)


def test_firewall_log_redacts_keys(stacks: dict[str, Template]) -> None:
    (log,) = of_type(stacks["edge"], "AWS::WAFv2::LoggingConfiguration").values()
    assert {"SingleHeader": {"Name": "authorization"}} in log["RedactedFields"]
    # WAF rejects the ARN of a log group with ":*", as GetAtt returns it.
    (destination,) = log["LogDestinationConfigs"]
    assert destination["Fn::Sub"].endswith(":log-group:${FirewallLogs}")


def test_each_function_can_connect_as_one_user_to_one_database(
    template: Template, functions: Resources
) -> None:
    policies = of_type(template, "AWS::IAM::ManagedPolicy")
    assert policies.keys() == {"ConnectWorkers", "ConnectApi"}
    for policy in policies.values():
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "rds-db:connect"
        resource = json.dumps(statement["Resource"])
        assert "*" not in resource
        assert "/${DatabaseUser}" in resource
    reached = {
        name: json.dumps(role["ManagedPolicyArns"])
        for name, role in of_type(template, "AWS::IAM::Role").items()
        if "ManagedPolicyArns" in role
    }
    networked = {f"{name}Role" for name, p in functions.items() if "VpcConfig" in p}
    assert reached.keys() == networked
    by_proxy = {name for name, arns in reached.items() if "ConnectApi" in arns}
    assert by_proxy == {"APIHandlerRole"}
    assert all("ConnectWorkers" in arns for name, arns in reached.items() if name not in by_proxy)
