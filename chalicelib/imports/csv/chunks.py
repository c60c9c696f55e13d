"""A range as chunks of whole records, in memory that does not grow with the range."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chalicelib.imports.csv.cutting import (
    KEPT_BYTES,
    RECORD_MAX_BYTES,
    record_too_long_problem,
    unclosed_quote_problem,
)
from chalicelib.imports.csv.outcomes import Reject, make_reject
from chalicelib.imports.csv.plan import Range
from chalicelib.imports.csv.structure import (
    CR,
    State,
    find_line_ends,
    find_specials,
    read_structure,
)
from chalicelib.imports.csv.triage import Chunk, Triage


def read_chunks(
    triage: Triage, pieces: Iterable[bytes], planned: Range, *, is_closed: bool
) -> Iterator[Chunk | Reject]:
    """Yield the records of a range: sorted chunks, and a reject for each that is too long to hold.

    `pieces`: the range's bytes, cut anywhere; `is_closed`: no quote is open at the range's end. The
    last record, when it is too long to hold, is not read to its end, which may be gigabytes away.
    """
    stream, seen = _Stream(triage, planned), 0
    for piece in pieces:
        for found in stream.push(piece):
            seen += 1 if isinstance(found, Reject) else len(found.starts)
            yield found
        if stream.is_skipping and seen == planned.records - 1:
            break
    yield from stream.finish(is_closed=is_closed)


class _Stream:
    """What is carried from piece to piece: a record's beginning, or how much of it is skipped."""

    def __init__(self, triage: Triage, planned: Range) -> None:
        self._triage = triage
        self._line = planned.first_line
        self._at = planned.start
        self._after_cr = False
        self._carry = b""
        self._skipped: _Skipped | None = None

    @property
    def is_skipping(self) -> bool:
        return self._skipped is not None

    def push(self, piece: bytes) -> Iterator[Chunk | Reject]:
        if self._skipped:
            piece = self._skip(self._skipped, piece)
            if self._skipped.has_ended:
                yield self._skipped.to_reject(is_closed=True)
                self._skipped = None
        if not piece:
            return
        chunk = self._sort(self._carry + piece)
        if chunk.end == State.RECORD:
            self._carry_on(chunk, b"", self._line + chunk.line_ends)
            yield chunk
        elif len(chunk.starts) > 1:
            whole = _without_last(chunk)
            self._carry_on(chunk, chunk.raw[chunk.starts[-1] :], int(chunk.lines[-1]))
            yield whole
        elif len(chunk.raw) - int(chunk.starts[0]) > RECORD_MAX_BYTES:
            self._skipped = _Skipped(chunk)
            self._carry_on(chunk, b"", self._line + chunk.line_ends)
        else:
            self._carry = chunk.raw

    def finish(self, *, is_closed: bool) -> Iterator[Chunk | Reject]:
        if self._skipped:
            yield self._skipped.to_reject(is_closed=is_closed)
        elif self._carry:
            yield self._sort(self._carry)

    def _sort(self, raw: bytes) -> Chunk:
        chunk = self._triage.sort(raw, self._line, after_cr=self._after_cr)
        return replace(chunk, at=self._at)

    def _carry_on(self, chunk: Chunk, carry: bytes, line: int) -> None:
        self._carry, self._line = carry, line
        self._at += len(chunk.raw) - len(carry)
        self._after_cr = not carry and chunk.raw[-1] == CR

    def _skip(self, skipped: "_Skipped", piece: bytes) -> bytes:
        """Read on to the next record's start; return the bytes from there."""
        specials = find_specials(piece, self._triage.delimiter, with_fields=False)
        structure = read_structure(specials, self._triage.delimiter, skipped.state)
        line_ends = find_line_ends(specials, after_cr=self._after_cr)
        skipped.state = structure.end
        skipped.has_ended = len(structure.record_starts) > 0
        begin = int(structure.record_starts[0]) if skipped.has_ended else len(piece)
        self._line += int(line_ends.searchsorted(begin))
        self._at += begin
        self._after_cr = not skipped.has_ended and piece[-1] == CR
        return piece[begin:]


class _Skipped:
    """A record too long to hold: its beginning, and the state in which it is read on."""

    def __init__(self, chunk: Chunk) -> None:
        start = int(chunk.starts[0])
        self.line = int(chunk.lines[0])
        self.state = chunk.end
        self.has_ended = False
        self._head = chunk.raw[start : start + KEPT_BYTES + 1]

    def to_reject(self, *, is_closed: bool) -> Reject:
        problem = record_too_long_problem() if is_closed else unclosed_quote_problem(self.line)
        return make_reject(self._head, self.line, problem)


def _without_last(chunk: Chunk) -> Chunk:
    return replace(
        chunk,
        starts=chunk.starts[:-1],
        ends=chunk.ends[:-1],
        lines=chunk.lines[:-1],
        doubtful=chunk.doubtful[:-1],
        end=State.RECORD,
    )
