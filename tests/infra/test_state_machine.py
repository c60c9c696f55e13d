"""The state machines: complete, bounded, and consistent with the template."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from infra.packaging.package import ROOT
from infra.packaging.resources import read_job_kinds
from infra.packaging.state_machines import all_states, calls_function, read_machines
from infra.packaging.template import Template, of_type
from tests.infra.conftest import Resources
from tests.infra.statements import statements_of

_MACHINES = read_machines(ROOT)
_TEXTS = {name: json.dumps(machine) for name, machine in _MACHINES.items()}
# The states where failures end: nothing catches their errors.
_LAST_STATES = {"index_catalogue": "Indexed"}
for _kind in read_job_kinds(ROOT).values():
    _LAST_STATES[re.sub(r"(?<!^)(?=[A-Z])", "_", _kind["Workflow"]).lower()] = _kind["FailFunction"]
_FAILOVER_SECONDS = 180  # of RDS, with a margin: it takes one or two minutes
_UNKNOWN_TO_EMULATORS = ("ItemReader", "ItemBatcher", "ResultWriter", "HeartbeatSeconds")

State = dict[str, Any]


def _scopes(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the machine and the machines inside its maps."""
    yield machine
    for state in machine["States"].values():
        if state["Type"] == "Map":
            yield from _scopes(state["ItemProcessor"])


def _states(machine: str, kind: str | None = None) -> dict[str, State]:
    found = all_states(_MACHINES[machine])
    return {name: state for name, state in found.items() if kind in {None, state["Type"]}}


def _steps(machine: str) -> dict[str, State]:
    """Return the tasks that call a function."""
    return {name: state for name, state in _states(machine).items() if calls_function(state)}


def _starts(machine: str) -> set[str]:
    """Return the tasks that start another machine without waiting for it."""
    return _states(machine, "Task").keys() - _steps(machine).keys()


def _named(kind: str) -> list[tuple[str, str]]:
    return [(machine, name) for machine in _MACHINES for name in _states(machine, kind)]


def _targets(state: State) -> set[str]:
    found = {state[key] for key in ("Next", "Default") if key in state}
    for rule in [*state.get("Choices", []), *state.get("Catch", [])]:
        found.add(rule["Next"])
    return found


def _resource(template: Template, machine: str) -> dict[str, Any]:
    """Return the properties of the resource with the machine's name."""
    name = "".join(word.capitalize() for word in machine.split("_"))
    return of_type(template, "AWS::StepFunctions::StateMachine")[name]


@pytest.mark.parametrize("machine", _MACHINES)
def test_every_state_has_a_name_of_its_own(machine: str) -> None:
    names = [name for scope in _scopes(_MACHINES[machine]) for name in scope["States"]]
    assert len(names) == len(set(names))


def test_every_file_is_a_state_machine_of_the_template(template: Template) -> None:
    assert _MACHINES.keys() == _LAST_STATES.keys()
    assert len(of_type(template, "AWS::StepFunctions::StateMachine")) == len(_MACHINES)


@pytest.mark.parametrize("machine", _MACHINES)
def test_every_state_has_a_comment(machine: str) -> None:
    assert _MACHINES[machine]["Comment"]
    assert not [name for name, state in _states(machine).items() if not state.get("Comment")]


@pytest.mark.parametrize("machine", _MACHINES)
def test_every_transition_leads_to_a_state_and_every_state_is_reachable(machine: str) -> None:
    for scope in _scopes(_MACHINES[machine]):
        names, seen, waiting = set(scope["States"]), set(), [scope["StartAt"]]
        while waiting:
            name = waiting.pop()
            assert name in names
            if name not in seen:
                seen.add(name)
                waiting += _targets(scope["States"][name])
        assert seen == names


@pytest.mark.parametrize("machine", _MACHINES)
def test_every_state_has_a_next_state_or_ends(machine: str) -> None:
    for name, state in _states(machine).items():
        is_last = state["Type"] in {"Succeed", "Fail", "Choice"}
        assert is_last or ("Next" in state) != state.get("End", False), name


def _share_retried(retriers: list[dict[str, Any]], error: str, seconds: float, times: int) -> float:
    """Return the share of items that are retried for `seconds`, if each try fails at once.

    `times`: the number of items to simulate.

    The first retrier that names the error counts. With the jitter FULL a delay is any time up to
    the whole one.
    """
    rule = next(rule for rule in retriers if error in rule["ErrorEquals"])
    delays = rule["IntervalSeconds"] * rule["BackoffRate"] ** np.arange(rule["MaxAttempts"])
    longest = np.minimum(delays, rule["MaxDelaySeconds"])
    shares = np.random.default_rng(1).random((times, len(longest)), dtype=np.float32)
    return float((shares @ longest.astype(np.float32) >= seconds).mean())


