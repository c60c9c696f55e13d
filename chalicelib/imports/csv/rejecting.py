"""Make the rejects of one range: their records as they are in the file, and what completes them."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.imports.csv.cutting import cut_record, decode_record
from chalicelib.imports.csv.outcomes import Reject, make_reject
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.sheets import write_record
from chalicelib.products.rules import ValueProblem


class _Row(NamedTuple):
    line: int
    raw: bytes


class Rejects:
    """Makes the rejects of one range, in the order of the file.

    A row that takes cells from the first row of its group can't be read without it, so the first
    reject of a group has that row too, unless it is rejected itself.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._first: _Row | None = None
        self._known_line = 0  # of the last group whose first row a reject has, or is

    def begin_group(self, raw: bytes, line: int) -> None:
        """Note the row that begins a group."""
        self._first = _Row(line, raw)

    def make(self, raw: bytes, line: int, problem: ValueProblem) -> Reject:
        """Return the reject of a record."""
        return self._complete(make_reject(self._show(raw), line, problem))

    def take(self, reject: Reject) -> Reject:
        """Return a reject that was made without its reading, as it is kept."""
        lineage = self._reading.lineage
        if lineage:
            record = lineage.cut_bytes(reject.record, self._reading.delimiter)
            reject = replace(reject, record=record)
        return self._complete(reject)

    def _complete(self, reject: Reject) -> Reject:
        first = self._first
        if first is None:
            return reject
        is_known, self._known_line = first.line == self._known_line, first.line
        if first.line == reject.line:
            return reject
        record = None if is_known else self._show(first.raw)
        return replace(reject, group_line=first.line, group_record=record)

    def _show(self, raw: bytes) -> bytes:
        """Return a record as it is in the file; of a sheet, as text of a CSV file."""
        reading, lineage = self._reading, self._reading.lineage
        text = decode_record(raw) if reading.point else None
        if isinstance(text, str):
            cells = cut_record(put_line_breaks(text, reading), reading)
            return write_record(cells, reading.delimiter).encode()
        return lineage.cut_bytes(raw, reading.delimiter) if lineage else raw


def put_line_breaks(text: str, reading: Reading) -> str:
    """Return the text of a record with the line breaks that its cells have."""
    return text.replace(reading.line_break, "\n") if reading.line_break else text
