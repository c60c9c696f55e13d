"""Compute the spans, ranges, key ranges and states of an import.

Everything is read from the product: its arithmetic, its state machines and its template.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.model.calibration import BYTES_PER_RECORD, ROOT
from chalicelib.imports.csv.plan import count_key_ranges, cut_spans
from infra.packaging.template import Template, of_type, read_template

MOST_EVENTS = 25_000  # per execution, set by AWS
EVENTS_PER_ITEM = 7
MOST_AT_ONCE = 40  # concurrent items of an inline map on AWS
_GOOD = {"claimed", "ready", "merge", "completed"}  # outcomes of steps that succeed
State = dict[str, Any]


@cache
def template() -> Template:
    """Return infra/resources.yaml."""
    return read_template(ROOT / "infra" / "resources.yaml")


def count_alarms() -> int:
    """Return the number of alarms in infra/operation.yaml, including those of the database."""
    operation = read_template(ROOT / "infra" / "operation.yaml")
    return len(of_type(operation, "AWS::CloudWatch::Alarm"))


def memory_gb(function: str) -> float:
    """Return a function's memory in GB, as billed by Lambda."""
    return float(template()["Resources"][function]["Properties"]["MemorySize"]) / 1024


def timeout_seconds(function: str) -> int:
    """Return a function's timeout in seconds."""
    return int(template()["Resources"][function]["Properties"]["Timeout"])


@dataclass(frozen=True)
class Shape:
    """The sizes of an import, as the plan cuts it."""

    records: int
    size_bytes: int
    spans: int
    ranges: int
    key_ranges: int

    @property
    def history_events(self) -> int:
        """Return the number of events of its execution without retries."""
        items = self.spans + self.ranges + self.key_ranges
        return EVENTS_PER_ITEM * (items + len(states_passed("import_products")))


def make_shape(records: int) -> Shape:
    """Return the sizes of an import of the benchmark's records."""
    size_bytes = round(records * BYTES_PER_RECORD)
    span_bytes = int(template()["Parameters"]["SpanBytes"]["Default"])
    spans = len(cut_spans(0, size_bytes, span_bytes))
    return Shape(records, size_bytes, spans, spans, count_key_ranges(records))


@cache
def states_passed(machine: str) -> tuple[str, ...]:
    """Return the states of a successful execution of a workflow."""
    path = ROOT / "infra" / "statemachines" / f"{machine}.asl.json"
    definition = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_walk(definition["States"], definition["StartAt"]))


def _walk(states: Mapping[str, State], name: str | None) -> Iterator[str]:
    while name:
        yield name
        name = _next(states[name])


def _next(state: State) -> str | None:
    if state["Type"] != "Choice":
        return state.get("Next")
    good = [rule for rule in state["Choices"] if rule.get("StringEquals") in _GOOD]
    found: str = good[0]["Next"] if good else state["Default"]
    return found


def count_transitions(shape: Shape) -> int:
    """Return the state transitions of an import and its indexing; each entered state counts."""
    items = shape.spans + shape.ranges + shape.key_ranges
    return items + len(states_passed("import_products")) + count_index_transitions()


def count_index_transitions() -> int:
    """Return the state transitions of an indexing execution with its workers."""
    return len(states_passed("index_catalogue")) + count_index_workers()


@cache
def count_index_workers() -> int:
    """Return the number of workers of one indexing execution."""
    path = ROOT / "infra" / "statemachines" / "index_catalogue.asl.json"
    states = json.loads(path.read_text(encoding="utf-8"))["States"]
    return len(states["Share"]["Result"])
