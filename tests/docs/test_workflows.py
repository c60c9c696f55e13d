"""GitHub workflows have least privileges, pinned actions and existing commands."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.tree import ROOT

_GITHUB = ROOT / ".github"
PATHS = sorted((_GITHUB / "workflows").glob("*.yml"))
_PINNED = re.compile(r"^ *-? *uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", re.ASCII)
_MAY_WRITE = {("release.yml", "publish"): {"contents": "write"}}
# Text from strangers, which would be executed inside a command.
_STRANGERS = re.compile(r"\$\{\{\s*github\.(event|head_ref)")


def read(path: Path) -> dict[Any, Any]:
    """Return a workflow; YAML parses its key `on` as true."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def commands(workflow: dict[Any, Any]) -> list[str]:
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [step["run"] for step in steps if "run" in step]


def test_the_expected_workflows_exist() -> None:
    names = {path.name for path in PATHS}
    assert names == {
        "audit.yml",
        "check.yml",
        "localstack.yml",
        "nightly.yml",
        "release.yml",
        "test.yml",
    }


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert [line for line in lines if not _PINNED.match(line)] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_only_the_publish_job_may_write(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job.get("permissions") == _MAY_WRITE.get((path.name, name))
        if "permissions" in job:
            used = [step.get("uses", "") for step in job["steps"]]
            assert not [action for action in used if "checkout" in action], (
                "it runs the project's code"
            )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_job_has_a_timeout_and_keeps_no_credentials(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"])
        for step in job["steps"]:
            if "checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_no_command_contains_text_from_strangers(path: Path) -> None:
    assert not _STRANGERS.search(path.read_text(encoding="utf-8"))
    assert [run for run in commands(read(path)) if "${{" in run] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_commands_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for run in commands(read(path)):
        assert set(re.findall(r"\bmake ([a-z-]+)", run)) <= targets
        for script in re.findall(r"\bbash (\S+)", run):
            assert (ROOT / script).exists()


def test_all_supported_python_versions_are_checked() -> None:
    matrix = read(_GITHUB / "workflows/check.yml")["jobs"]["check"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert 'requires-python = ">=3.11,<3.14"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_localstack_tests_use_the_image_of_docker_compose() -> None:
    run = " ".join(commands(read(_GITHUB / "workflows/localstack.yml")))
    assert "docker compose -f docker-compose.localstack.yml up --wait" in run
    assert "make test-localstack" in run


def test_the_nightly_run_has_every_test() -> None:
    job = read(_GITHUB / "workflows/nightly.yml")["jobs"]["nightly"]
    *folders, others = (part["tests"] for part in job["strategy"]["matrix"]["include"])
    assert others == " --ignore ".join(["tests", *folders])
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_dependabot_updates_everything_that_is_locked() -> None:
    updates = yaml.safe_load((_GITHUB / "dependabot.yml").read_text("utf-8"))["updates"]
    renewed = {(update["package-ecosystem"], update["directory"]) for update in updates}
    assert renewed == {("pip", "/"), ("pip", "/infra"), ("npm", "/web"), ("github-actions", "/")}


@pytest.mark.parametrize("name", ["bug.yml", "feature.yml"])
def test_an_issue_form_has_required_fields(name: str) -> None:
    form = yaml.safe_load((_GITHUB / "ISSUE_TEMPLATE" / name).read_text("utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    asked = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in asked}) == len(asked)
    assert any(field.get("validations", {}).get("required") for field in asked)
