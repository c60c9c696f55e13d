"""The workflow's file: it can be read, it is bounded, and it names what the template names."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.package import ROOT
from infra.template import Template, of_type

_PATH = ROOT / "infra" / "statemachines" / "import_products.asl.json"
_TEXT = _PATH.read_text(encoding="utf-8")
_MACHINE = json.loads(_TEXT)
_LAST_STATE = "FailImport"  # nothing is left to catch what it raises
_UNKNOWN_TO_EMULATORS = ("ItemReader", "ItemBatcher", "ResultWriter", "HeartbeatSeconds")

State = dict[str, Any]


def _scopes(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the machine and the machines inside its maps."""
    yield machine
    for state in machine["States"].values():
        if state["Type"] == "Map":
            yield from _scopes(state["ItemProcessor"])


def _states(kind: str | None = None) -> dict[str, State]:
    found: dict[str, State] = {}
    for scope in _scopes(_MACHINE):
        assert not found.keys() & scope["States"].keys()
        found |= scope["States"]
    return {name: state for name, state in found.items() if kind in {None, state["Type"]}}


def _targets(state: State) -> set[str]:
    found = {state[key] for key in ("Next", "Default") if key in state}
    for rule in [*state.get("Choices", []), *state.get("Catch", [])]:
        found.add(rule["Next"])
    return found


def test_every_state_says_what_it_is_for() -> None:
    assert _MACHINE["Comment"]
    assert not [name for name, state in _states().items() if not state.get("Comment")]


def test_every_transition_leads_to_a_state_and_every_state_is_reached() -> None:
    for scope in _scopes(_MACHINE):
        names, seen, waiting = set(scope["States"]), set(), [scope["StartAt"]]
        while waiting:
            name = waiting.pop()
            assert name in names
            if name not in seen:
                seen.add(name)
                waiting += _targets(scope["States"][name])
        assert seen == names


def test_every_state_goes_on_or_ends() -> None:
    for name, state in _states().items():
        is_last = state["Type"] in {"Succeed", "Fail", "Choice"}
        assert is_last or ("Next" in state) != state.get("End", False), name


@pytest.mark.parametrize("name", _states("Task"))
def test_every_task_is_bounded_tried_again_and_caught(name: str) -> None:
    state = _states("Task")[name]
    assert 0 < state["TimeoutSeconds"] <= 910
    retried = {error for rule in state["Retry"] for error in rule["ErrorEquals"]}
    # An emulator reports every exception as one of its own; this word covers them all.
    assert "States.TaskFailed" in retried
    for rule in state["Retry"]:
        assert rule["BackoffRate"] > 1
        assert rule["JitterStrategy"] == "FULL"
        assert rule["MaxAttempts"] >= 3
    in_map = name not in _MACHINE["States"]
    if name != _LAST_STATE and not in_map:
        assert [rule["Next"] for rule in state["Catch"]] == [_LAST_STATE]


@pytest.mark.parametrize("name", _states("Map"))
def test_every_map_is_inline_bounded_and_caught(name: str) -> None:
    state = _states("Map")[name]
    assert state["ItemProcessor"].get("ProcessorConfig", {"Mode": "INLINE"}) == {"Mode": "INLINE"}
    assert state["MaxConcurrency"] > 0
    assert [rule["Next"] for rule in state["Catch"]] == [_LAST_STATE]


def test_nothing_is_used_that_an_emulator_ignores() -> None:
    assert not [word for word in _UNKNOWN_TO_EMULATORS if word in _TEXT]


def test_state_function_and_substitution_have_one_name(template: Template) -> None:
    (properties,) = of_type(template, "AWS::StepFunctions::StateMachine").values()
    substituted = dict(properties["DefinitionSubstitutions"])
    assert substituted.pop("Workers") == {"Ref": "Workers"}
    functions = of_type(template, "AWS::Serverless::Function")
    assert {name: {"Fn::GetAtt": [name, "Arn"]} for name in substituted} == substituted
    assert substituted.keys() == set(re.findall(r"\$\{(\w+)\}", _TEXT))
    for name, state in _states("Task").items():
        assert state["Resource"] == f"${{{name}}}"
        words = functions[name]["Handler"].rsplit(".", 1)[1].split("_")
        assert "".join(word.capitalize() for word in words) == name


def test_no_task_waits_less_than_its_function_may_run(template: Template) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    for name, state in _states("Task").items():
        assert state["TimeoutSeconds"] >= functions[name]["Timeout"], name


def test_template_holds_the_file_with_the_number_of_workers_left_open(template: Template) -> None:
    (properties,) = of_type(template, "AWS::StepFunctions::StateMachine").values()
    text = properties["DefinitionString"]
    assert text.count('"MaxConcurrency":${Workers}') == len(_states("Map"))
    assert json.loads(text.replace("${Workers}", "8")) == _MACHINE
