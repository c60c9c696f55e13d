"""The source of the state machines: retriers by name, and the transitions counted from it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.packaging.package import ROOT
from infra.packaging.state_machines import State, count_transitions, read_machine, regular_path
from infra.packaging.transitions import PATH, make_text

_RETRIERS = {"transient": {"Comment": "No answer.", "Retrier": {"ErrorEquals": ["TryAgainError"]}}}
_COUNTED: State = {
    "States": {
        "Claim": {"Type": "Task", "Resource": "${Claim}", "Next": "IsClaimed"},
        "IsClaimed": {
            "Type": "Choice",
            "Choices": [{"Next": "Items"}, {"Next": "Done"}],
            "Default": "Done",
        },
        "Items": {
            "Type": "Map",
            "ItemProcessor": {
                "States": {"WorkOn": {"Type": "Task", "Resource": "${WorkOn}", "End": True}}
            },
            "Next": "Finish",
        },
        "Finish": {"Type": "Task", "Resource": "${Finish}", "Next": "IsFinished"},
        "IsFinished": {"Type": "Choice", "Choices": [{"Next": "Start"}], "Default": "Items"},
        "Start": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution"}
        | {"Next": "Done"},
        "Done": {"Type": "Succeed"},
    }
}


def write_machine(folder: Path, retry: list[str]) -> Path:
    (folder / "retriers.json").write_text(json.dumps(_RETRIERS))
    step: dict[str, Any] = {"Type": "Task", "Retry": retry, "End": True}
    states = {"All": {"Type": "Map", "ItemProcessor": {"States": {"Step": step}}}}
    path = folder / "machine.asl.json"
    path.write_text(json.dumps({"StartAt": "All", "States": states}))
    return path


def test_retriers_are_written_out_inside_maps_too(tmp_path: Path) -> None:
    machine = read_machine(write_machine(tmp_path, ["transient"]))
    step = machine["States"]["All"]["ItemProcessor"]["States"]["Step"]
    assert step["Retry"] == [{"ErrorEquals": ["TryAgainError"]}]


def test_unknown_retrier_is_an_error_that_names_the_state(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Step names unknown retriers: .*'transent'"):
        read_machine(write_machine(tmp_path, ["transent"]))


def test_every_retrier_has_a_comment() -> None:
    text = (ROOT / "infra/statemachines/retriers.json").read_text(encoding="utf-8")
    assert all(retrier["Comment"] for retrier in json.loads(text).values())


def test_regular_path_takes_the_first_rule() -> None:
    assert list(regular_path(_COUNTED["States"], "Claim")) == [
        "Claim",
        "IsClaimed",
        "Items",
        "Finish",
        "IsFinished",
        "Start",
        "Done",
    ]


def test_regular_path_takes_the_default_where_the_first_rule_leads_back() -> None:
    states: dict[str, State] = {
        "Work": {"Type": "Pass", "Next": "IsMoreLeft"},
        "IsMoreLeft": {"Type": "Choice", "Choices": [{"Next": "Work"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }
    assert list(regular_path(states, "Work")) == ["Work", "IsMoreLeft", "Done"]


def test_transitions_of_a_step_end_at_the_next_step_or_in_a_map() -> None:
    assert count_transitions(_COUNTED) == {"claim": 3, "work_on": 1, "finish": 4}


def test_counted_transitions_are_current() -> None:
    """If this fails, run `make transitions`."""
    assert (ROOT / PATH).read_text(encoding="utf-8") == make_text()
