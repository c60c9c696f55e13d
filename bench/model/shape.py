"""Compute the spans, ranges, key ranges and states of an import.

Everything is read from the product: its arithmetic, its state machines and its template.
"""

from dataclasses import dataclass
from functools import cache

from bench.model.calibration import BYTES_PER_RECORD, ROOT
from chalicelib.imports.csv.plan import count_key_ranges, cut_spans
from infra.packaging.resources import read_resources
from infra.packaging.state_machines import read_machines, regular_path
from infra.packaging.template import Template, of_type

MOST_EVENTS = 25_000  # per execution, set by AWS
EVENTS_PER_ITEM = 7
MOST_AT_ONCE = 40  # concurrent items of an inline map on AWS


@cache
def template() -> Template:
    """Return the template that the files in infra/resources make."""
    return read_resources(ROOT)


def count_alarms() -> int:
    """Return the number of alarms, including those of the database."""
    return len(of_type(template(), "AWS::CloudWatch::Alarm"))


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
    return Shape(records, size_bytes, spans, spans, count_key_ranges(records, size_bytes))


@cache
def states_passed(machine: str) -> tuple[str, ...]:
    """Return the states of a successful execution of a workflow."""
    definition = read_machines(ROOT)[machine]
    return tuple(regular_path(definition["States"], definition["StartAt"]))


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
    return len(read_machines(ROOT)["index_catalogue"]["States"]["Share"]["Result"])
