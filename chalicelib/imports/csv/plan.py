"""Plan: from the spans' summaries to the ranges that are staged and the key ranges merged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.scan import SpanSummary
from chalicelib.imports.csv.structure import State
from chalicelib.imports.options import ImportOptions

# Step Functions keeps at most 25,000 events of one execution; an item of a map costs up to seven,
# and more when it is tried again. So the sizes grow with the file and the numbers stay.
MOST_SPANS = 300
MOST_KEY_RANGES = 200
RECORDS_PER_KEY_RANGE = 60_000
LONGEST_BOUNDARY = 128  # characters; PostgreSQL keeps boundaries in rows of at most 8 KB


@dataclass(frozen=True)
class Range:
    """Record-aligned bytes `[start, end)` of the source; the first record is on `first_line`."""

    start: int
    end: int
    first_line: int
    records: int


@dataclass(frozen=True)
class Plan:
    """All that staging and merging need to know of a source."""

    delimiter: str  # as declared in the options, or as detected
    columns: Columns
    options: ImportOptions
    records: int
    ranges: tuple[Range, ...]
    is_closed: bool  # no quote is open at the end of the source
    boundaries: tuple[str, ...]  # between neighbouring key ranges: one fewer than there are

    @property
    def key_ranges(self) -> int:
        """How many key ranges there are."""
        return len(self.boundaries) + 1

    def is_closed_after(self, number: int) -> bool:
        """Whether no quote is open at the end of range `number`: one may be after the last only."""
        return self.is_closed or number < len(self.ranges) - 1

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return vars(self) | {
            "columns": self.columns.to_json(),
            "options": self.options.to_json(),
            "ranges": [[r.start, r.end, r.first_line, r.records] for r in self.ranges],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the plan that `to_json` wrote."""
        return cls(
            values["delimiter"],
            Columns.from_json(values["columns"]),
            # A plan of before it carried all options may still be retried.
            ImportOptions.from_json(values.get("options") or {"blank": values["blank"]}),
            values["records"],
            tuple(Range(*numbers) for numbers in values["ranges"]),
            values["is_closed"],
            tuple(values["boundaries"]),
        )


def cut_spans(start: int, end: int, span_bytes: int) -> list[tuple[int, int]]:
    """Cut `[start, end)` into spans of `span_bytes`, or of more where they would be too many."""
    size = max(span_bytes, -(-(end - start) // MOST_SPANS))
    return [(at, min(at + size, end)) for at in range(start, end, size)]


class SpansMissingError(Exception):
    """The summaries do not cover the source: a fault of ours, never ignored."""


def refuse_gaps(spans: Sequence[SpanSummary], start: int, end: int) -> None:
    """Raise SpansMissingError unless the spans follow each other from `start` to `end`."""
    edges = [start, *(span.end for span in spans)]
    if edges[-1] != end or any(span.start != at for span, at in zip(spans, edges, strict=False)):
        raise SpansMissingError(f"{len(spans)} spans do not cover bytes {start} to {end}")


def cut_ranges(spans: Sequence[SpanSummary], first_line: int) -> tuple[tuple[Range, ...], bool]:
    """Follow the true state through the spans and cut where records start.

    Returns the ranges, and whether every quote is closed at the end.

    A range begins with the first record that starts in a span and ends where the next begins. A
    span inside one long record begins none. `first_line`: the line on which the first span starts.
    """
    state, line = State.RECORD, first_line
    begun: list[tuple[int, int, int]] = []
    for span in spans:
        stretch = span.stretches[state]
        if stretch.first_record is not None:
            begun.append((stretch.first_record, line + stretch.lines_before, stretch.records))
        state, line = stretch.end, line + span.lines
    ends = [start for start, _, _ in begun[1:]] + [span.end for span in spans[-1:]]
    ranges = tuple(
        Range(start, end, at_line, records)
        for (start, at_line, records), end in zip(begun, ends, strict=False)
    )
    return ranges, state != State.QUOTED


def count_key_ranges(records: int) -> int:
    """Return into how many key ranges this many records are merged."""
    return min(MOST_KEY_RANGES, max(1, round(records / RECORDS_PER_KEY_RANGE)))


def choose_boundaries(keys: Iterable[str], key_ranges: int) -> tuple[str, ...]:
    """Return keys that cut a sample into `key_ranges` parts of about the same size.

    Fewer where the sample has too few keys. They are ordered as PostgreSQL's "C" orders text, by
    their bytes. Any boundaries are right; good ones make the key ranges alike in size.
    """
    usable = {key for key in keys if 0 < len(key) <= LONGEST_BOUNDARY and "\0" not in key}
    ordered = sorted(usable, key=str.encode)
    steps = range(1, key_ranges)
    chosen = [ordered[len(ordered) * i // key_ranges] for i in steps] if ordered else []
    return tuple(sorted(set(chosen) - set(ordered[:1]), key=str.encode))


def sample_windows(ranges: Sequence[Range], most: int, window_bytes: int) -> Iterator[Range]:
    """Yield record-aligned windows, spread over the file, from which keys are sampled."""
    step = max(1, -(-len(ranges) // most))
    for found in ranges[::step]:
        yield Range(
            found.start, min(found.end, found.start + window_bytes), found.first_line, found.records
        )
