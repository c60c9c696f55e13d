"""Alarms and the dashboard: their metrics are written, and each alarm has a runbook."""

import ast
import json
import re
from typing import Any

import pytest

from infra.packaging.package import ROOT
from infra.packaging.template import Template, of_type
from tests.architecture.tree import read_modules
from tests.infra.conftest import Resources

_OURS = "ProductImporter"
_OF_ALL = {"service", "stage"}  # dimensions of all our metrics
# Functions whose errors the deploy program sees, and the authorizer: Lambda counts each 401 as an
# error of it.
_NOT_WATCHED = {"AuthorizeRequest", "IssueKey", "MigrateDatabase"}
_PAGE = "docs/OPERATIONS.md"


@pytest.fixture(scope="module")
def alarms(template: Template) -> Resources:
    return of_type(template, "AWS::CloudWatch::Alarm")


@pytest.fixture(scope="module")
def widgets(template: Template) -> list[dict[str, Any]]:
    (dashboard,) = of_type(template, "AWS::CloudWatch::Dashboard").values()
    text, _ = dashboard["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(text)["widgets"]
    return found


def written_metrics() -> dict[str, set[str]]:
    """Return the metrics that `count` is called for, each with its labels."""
    found: dict[str, set[str]] = {}
    calls = (
        node
        for tree in read_modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "count"
    )
    for call in calls:
        assert isinstance(call.args[0], ast.Constant)
        name = str(call.args[0].value)
        labels = {str(keyword.arg) for keyword in call.keywords}
        assert found.setdefault(name, labels) == labels, f"{name} has other labels elsewhere"
    return found


def dimensions_of(alarm: dict[str, Any]) -> dict[str, Any]:
    return {found["Name"]: found["Value"] for found in alarm.get("Dimensions", [])}


def read_runbooks() -> dict[str, str]:
    """Return the runbooks of the page by heading."""
    text = (ROOT / _PAGE).read_text(encoding="utf-8")
    section = text.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    parts = re.split(r"^### (\w+)$", section, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def runbook_of(alarm: dict[str, Any]) -> str:
    [anchor] = re.findall(rf"Runbook: {_PAGE}#(\w+)$", alarm["AlarmDescription"])
    return str(anchor)


def test_alarms_and_runbooks_match(alarms: Resources) -> None:
    headings = {heading.lower(): heading for heading in read_runbooks()}
    linked = {name: runbook_of(alarm) for name, alarm in alarms.items()}
    assert set(linked.values()) == headings.keys()
    for name, anchor in linked.items():
        assert headings[anchor] in (name, "FunctionErrors")
        assert (headings[anchor] == "FunctionErrors") == name.endswith("Errors")


def test_every_runbook_has_the_same_four_headings() -> None:
    for heading, runbook in read_runbooks().items():
        said = re.findall(r"^- \*\*([\w ]+)\.\*\*", runbook, re.MULTILINE)
        assert said == ["Impact", "Diagnosis", "Resolution", "Test"], heading


def test_every_alarm_notifies_when_it_starts_and_ends(alarms: Resources) -> None:
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] in ("notBreaching", "breaching", "missing"), name


def test_alarms_watch_metrics_that_the_code_writes(alarms: Resources) -> None:
    written = written_metrics()
    ours = {name: alarm for name, alarm in alarms.items() if alarm["Namespace"] == _OURS}
    assert len(ours) > 5
    for name, alarm in ours.items():
        dimensions = dimensions_of(alarm)
        assert dimensions.keys() == _OF_ALL | written[alarm["MetricName"]], name
        assert dimensions["service"] == "product-importer"
        assert dimensions["stage"] == {"Ref": "Stage"}


def test_dashboard_shows_metrics_that_the_code_writes(
    widgets: list[dict[str, Any]],
) -> None:
    written, shown = written_metrics(), set()
    for widget in widgets:
        for metric in widget["properties"].get("metrics", []):
            if metric[0] != _OURS:
                continue
            _, name, *dimensions = [part for part in metric if isinstance(part, str)]
            assert set(dimensions[::2]) == _OF_ALL | written[name], name
            shown.add(name)
    assert shown >= {"Records", "StepSeconds", "JobsEnded", "OldestJobSeconds"}


def test_dashboard_names_existing_resources(
    widgets: list[dict[str, Any]], template: Template
) -> None:
    known = template["Resources"].keys() | template["Parameters"].keys() | {"DatabaseInstance"}
    named = set(re.findall(r"\$\{(\w+)(?:\.\w+)?\}", json.dumps(widgets)))
    assert named <= known


def test_dashboard_shows_every_unconditional_alarm(
    widgets: list[dict[str, Any]], alarms: Resources, template: Template
) -> None:
    [shown] = [w["properties"]["alarms"] for w in widgets if w["type"] == "alarm"]
    always = {
        name
        for name in alarms
        if "Condition" not in template["Resources"][name] and not name.endswith("Errors")
    }
    assert {alarm.removeprefix("${").removesuffix(".Arn}") for alarm in shown} == always


def test_every_function_without_a_waiting_caller_has_an_alarm(
    alarms: Resources, functions: Resources
) -> None:
    watched = {name.removesuffix("Errors") for name in alarms if name.endswith("Errors")}
    assert watched == functions.keys() - _NOT_WATCHED
    for name in watched:
        assert dimensions_of(alarms[f"{name}Errors"]) == {"FunctionName": {"Ref": name}}


def test_every_dead_letter_queue_has_an_alarm(alarms: Resources, template: Template) -> None:
    text = json.dumps(template["Resources"])
    dead = set(re.findall(r'"deadLetterTargetArn": \{"Fn::GetAtt": \["(\w+)"', text))
    dead |= set(re.findall(r'"DeadLetterConfig": \{"Arn": \{"Fn::GetAtt": \["(\w+)"', text))
    watched = {
        dimensions_of(alarm)["QueueName"]["Fn::GetAtt"][0]
        for alarm in alarms.values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert dead == watched == {"UndeliveredEvents", "UndeliveredWebhooks"}


def test_alarm_topic_is_encrypted_with_a_key_that_alarms_can_use(template: Template) -> None:
    (topic,) = of_type(template, "AWS::SNS::Topic").values()
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": ["AlarmKey", "Arn"]}
    (key,) = of_type(template, "AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    services = [s["Principal"].get("Service") for s in key["KeyPolicy"]["Statement"]]
    assert "cloudwatch.amazonaws.com" in services


def test_stages_in_one_account_have_separate_metrics(template: Template) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert api["DefinitionBody"]["info"]["title"] == {"Fn::Sub": "product-importer-${Stage}"}


def test_database_alarms_require_an_instance(alarms: Resources, template: Template) -> None:
    of_database = {name for name, alarm in alarms.items() if alarm["Namespace"] == "AWS/RDS"}
    assert len(of_database) == 3
    for name in of_database:
        assert template["Resources"][name]["Condition"] == "HasDatabaseInstance"
