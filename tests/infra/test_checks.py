"""What `make deploy-check` counts, measures and accepts."""

from pathlib import Path

import pytest

from infra.checks.cold_starts import ColdStart
from infra.checks.quotas import (
    Quota,
    count_application,
    count_network,
    count_package,
    count_template,
)
from infra.checks.scanners import Acceptance, Finding, judge, lint, read_accepted
from infra.checks.transform import transform
from infra.packaging.package import ROOT, Package
from infra.packaging.template import Template, of_type, read_template


@pytest.fixture(scope="module")
def transformed(template: Template) -> Template:
    return transform(template)


def test_quotas_count_the_transformed_template(template: Template, transformed: Template) -> None:
    assert "Transform" not in transformed
    assert len(transformed["Resources"]) > len(template["Resources"])
    quotas = {q.name: q for q in count_template("application", transformed)}
    assert quotas["application: resources"].used == len(transformed["Resources"])


def test_api_has_only_the_stage_with_throttling_and_metrics(transformed: Template) -> None:
    # A deployment that names a stage creates it, without any of its settings.
    deployments = of_type(transformed, "AWS::ApiGateway::Deployment").values()
    assert [deployment.get("StageName") for deployment in deployments] == [None]
    [stage] = of_type(transformed, "AWS::ApiGateway::Stage").values()
    assert stage["StageName"] == "api"
    assert stage["MethodSettings"]
    assert stage["TracingEnabled"]


def test_every_quota_is_met(template: Template, transformed: Template, package: Package) -> None:
    quotas = [*count_template("application", transformed), *count_application(template)]
    quotas += [*count_package(package), *count_network(read_template(ROOT / "infra/network.yaml"))]
    assert [quota for quota in quotas if not quota.is_met] == []
    assert all(quota.used > 0 for quota in quotas if quota.name != "application: outputs")


def test_exceeded_quota_is_reported(transformed: Template) -> None:
    resources = {f"Topic{n}": {"Type": "AWS::SNS::Topic"} for n in range(501)}
    quotas = count_template("t", {"Resources": resources})
    assert [q.name for q in quotas if not q.is_met] == ["t: resources"]
    assert not Quota("x", 11, 10).is_met


def test_policy_size_counts_the_values_of_intrinsic_functions() -> None:
    arns = [{"Fn::GetAtt": [f"Table{n}", "Arn"]} for n in range(80)]
    statement = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": arns}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}]
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}}
    quotas = count_template("t", {"Resources": {"Role": role}})
    assert [q.of for q in quotas if not q.is_met] == ["Role"]


def test_slow_cold_start_is_reported() -> None:
    for name, is_slow in (("StageRange", True), ("APIHandler", False)):
        start = ColdStart(name, 0.9)
        assert (start.seconds > start.limit) is is_slow


_FOUND = Finding("CKV_1", "AWS::A::B.One", "text")


@pytest.mark.parametrize("resources", [("AWS::A::B",), ("AWS::A::B.One",), ("X", "AWS::A::B")])
def test_finding_is_accepted_by_type_or_name(resources: tuple[str, ...]) -> None:
    assert judge([_FOUND], [Acceptance("CKV_1", resources, "because")]) == ([], [])


@pytest.mark.parametrize(
    "accepted",
    [Acceptance("CKV_2", ("AWS::A::B",), "x"), Acceptance("CKV_1", ("AWS::A::B.Two",), "x")],
)
def test_unaccepted_findings_and_stale_acceptances_are_reported(accepted: Acceptance) -> None:
    assert judge([_FOUND], [accepted]) == ([_FOUND], [accepted])


def test_every_acceptance_has_a_reason() -> None:
    accepted = read_accepted()
    assert accepted
    for acceptance in accepted:
        assert acceptance.reason.endswith("."), acceptance
        assert acceptance.resources, acceptance


def test_cfn_lint_findings_are_returned(tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text('{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"No": 1}}}}')
    assert "'No' was unexpected" in lint([path], "eu-central-1")
