"""The source of the state machines: the files in infra/statemachines.

Each is a definition in the Amazon States Language, but for `Retry`, which lists retriers by their
names in retriers.json.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

State = dict[str, Any]
States = dict[str, State]

FOLDER = "infra/statemachines"
_SUFFIX = ".asl.json"


def read_machines(root: Path) -> dict[str, State]:
    """Return the definition of each state machine by the name of its file, without the suffix."""
    paths = sorted((root / FOLDER).glob(f"*{_SUFFIX}"))
    return {path.name.removesuffix(_SUFFIX): read_machine(path) for path in paths}


def read_machine(path: Path) -> State:
    """Return the definition in a file, with its retriers written out.

    Raises ValueError when it names a retrier that doesn't exist.
    """
    machine: State = json.loads(path.read_text(encoding="utf-8"))
    named = json.loads((path.parent / "retriers.json").read_text(encoding="utf-8"))
    for name, state in all_states(machine).items():
        if unknown := set(state.get("Retry", [])) - named.keys():
            raise ValueError(f"{path.name}: {name} names unknown retriers: {sorted(unknown)}")
        if "Retry" in state:
            state["Retry"] = [named[retrier]["Retrier"] for retrier in state["Retry"]]
    return machine


def all_states(machine: State) -> States:
    """Return the states of a machine by name, including those inside its maps."""
    found: States = dict(machine["States"])
    for state in machine["States"].values():
        if state["Type"] == "Map":
            found |= all_states(state["ItemProcessor"])
    return found


def calls_function(state: State) -> bool:
    """Return whether a state is a step: a task that calls one of our functions."""
    return state["Type"] == "Task" and not state["Resource"].startswith("arn:")


def regular_path(states: Mapping[str, State], start: str) -> Iterator[str]:
    """Yield the names of the states that an execution enters when all goes well, `start` first.

    A choice lists the rule of the regular outcome first. Where that rule leads back, the path
    takes the default.
    """
    passed: set[str] = set()
    name: str | None = start
    while name:
        yield name
        passed.add(name)
        state = states[name]
        if state["Type"] == "Choice":
            first = state["Choices"][0]["Next"]
            name = state["Default"] if first in passed else first
        else:
            name = state.get("Next")


def count_transitions(machine: State) -> dict[str, int]:
    """Return the transitions that go with a call of each step, by the name of its function.

    They are the transition into the step's own state, and those into the states after it, up to
    the next step or into a map. A step inside a map has one: each item enters its state once.
    """
    outside = machine["States"]
    counts = {}
    for name, state in all_states(machine).items():
        if calls_function(state):
            counts[_snake_case(name)] = _count_from(outside, name) if name in outside else 1
    return counts


def _count_from(states: States, step: str) -> int:
    count = 0
    for name in regular_path(states, step):
        if calls_function(states[name]) and name != step:
            break
        count += 1
        if states[name]["Type"] == "Map":
            break
    return count


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