@pytest.mark.parametrize(("machine", "name"), _named("Task"))
def test_forty_items_of_a_map_outlive_a_failover(machine: str, name: str) -> None:
    state = _states(machine, "Task")[name]
    if not calls_function(state):
        return
    one = _share_retried(state["Retry"], "TryAgainError", _FAILOVER_SECONDS, times=400_000)
    assert one**40 > 0.999


@pytest.mark.parametrize(("machine", "name"), _named("Task"))
def test_every_task_has_a_timeout_retries_and_a_catch(machine: str, name: str) -> None:
    state, last_state = _states(machine, "Task")[name], _LAST_STATES[machine]
    assert 0 < state["TimeoutSeconds"] <= 910
    retried = {error for rule in state["Retry"] for error in rule["ErrorEquals"]}
    # An emulator reports every exception as one of its own, which this name covers.
    assert "States.TaskFailed" in retried
    for rule in state["Retry"]:
        assert rule["BackoffRate"] > 1
        assert rule["JitterStrategy"] == "FULL"
        assert rule["MaxAttempts"] >= 3
    if state["Resource"].startswith("${"):
        # First, because the general names cover it too, and fail after a minute.
        assert "Lambda.TooManyRequestsException" in state["Retry"][0]["ErrorEquals"]
    in_map = name not in _MACHINES[machine]["States"]
    if name not in {last_state, *_starts(machine)} and not in_map:
        assert [rule["Next"] for rule in state["Catch"]] == [last_state]


@pytest.mark.parametrize("machine", _MACHINES)
def test_job_ends_the_same_if_indexing_cannot_be_started(machine: str) -> None:
    for name in _starts(machine):
        state = _states(machine)[name]
        assert state["Parameters"]["StateMachineArn"] == "${IndexCatalogue}"
        assert state["ResultPath"] is None
        assert [rule["Next"] for rule in state["Catch"]] == [state["Next"]]
        assert _states(machine)[state["Next"]]["Type"] == "Succeed"


@pytest.mark.parametrize(("machine", "name"), _named("Map"))
def test_every_map_is_inline_with_limited_concurrency_and_a_catch(machine: str, name: str) -> None:
    state = _states(machine, "Map")[name]
    assert state["ItemProcessor"].get("ProcessorConfig", {"Mode": "INLINE"}) == {"Mode": "INLINE"}
    assert state["MaxConcurrency"] > 0
    assert [rule["Next"] for rule in state["Catch"]] == [_LAST_STATES[machine]]


@pytest.mark.parametrize("machine", _MACHINES)
def test_no_feature_is_used_that_an_emulator_ignores(machine: str) -> None:
    assert not [word for word in _UNKNOWN_TO_EMULATORS if word in _TEXTS[machine]]


@pytest.mark.parametrize("machine", _MACHINES)
def test_state_function_and_substitution_have_one_name(
    template: Template, functions: Resources, machine: str
) -> None:
    substituted = dict(_resource(template, machine)["DefinitionSubstitutions"])
    if _states(machine, "Map"):
        assert substituted.pop("Workers") == {"Ref": "Workers"}
    assert substituted.keys() == set(re.findall(r"\$\{(\w+)\}", _TEXTS[machine]))
    if _starts(machine):
        assert substituted.pop("IndexCatalogue") == {"Ref": "IndexCatalogue"}
    assert {name: {"Fn::GetAtt": [name, "Arn"]} for name in substituted} == substituted
    for name, state in _steps(machine).items():
        assert state["Resource"] == f"${{{name}}}"
        words = functions[name]["Handler"].rsplit(".", 1)[1].split("_")
        assert "".join(word.capitalize() for word in words) == name


@pytest.mark.parametrize("machine", _MACHINES)
def test_machine_can_call_only_its_own_steps(template: Template, machine: str) -> None:
    properties = _resource(template, machine)
    role = of_type(template, "AWS::IAM::Role")[properties["RoleArn"]["Fn::GetAtt"][0]]
    allowed = [
        resource["Fn::GetAtt"][0]
        for statement in statements_of(role)
        if statement["Action"] == "lambda:InvokeFunction"
        for resource in statement["Resource"]
    ]
    assert sorted(allowed) == sorted(_steps(machine))


@pytest.mark.parametrize("machine", _MACHINES)
def test_task_timeout_covers_the_function_timeout(functions: Resources, machine: str) -> None:
    for name, state in _steps(machine).items():
        assert state["TimeoutSeconds"] >= functions[name]["Timeout"], name


@pytest.mark.parametrize("machine", _MACHINES)
def test_template_has_the_definition_with_workers_substituted(
    template: Template, machine: str
) -> None:
    text = _resource(template, machine)["DefinitionString"]
    assert text.count('"MaxConcurrency":${Workers}') == len(_states(machine, "Map"))
    assert json.loads(text.replace("${Workers}", "8")) == _MACHINES[machine]
