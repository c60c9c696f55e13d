"""Plan an import: from the summaries of the spans to the ranges and the key ranges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.scan import SpanSummary
from chalicelib.imports.csv.structure import State
from chalicelib.imports.options import ImportOptions

# An execution of Step Functions has at most 25,000 events. An item of a map takes up to seven, and
# more when it is retried. So the sizes grow with the file, and the numbers don't.
MOST_SPANS = 300
MOST_KEY_RANGES = 200
RECORDS_PER_KEY_RANGE = 60_000
BYTES_PER_KEY_RANGE = 24 * 1024 * 1024  # so that the merge has memory for its rows and those before
_FEW_SPANS = 4
_SMALL_SPAN_BYTES = 1024 * 1024
LONGEST_BOUNDARY = 128  # characters; PostgreSQL stores boundaries in rows of at most 8 KB


@dataclass(frozen=True)
class Range:
    """Record-aligned bytes `[start, end)` of the source; the first record is on `first_line`."""

    start: int
    end: int
    first_line: int
    records: int


@dataclass(frozen=True)
class Plan:
    """Everything that staging and merging need to know about a source."""

    reading: Reading
    options: ImportOptions
    records: int
    ranges: tuple[Range, ...]
    is_closed: bool  # no quote is open at the end of the source
    boundaries: tuple[str, ...]  # the keys between neighbouring key ranges

    @property
    def delimiter(self) -> str:
        """The delimiter of the source."""
        return self.reading.delimiter

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self.reading.columns

    @property
    def key_ranges(self) -> int:
        """The number of key ranges."""
        return len(self.boundaries) + 1

    def is_closed_after(self, number: int) -> bool:
        """Whether no quote is open at the end of range `number`: only after the last may one be."""
        return self.is_closed or number < len(self.ranges) - 1

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON values, without the options: the job has them.

        Functions of version 0.4 and earlier read `delimiter`, `columns` and `blank` from here, so a
        rollback needs those.
        """
        values = {name: value for name, value in vars(self).items() if name != "options"}
        return values | {
            "reading": self.reading.to_json(),
            "ranges": [[r.start, r.end, r.first_line, r.records] for r in self.ranges],
            "delimiter": self.delimiter,
            "columns": self.columns.to_json(),
            "blank": self.options.blank.model_dump(exclude_none=True),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any], options: ImportOptions) -> Self:
        """Return the plan that `to_json` wrote, of a job with `options`."""
        return cls(
            Reading.from_json(values.get("reading") or _reading_of_0_4(values, options)),
            options,
            values["records"],
            tuple(Range(*numbers) for numbers in values["ranges"]),
            values["is_closed"],
            tuple(values["boundaries"]),
        )


def cut_spans(start: int, end: int, span_bytes: int) -> list[tuple[int, int]]:
    """Cut `[start, end)` into spans of one size, so that no worker has much less to do.

    They have at most `span_bytes`, unless more than MOST_SPANS would be needed. A file of several
    megabytes has a few even if one would do.
    """
    size_bytes = end - start
    needed = max(-(-size_bytes // span_bytes), min(_FEW_SPANS, size_bytes // _SMALL_SPAN_BYTES), 1)
    size = max(1, -(-size_bytes // min(needed, MOST_SPANS)))
    return [(at, min(at + size, end)) for at in range(start, end, size)]


class SpansMissingError(Exception):
    """The summaries don't cover the source: an internal error."""


def check_spans(spans: Sequence[SpanSummary], start: int, end: int) -> None:
    """Raise SpansMissingError unless the spans cover `[start, end)` without a gap."""
    edges = [start, *(span.end for span in spans)]
    if edges[-1] != end or any(span.start != at for span, at in zip(spans, edges, strict=False)):
        raise SpansMissingError(f"{len(spans)} spans don't cover bytes {start} to {end}")


def cut_ranges(spans: Sequence[SpanSummary], first_line: int) -> tuple[tuple[Range, ...], bool]:
    """Follow the actual state through the spans and cut the source where records start.

    A range starts with the first record that starts in a span, and ends where the next range
    starts. A span inside one long record starts no range. `first_line` is the line on which the
    first span starts. Returns the ranges, and whether every quote is closed at the end.
    """
    state, line = State.RECORD, first_line
    started: list[tuple[int, int, int]] = []
    for span in spans:
        stretch = span.stretches[state]
        if stretch.first_record is not None:
            started.append((stretch.first_record, line + stretch.lines_before, stretch.records))
        state, line = stretch.end, line + span.lines
    ends = [start for start, _, _ in started[1:]] + [span.end for span in spans[-1:]]
    ranges = tuple(
        Range(start, end, at_line, records)
        for (start, at_line, records), end in zip(started, ends, strict=False)
    )
    return ranges, state != State.QUOTED


def count_key_ranges(records: int, size_bytes: int) -> int:
    """Return the number of key ranges for a source."""
    needed = max(records / RECORDS_PER_KEY_RANGE, size_bytes / BYTES_PER_KEY_RANGE)
    return min(MOST_KEY_RANGES, max(1, round(needed)))


def choose_boundaries(keys: Iterable[str], key_ranges: int) -> tuple[str, ...]:
    """Return the keys that cut a sample into `key_ranges` slices of about the same size.

    Returns fewer if the sample has too few keys. They are in the order of PostgreSQL's "C"
    collation, by their bytes. Any boundaries are correct; good ones make equal key ranges.
    """
    usable = {key for key in keys if 0 < len(key) <= LONGEST_BOUNDARY and "\0" not in key}
    ordered = sorted(usable, key=str.encode)
    steps = range(1, key_ranges)
    chosen = [ordered[len(ordered) * i // key_ranges] for i in steps] if ordered else []
    return tuple(sorted(set(chosen) - set(ordered[:1]), key=str.encode))


def sample_windows(start: int, end: int, most: int, window_bytes: int) -> list[tuple[int, int]]:
    """Return windows spread evenly over `[start, end)`, to sample keys from."""
    step = max(window_bytes, -(-(end - start) // most))
    return [(at, min(at + window_bytes, end)) for at in range(start, end, step)]


def _reading_of_0_4(values: dict[str, Any], options: ImportOptions) -> dict[str, Any]:
    """Return the reading of a plan that a version without readings wrote."""
    return {
        "delimiter": values["delimiter"],
        "columns": values["columns"],
        "numbers": vars(options.numbers),
    }
