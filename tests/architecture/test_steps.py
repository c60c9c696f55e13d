"""One name for each step: in its workflow, the template, Chalice and Python."""

import ast
import importlib
import re

import pytest

from infra.packaging.resources import read_job_kinds, read_resources
from infra.packaging.state_machines import all_states, calls_function, read_machines
from tests.architecture.tree import ROOT, find_functions

STATES = {name: all_states(machine) for name, machine in read_machines(ROOT).items()}
TASKS, CHOICES = (
    [
        (machine, name)
        for machine, states in STATES.items()
        for name, state in states.items()
        if state["Type"] == kind and (kind == "Choice" or calls_function(state))
    ]
    for kind in ("Task", "Choice")
)
RESOURCES = read_resources(ROOT)["Resources"]


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


# The state that ends a failed job, by the workflow of its kind.
FAIL = {
    snake_case(kind["Workflow"]): kind["FailFunction"] for kind in read_job_kinds(ROOT).values()
}
JOB_CHOICES = [(machine, name) for machine, name in CHOICES if machine in FAIL]


def camel_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


@pytest.fixture(scope="module")
def handlers() -> dict[str, str]:
    """The packaged handler of each Lambda other than the API, by its name."""
    app = importlib.import_module("app").app
    functions = [*app.pure_lambda_functions, *app.builtin_auth_handlers]
    return {function.name: function.handler_string for function in functions}


def test_every_packaged_handler_resolves_to_its_function(handlers: dict[str, str]) -> None:
    for name, handler in handlers.items():
        module, attribute = handler.rsplit(".", 1)
        assert attribute == name
        assert module != "app", "workers never import app.py"
        assert callable(getattr(importlib.import_module(module), attribute))


def step_modules(machine: str, handlers: dict[str, str]) -> set[str]:
    """Return the modules that define the steps of a workflow."""
    steps = [snake_case(state) for owner, state in TASKS if owner == machine]
    return {handlers[step].rpartition(".")[0] for step in steps}


@pytest.mark.parametrize("machine", STATES)
def test_one_module_defines_the_steps_of_a_workflow(machine: str, handlers: dict[str, str]) -> None:
    assert len(step_modules(machine, handlers)) == 1


def test_every_job_kind_has_a_workflow_with_its_fail_function() -> None:
    for machine, function in FAIL.items():
        assert function in STATES[machine]


@pytest.mark.parametrize(("machine", "state"), TASKS)
def test_state_function_and_resource_have_one_name(
    machine: str, state: str, handlers: dict[str, str]
) -> None:
    assert STATES[machine][state]["Resource"] == f"${{{state}}}"
    assert handlers[snake_case(state)].endswith(f".{snake_case(state)}")
    assert RESOURCES[state]["Properties"]["Role"] == {"Fn::GetAtt": [f"{state}Role", "Arn"]}


def test_every_function_has_a_resource_and_every_step_a_state(handlers: dict[str, str]) -> None:
    assert {camel_case(name) for name in handlers} <= RESOURCES.keys()
    modules = {module for machine in STATES for module in step_modules(machine, handlers)}
    steps = {n for n, handler in handlers.items() if handler.rpartition(".")[0] in modules}
    assert {camel_case(name) for name in steps} == {state for _, state in TASKS}


@pytest.mark.parametrize(("machine", "state"), TASKS)
def test_every_step_docstring_says_what_makes_it_safe_to_run_twice(
    machine: str, state: str, handlers: dict[str, str]
) -> None:
    module, name = handlers[snake_case(state)].rsplit(".", 1)
    [step] = [node for owner, node in find_functions() if (owner, node.name) == (module, name)]
    docstring = ast.get_docstring(step) or ""
    assert re.search(r"\b(safe twice|safe to run twice|idempotent)\b", docstring, re.IGNORECASE)


@pytest.mark.parametrize(("machine", "state"), JOB_CHOICES)
def test_choice_handles_superseded_attempts_and_fails_by_default(machine: str, state: str) -> None:
    choice = STATES[machine][state]
    assert choice["Default"] == FAIL[machine]
    chosen = {rule["StringEquals"]: rule["Next"] for rule in choice["Choices"]}
    assert chosen["stale"] == "Superseded"
    assert {rule["Variable"] for rule in choice["Choices"]} == {"$.outcome"}


@pytest.mark.parametrize(("machine", "state"), JOB_CHOICES)
def test_outcomes_that_end_the_job_take_the_default(machine: str, state: str) -> None:
    known = {rule["StringEquals"] for rule in STATES[machine][state]["Choices"]}
    assert known & {"failed", "cancelled"} == set()


def test_maps_stay_within_the_event_limit_of_an_execution() -> None:
    """At most 25,000 events: seven for each item, and as many again for retries."""
    from chalicelib.exports.plan import MOST_RANGES
    from chalicelib.imports.csv.plan import MOST_KEY_RANGES, MOST_SPANS
    from chalicelib.products.batches.plan import MOST_KEY_RANGES as MOST_BATCHED

    items = MOST_SPANS + MOST_SPANS + MOST_KEY_RANGES  # there are no more ranges than spans
    for number in (items, MOST_BATCHED, MOST_RANGES):
        assert number * 7 * 2 < 25_000
