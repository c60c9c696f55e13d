"""The resources that each template creates, as the services describe them."""

from pathlib import Path
from typing import Any

import pytest

from infra.deploy.application import Deployed
from infra.packaging.template import read_template
from tests.infra.deploy.installation.conftest import REGION
from tests.infra.deploy.installation.emulated import UNKNOWN_TYPES, EmulatedTarget

pytestmark = pytest.mark.slow

_INFRA = Path(__file__).parents[4] / "infra"


def test_emulator_supports_every_type_that_is_not_left_out(target: EmulatedTarget) -> None:
    for name in ("network", "database", "edge"):
        types = {r["Type"] for r in read_template(_INFRA / f"{name}.yaml")["Resources"].values()}
        for kind in types & UNKNOWN_TYPES:
            body = f'{{"Resources": {{"One": {{"Type": "{kind}"}}}}}}'
            with pytest.raises(Exception, match="Unrecognized resource types"):
                target.client("cloudformation").create_stack(StackName="none", TemplateBody=body)


def test_subnets_are_in_separate_zones_and_route_to_the_gateways_only(
    target: EmulatedTarget, deployed: Deployed
) -> None:
    ec2, outputs = target.client("ec2"), target.outputs("network")
    subnets = ec2.describe_subnets(SubnetIds=outputs["SubnetIds"].split(","))["Subnets"]
    assert [s["CidrBlock"] for s in sorted(subnets, key=lambda s: s["AvailabilityZone"])] == [
        "10.40.0.0/20",
        "10.40.16.0/20",
        "10.40.32.0/20",
    ]
    assert len({s["AvailabilityZone"] for s in subnets}) == 3
    assert not any(s["MapPublicIpOnLaunch"] for s in subnets)
    [network] = {s["VpcId"] for s in subnets}
    endpoints = _of_network(ec2.describe_vpc_endpoints()["VpcEndpoints"], network)
    of_kind: dict[str, set[str]] = {"Gateway": set(), "Interface": set()}
    for endpoint in endpoints:
        of_kind[endpoint["VpcEndpointType"]].add(endpoint["ServiceName"].rpartition(".")[2])
    assert of_kind == {"Gateway": {"s3", "dynamodb"}, "Interface": {"sqs", "states", "lambda"}}
    [table] = {
        table["RouteTableId"]: table
        for table in _of_network(ec2.describe_route_tables()["RouteTables"], network)
        if any("SubnetId" in a for a in table["Associations"])
    }.values()
    assert {a.get("SubnetId") for a in table["Associations"]} >= {s["SubnetId"] for s in subnets}
    for gateway in (e for e in endpoints if e["VpcEndpointType"] == "Gateway"):
        assert gateway["RouteTableIds"] == [table["RouteTableId"]]
    internet = {route.get("GatewayId", "local") for route in table["Routes"]}
    assert not [gateway for gateway in internet if gateway.startswith(("igw-", "nat-"))]


def _of_network(found: list[dict[str, Any]], network: str) -> list[dict[str, Any]]:
    return [each for each in found if each["VpcId"] == network]


def test_functions_reach_only_the_database_the_proxy_and_aws(
    target: EmulatedTarget, deployed: Deployed
) -> None:
    ec2, outputs = target.client("ec2"), target.outputs("network")
    [functions, database] = [
        ec2.describe_security_groups(GroupIds=[outputs[name]])["SecurityGroups"][0]
        for name in ("FunctionsGroup", "DatabaseGroup")
    ]
    rules = functions["IpPermissionsEgress"]
    assert [r for r in rules if r["IpRanges"] or r["Ipv6Ranges"]] == []
    to_groups = {p["GroupId"]: r["ToPort"] for r in rules for p in r["UserIdGroupPairs"]}
    assert (
        to_groups.items() >= {outputs["DatabaseGroup"]: 5432, outputs["ProxyGroup"]: 5432}.items()
    )
    assert sorted(to_groups.values()) == [443, 5432, 5432]
    lists = {p["PrefixListId"] for r in rules for p in r["PrefixListIds"]}
    known = ec2.describe_managed_prefix_lists()["PrefixLists"]
    named = {p["PrefixListName"] for p in known if p["PrefixListId"] in lists}
    assert named == {f"com.amazonaws.{REGION}.{name}" for name in ("s3", "dynamodb")}
    [nowhere] = database["IpPermissionsEgress"]
    assert [r["CidrIp"] for r in nowhere["IpRanges"]] == ["127.0.0.1/32"]


