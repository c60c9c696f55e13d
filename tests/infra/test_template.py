"""The packaged template: no fixed names, no visible secrets, and all settings."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.settings import Settings
from infra.packaging.package import Package
from infra.packaging.template import Template, of_type
from tests.infra.conftest import Resources

# Properties for names that would conflict between two stacks in one account.
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


@pytest.mark.slow
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


def test_logs_of_state_machines_share_one_statement_of_the_log_policy(template: Template) -> None:
    # CloudWatch writes these logs by one resource policy, whose size is limited. It covers this
    # prefix by one statement; any other group gets one of its own.
    machines = of_type(template, "AWS::StepFunctions::StateMachine")
    groups = of_type(template, "AWS::Logs::LogGroup")
    for name in machines:
        named = groups[f"{name}Logs"]["LogGroupName"]["Fn::Sub"]
        assert named == f"/aws/vendedlogs/states/${{AWS::StackName}}/{name}"


def test_functions_have_no_tags_but_those_of_the_stack(functions: Resources) -> None:
    assert not [name for name, properties in functions.items() if "Tags" in properties]


def test_timeouts_are_within_the_limits_of_lambda(functions: Resources) -> None:
    for properties in functions.values():
        assert properties["Timeout"] <= 900
        assert properties["Tracing"] == "Active"
    assert functions["APIHandler"]["Timeout"] == 29  # the limit of API Gateway


def test_functions_get_exactly_the_settings(template: Template, functions: Resources) -> None:
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    for name in ("APIHandler", "SweepJobs"):
        given |= set(functions[name]["Environment"]["Variables"])
    ours = {name for name in given if not name.startswith("POWERTOOLS_")}
    assert ours == {name.upper() for name in Settings.model_fields}


def test_defaults_of_template_and_settings_agree(template: Template) -> None:
    parameters = template["Parameters"]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    for name, field in Settings.model_fields.items():
        value = variables.get(name.upper())
        parameter = parameters.get(value["Ref"], {}) if isinstance(value, dict) else {}
        if "Default" in parameter and not field.is_required():
            assert str(parameter["Default"]) == str(field.default).lower(), name


def test_password_is_hidden(template: Template) -> None:
    assert template["Parameters"]["DatabasePassword"]["NoEcho"] is True
    assert "DatabasePassword" not in json.dumps(template["Outputs"])


def test_loopback_is_off_by_default(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["ACCOUNT_ID"] == {"Ref": "AWS::AccountId"}
    assert template["Parameters"]["WebhookAllowLoopback"]["Default"] == "false"
