"""One name through the workflow's file, the template, Chalice and Python."""

import ast
import importlib
import json
import re
from typing import Any

import pytest
import yaml

from tests.architecture.tree import ROOT, find_functions

_STEPS = "chalicelib.imports.steps"
MACHINE = json.loads((ROOT / "infra/statemachines/import_products.asl.json").read_text("utf-8"))
STATES: dict[str, dict[str, Any]] = dict(MACHINE["States"])
for _map in [state for state in MACHINE["States"].values() if state["Type"] == "Map"]:
    STATES |= _map["ItemProcessor"]["States"]
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]
CHOICES = [name for name, state in STATES.items() if state["Type"] == "Choice"]


class _Loader(yaml.SafeLoader):
    """Reads a template without its intrinsic functions."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix} {node.value}")
# S506: the loader is SafeLoader's own kind
RESOURCES = yaml.load((ROOT / "infra/resources.yaml").read_text("utf-8"), _Loader)["Resources"]  # noqa: S506


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


@pytest.mark.parametrize("state", TASKS)
def test_a_state_has_the_name_of_its_function_and_of_its_resource(
    state: str, handlers: dict[str, str]
) -> None:
    assert STATES[state]["Resource"] == f"${{{state}}}"
    assert handlers[snake_case(state)] == f"{_STEPS}.{snake_case(state)}"
    assert RESOURCES[state]["Properties"]["Role"] == f"!GetAtt {state}Role.Arn"


def test_every_function_has_a_resource_and_every_step_a_state(handlers: dict[str, str]) -> None:
    assert {camel_case(name) for name in handlers} <= RESOURCES.keys()
    steps = {n for n, handler in handlers.items() if handler.startswith(f"{_STEPS}.")}
    assert {camel_case(name) for name in steps} == set(TASKS)


@pytest.mark.parametrize("state", TASKS)
def test_every_step_says_in_its_docstring_what_makes_it_safe_to_run_twice(state: str) -> None:
    found = {node.name: node for module, node in find_functions() if module == _STEPS}
    docstring = ast.get_docstring(found[snake_case(state)])
    assert re.search(r"\b[Ss]afe twice\b", docstring or "")


@pytest.mark.parametrize("state", CHOICES)
def test_a_choice_knows_the_superseded_attempt_and_fails_what_it_does_not_know(state: str) -> None:
    choice = STATES[state]
    assert choice["Default"] == "FailImport"
    chosen = {rule["StringEquals"]: rule["Next"] for rule in choice["Choices"]}
    assert chosen["stale"] == "Superseded"
    assert {rule["Variable"] for rule in choice["Choices"]} == {"$.outcome"}


def test_outcomes_that_end_the_job_are_left_to_the_default() -> None:
    for state in CHOICES:
        known = {rule["StringEquals"] for rule in STATES[state]["Choices"]}
        assert known & {"failed", "cancelled"} == set()


def test_maps_stay_within_the_history_of_an_execution() -> None:
    """At most 25,000 events: seven for an item that is done at once, as many again for tries."""
    from chalicelib.imports.plan import MOST_KEY_RANGES, MOST_SPANS

    items = MOST_SPANS + MOST_SPANS + MOST_KEY_RANGES  # there are no more ranges than spans
    assert items * 7 * 2 < 25_000