def test_instance_matches_the_stage_and_the_template(
    target: EmulatedTarget, deployed: Deployed
) -> None:
    instance, network = target.instance(), target.outputs("network")
    assert instance["DBInstanceClass"] == "db.m7g.large"
    assert instance["EngineVersion"] == "18.4"
    assert (instance["AllocatedStorage"], instance["MaxAllocatedStorage"]) == (100, 1000)
    assert instance["BackupRetentionPeriod"] == 14
    on = ["MultiAZ", "StorageEncrypted", "DeletionProtection", "IAMDatabaseAuthenticationEnabled"]
    on += ["PerformanceInsightsEnabled", "CopyTagsToSnapshot", "AutoMinorVersionUpgrade"]
    assert [name for name in on if instance[name] is not True] == []
    assert instance["PubliclyAccessible"] is False
    assert instance["KmsKeyId"].startswith(f"arn:aws:kms:{REGION}:")
    groups = [group["VpcSecurityGroupId"] for group in instance["VpcSecurityGroups"]]
    assert groups == [network["DatabaseGroup"]]
    subnets = {s["SubnetIdentifier"] for s in instance["DBSubnetGroup"]["Subnets"]}
    assert subnets == set(network["SubnetIds"].split(","))


def test_database_parameters_match_the_template(target: EmulatedTarget, deployed: Deployed) -> None:
    [group] = target.instance()["DBParameterGroups"]
    pages = target.client("rds").get_paginator("describe_db_parameters")
    found = {
        parameter["ParameterName"]: parameter.get("ParameterValue")
        for page in pages.paginate(DBParameterGroupName=group["DBParameterGroupName"])
        for parameter in page["Parameters"]
    }
    template = read_template(_INFRA / "database.yaml")
    expected = template["Resources"]["Parameters"]["Properties"]["Parameters"]
    assert expected.items() <= found.items()


def test_database_alarms_watch_the_instance(target: EmulatedTarget, deployed: Deployed) -> None:
    pages = target.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    watching = {a["MetricName"]: a for a in alarms if a["Namespace"] == "AWS/RDS"}
    assert watching.keys() == {"DatabaseConnections", "CPUUtilization", "FreeStorageSpace"}
    name = target.outputs("database")["DatabaseInstance"]
    for alarm in watching.values():
        assert alarm["Dimensions"] == [{"Name": "DBInstanceIdentifier", "Value": name}]
    assert watching["FreeStorageSpace"]["Threshold"] == 10 * 2**30  # a tenth of 100 GiB
    assert watching["DatabaseConnections"]["Threshold"] == 685  # 85 % of about 806


def test_edge_has_the_firewall_and_forwards_to_the_api(
    target: EmulatedTarget, deployed: Deployed
) -> None:
    edge = target.in_region("us-east-1")
    [summary] = edge.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    [distribution] = edge.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert distribution["WebACLId"] == summary["ARN"]
    [origin] = distribution["Origins"]["Items"]
    assert origin["OriginPath"].startswith("/")
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    name = {"Name": summary["Name"], "Id": summary["Id"], "Scope": "CLOUDFRONT"}
    rules = edge.client("wafv2").get_web_acl(**name)["WebACL"]["Rules"]
    limits = [r["Statement"].get("RateBasedStatement", {}).get("Limit") for r in rules]
    assert [limit and int(limit) for limit in limits] == [500, None, None, None]
