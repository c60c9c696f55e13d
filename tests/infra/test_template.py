"""The packaged template: nothing fixed, nothing shown, and every setting given."""

import json
import subprocess
import sys
from pathlib import Path

from chalicelib.settings import Settings
from infra.packaging.package import Package
from infra.packaging.template import Template
from tests.infra.conftest import Resources

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


def test_workers_time_out_no_later_than_lambda_allows(functions: Resources) -> None:
    for properties in functions.values():
        assert properties["Timeout"] <= 900
        assert properties["Tracing"] == "Active"
    assert functions["APIHandler"]["Timeout"] == 29  # API Gateway's own limit


def test_every_setting_is_given_and_no_other(template: Template, functions: Resources) -> None:
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    for name in ("APIHandler", "SweepJobs"):
        given |= set(functions[name]["Environment"]["Variables"])
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


def test_no_parameter_turns_loopback_on_by_itself(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["ACCOUNT_ID"] == {"Ref": "AWS::AccountId"}
    assert template["Parameters"]["WebhookAllowLoopback"]["Default"] == "false"
