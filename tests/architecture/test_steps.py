"""One name through each workflow's file, the template, Chalice and Python."""

import ast
import importlib
import re

import pytest

from infra.packaging.resources import read_resources
from infra.packaging.state_machines import all_states, read_machines
from tests.architecture.tree import ROOT, find_functions

# The module of each workflow's steps, and the state that ends a job which cannot go on.
_STEPS = {
    "import_products": "chalicelib.imports.steps.handlers",
    "bulk_delete": "chalicelib.products.bulk_delete.steps",
    "index_catalogue": "chalicelib.products.lists.steps",
}
# What ends a job that cannot go on; the index belongs to no job.
_FAIL = {"import_products": "FailImport", "bulk_delete": "FailBulkDelete"}


STATES = {name: all_states(machine) for name, machine in read_machines(ROOT).items()}
TASKS, CHOICES = (
    [
        (machine, name)
        for machine, states in STATES.items()
        for name, state in states.items()
        if state["Type"] == kind and not state.get("Resource", "").startswith("arn:")
    ]
    for kind in ("Task", "Choice")
)
JOB_CHOICES = [(machine, name) for machine, name in CHOICES if machine in _FAIL]
RESOURCES = read_resources(ROOT)["Resources"]


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def camel_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


@pytest.fixture(scope="module")
def handlers() -> dict[str, str]:
    """The packaged handler of each Lambda that is no route, by its name."""
    app = importlib.import_module("app").app
    functions = [*app.pure_lambda_functions, *app.builtin_auth_handlers]
    return {function.name: function.handler_string for function in functions}


def test_every_packaged_handler_is_the_function_of_its_name(handlers: dict[str, str]) -> None:
    for name, handler in handlers.items():
        module, attribute = handler.rsplit(".", 1)
        assert attribute == name
        assert module != "app", "workers never import app.py"
        assert callable(getattr(importlib.import_module(module), attribute))


def test_every_workflow_has_its_steps_here() -> None:
    assert STATES.keys() == _STEPS.keys()


@pytest.mark.parametrize(("machine", "state"), TASKS)
def test_a_state_has_the_name_of_its_function_and_of_its_resource(
    machine: str, state: str, handlers: dict[str, str]
) -> None:
    assert STATES[machine][state]["Resource"] == f"${{{state}}}"
    assert handlers[snake_case(state)] == f"{_STEPS[machine]}.{snake_case(state)}"
    assert RESOURCES[state]["Properties"]["Role"] == {"Fn::GetAtt": [f"{state}Role", "Arn"]}


def test_every_function_has_a_resource_and_every_step_a_state(handlers: dict[str, str]) -> None:
    assert {camel_case(name) for name in handlers} <= RESOURCES.keys()
    steps = {n for n, handler in handlers.items() if handler.rsplit(".", 1)[0] in _STEPS.values()}
    assert {camel_case(name) for name in steps} == {state for _, state in TASKS}


@pytest.mark.parametrize(("machine", "state"), TASKS)
def test_every_step_says_in_its_docstring_what_makes_it_safe_to_run_twice(
    machine: str, state: str
) -> None:
    found = {node.name: node for module, node in find_functions() if module == _STEPS[machine]}
    docstring = ast.get_docstring(found[snake_case(state)])
    assert re.search(r"\b[Ss]afe twice\b", docstring or "")


@pytest.mark.parametrize(("machine", "state"), JOB_CHOICES)
def test_a_choice_knows_the_superseded_attempt_and_fails_what_it_does_not_know(
    machine: str, state: str
) -> None:
    choice = STATES[machine][state]
    assert choice["Default"] == _FAIL[machine]
    chosen = {rule["StringEquals"]: rule["Next"] for rule in choice["Choices"]}
    assert chosen["stale"] == "Superseded"
    assert {rule["Variable"] for rule in choice["Choices"]} == {"$.outcome"}


@pytest.mark.parametrize(("machine", "state"), JOB_CHOICES)
def test_outcomes_that_end_the_job_are_left_to_the_default(machine: str, state: str) -> None:
    known = {rule["StringEquals"] for rule in STATES[machine][state]["Choices"]}
    assert known & {"failed", "cancelled"} == set()


def test_maps_stay_within_the_history_of_an_execution() -> None:
    """At most 25,000 events: seven for an item that is done at once, as many again for tries."""
    from chalicelib.imports.csv.plan import MOST_KEY_RANGES, MOST_SPANS
    from chalicelib.products.bulk_delete.plan import MOST_KEY_RANGES as MOST_DELETED

    items = MOST_SPANS + MOST_SPANS + MOST_KEY_RANGES  # there are no more ranges than spans
    for number in (items, MOST_DELETED):
        assert number * 7 * 2 < 25_000
