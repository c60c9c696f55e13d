"""What an import is made of: spans, ranges, key ranges, and the states its execution goes through.

All of it is read from the product: its own arithmetic, its workflow's file, its template.
"""

from dataclasses import dataclass
from functools import cache

from bench.model.calibration import BYTES_PER_RECORD, ROOT
from chalicelib.imports.csv.plan import count_key_ranges, cut_spans
from infra.packaging.resources import read_resources
from infra.packaging.state_machines import read_machines, regular_path
from infra.packaging.template import Template, of_type

MOST_EVENTS = 25_000  # of an execution: AWS's
EVENTS_PER_ITEM = 7
MOST_AT_ONCE = 40  # items of an inline map that AWS runs at a time


@cache
def template() -> Template:
    """Return the template that the files in infra/resources make."""
    return read_resources(ROOT)


def count_alarms() -> int:
    """Return how many alarms the template has, those on the database included."""
    return len(of_type(template(), "AWS::CloudWatch::Alarm"))


def memory_gb(function: str) -> float:
    """Return a function's memory, as Lambda bills it."""
    return float(template()["Resources"][function]["Properties"]["MemorySize"]) / 1024


def timeout_seconds(function: str) -> int:
    """Return how long a function may run."""
    return int(template()["Resources"][function]["Properties"]["Timeout"])


@dataclass(frozen=True)
class Shape:
    """An import of so many records, as the plan cuts it."""

    records: int
    size_bytes: int
    spans: int
    ranges: int
    key_ranges: int

    @property
    def history_events(self) -> int:
        """How many events its execution writes, if nothing is tried again."""
        items = self.spans + self.ranges + self.key_ranges
        return EVENTS_PER_ITEM * (items + len(states_passed("import_products")))


def make_shape(records: int) -> Shape:
    """Return how an import of the bench's records is cut."""
    size_bytes = round(records * BYTES_PER_RECORD)
    span_bytes = int(template()["Parameters"]["SpanBytes"]["Default"])
    spans = len(cut_spans(0, size_bytes, span_bytes))
    return Shape(records, size_bytes, spans, spans, count_key_ranges(records))


@cache
def states_passed(machine: str) -> tuple[str, ...]:
    """Return the states that an execution of a workflow goes through when all goes well."""
    definition = read_machines(ROOT)[machine]
    return tuple(regular_path(definition["States"], definition["StartAt"]))


def count_transitions(shape: Shape) -> int:
    """Return the transitions of an import and the indexing after it: each state entered is one."""
    items = shape.spans + shape.ranges + shape.key_ranges
    return items + len(states_passed("import_products")) + count_index_transitions()


def count_index_transitions() -> int:
    """Return the transitions of an execution that indexes, with its workers."""
    return len(states_passed("index_catalogue")) + count_index_workers()


@cache
def count_index_workers() -> int:
    """Return how many workers one execution that indexes starts."""
    return len(read_machines(ROOT)["index_catalogue"]["States"]["Share"]["Result"])
