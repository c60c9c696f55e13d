"""Scan a span of the source for every state in which it may be entered.

A span starts anywhere, even inside a quoted field, and the state there isn't known before the
spans ahead of it are scanned. So each span is scanned for all states, in parallel, and the plan
follows the actual state through the summaries.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from chalicelib.imports.csv.structure import (
    CR,
    QUOTE,
    State,
    Structure,
    find_line_ends,
    find_specials,
    read_structure,
)


@dataclass(frozen=True)
class Stretch:
    """Some bytes of the source, entered in one state."""

    end: State
    records: int  # records that start in it
    first_record: int | None  # offset in the source of the first that does
    lines_before: int  # line ends before that first record; all of them if no record starts


@dataclass(frozen=True)
class SpanSummary:
    """A scanned span, with a stretch for each state in which it may be entered."""

    start: int
    end: int
    lines: int
    stretches: dict[State, Stretch]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return asdict(self) | {
            "stretches": [[int(state), *asdict(s).values()] for state, s in self.stretches.items()]
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the summary that `to_json` wrote."""
        stretches = {
            State(entered): Stretch(State(end), records, first, lines)
            for entered, end, records, first, lines in values["stretches"]
        }
        return cls(values["start"], values["end"], values["lines"], stretches)


def scan_span(
    chunks: Iterable[bytes], start: int, delimiter: str, *, after_cr: bool
) -> SpanSummary:
    """Summarise the span that starts at offset `start` and whose bytes are `chunks`.

    `after_cr`: the byte before the span is a CR, so that an LF at its start ends no line.
    """
    summary = SpanSummary(start, start, 0, {s: Stretch(s, 0, None, 0) for s in State})
    for chunk in chunks:
        if chunk:
            summary = join(summary, _scan_chunk(chunk, summary.end, delimiter, after_cr=after_cr))
            after_cr = chunk[-1] == CR
    return summary


def join(left: SpanSummary, right: SpanSummary) -> SpanSummary:
    """Return the summary of two neighbouring spans as one."""
    stretches = {}
    for state, head in left.stretches.items():
        tail = right.stretches[head.end]
        found = head.first_record is not None
        stretches[state] = Stretch(
            tail.end,
            head.records + tail.records,
            head.first_record if found else tail.first_record,
            head.lines_before if found else head.lines_before + tail.lines_before,
        )
    return SpanSummary(left.start, right.end, left.lines + right.lines, stretches)


def _scan_chunk(raw: bytes, start: int, delimiter: str, *, after_cr: bool) -> SpanSummary:
    specials = find_specials(raw, delimiter, with_fields=False)
    line_ends = find_line_ends(specials, after_cr=after_cr)

    def stretch(structure: Structure) -> Stretch:
        starts = structure.record_starts
        if not len(starts):
            return Stretch(structure.end, 0, None, len(line_ends))
        before = int(line_ends.searchsorted(starts[0]))
        return Stretch(structure.end, len(starts), start + int(starts[0]), before)

    found = {s: stretch(read_structure(specials, delimiter, s)) for s in _distinct_states(raw)}
    found.setdefault(State.UNQUOTED, found[State.FIELD])
    return SpanSummary(start, start + len(raw), len(line_ends), found)


def _distinct_states(raw: bytes) -> list[State]:
    """Return the states that differ: UNQUOTED differs from FIELD only before a quote."""
    states = [State.RECORD, State.FIELD, State.QUOTED]
    return [*states, State.UNQUOTED] if raw[0] == QUOTE else states
