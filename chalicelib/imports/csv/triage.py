"""Triage: find which records of a chunk PostgreSQL can read as they are.

Most records of a real file are plain: PostgreSQL's CSV and `csv.reader` read them alike, and their
columns accept every value. A few numpy operations over the whole chunk find them. All others are
doubtful, which isn't a verdict: `records.py` reads each of them by itself.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chalicelib.http.sizes import MAX_ESCAPED_BYTE, measure
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.odd import find_odd_positions
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.structure import (
    IS_DELIMITER,
    QUOTE,
    Bytes,
    Mask,
    Positions,
    Specials,
    State,
    Structure,
    find_line_ends,
    find_record_ends,
    find_specials,
    read_structure,
)
from chalicelib.imports.csv.swallowed import find_full_lines
from chalicelib.imports.csv.values import (
    ARE_PLAIN,
    are_plain_decimals,
    are_plain_integers,
    find_changed_skus,
    find_decimal_marks,
    may_be_changed,
    put_mark,
)
from chalicelib.products.fields import FIELDS
from chalicelib.products.limits import (
    ATTRIBUTES_MAX_BYTES,
    DESCRIPTION_MAX_BYTES,
    FIELD_MAX_BYTES,
    MOST_ATTRIBUTES,
)
from chalicelib.products.rules import WHITE_SPACE

_NO_MARKS: Positions = np.empty(0, np.intp)
_NO_RECORDS: Positions = np.empty(0, np.intp)


@dataclass(frozen=True)
class Cells:
    """Where the contents of fields start and end: one row per record, one column per column."""

    data: Bytes
    starts: Positions
    ends: Positions


@dataclass(frozen=True)
class Chunk:
    """Whole records: where each starts and ends, its line, and whether it is doubtful."""

    raw: bytes
    starts: Positions
    ends: Positions  # without the line end
    lines: Positions
    line_ends: int  # physical lines that end in the chunk
    doubtful: Mask
    end: State
    marks: Positions  # decimal marks that are copied as points
    at: int = 0  # offset of `raw` in the source


_LEADS = np.zeros(256, bool)
_TRAILS = np.zeros(256, bool)
for _character in WHITE_SPACE:
    _encoded = _character.encode()
    _LEADS[_encoded[0]] = _TRAILS[_encoded[-1]] = True
_LEADS[list(b"='")] = True  # as spreadsheets protect a text from being read as a number


@dataclass(frozen=True)
class Triage:
    """Sorts the records of one source."""

    reading: Reading
    sku_max_length: int
    name_max_length: int

    @property
    def delimiter(self) -> str:
        """The delimiter of the source."""
        return self.reading.delimiter

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self.reading.columns

    @cached_property
    def _sure_bytes(self) -> int:
        """The most bytes of a record that surely fits into a response."""
        names = measure({self.columns.attribute(i): "" for i in self.columns.attributes})
        room = min(DESCRIPTION_MAX_BYTES, ATTRIBUTES_MAX_BYTES - names)
        return max(0, room // MAX_ESCAPED_BYTE)

    def sort(self, raw: bytes, line: int, *, after_cr: bool = False) -> Chunk:
        """Sort the records of `raw`, which starts with a record, on physical line `line`.

        `after_cr`: the byte before `raw` is a CR, so that an LF at its start doesn't end a line.
        """
        specials = find_specials(raw, self.delimiter, with_fields=True)
        structure = read_structure(specials, self.delimiter, State.RECORD)
        starts = structure.record_starts
        line_ends = find_line_ends(specials, after_cr=after_cr)
        ends = find_record_ends(specials, structure)
        lines = line + line_ends.searchsorted(starts)
        if self.reading.rows.are_plain:
            doubtful, marks = self._doubt(raw, specials, structure, ends)
        else:
            doubtful, marks = np.ones(len(starts), bool), _NO_MARKS
        return Chunk(raw, starts, ends, lines, len(line_ends), doubtful, structure.end, marks)

    def _doubt(
        self, raw: bytes, specials: Specials, structure: Structure, ends: Positions
    ) -> tuple[Mask, Positions]:
        """Return which records are doubtful, and the decimal marks to replace in the others."""
        starts = structure.record_starts
        delimiters = specials.at[structure.outside & (specials.kind == IS_DELIMITER)]
        first = delimiters.searchsorted(starts)
        doubtful = delimiters.searchsorted(ends) - first != len(self.columns) - 1
        doubtful |= ends - starts > self._sure_bytes
        marks: Positions = _NO_MARKS
        sure = np.flatnonzero(~doubtful)
        if len(sure):
            cells = self._cells(specials, starts[sure], ends[sure], first[sure], delimiters)
            doubtful[sure], marks = self._doubt_values(cells)
        odd = find_odd_positions(raw, structure, self.reading.line_break)
        full = find_full_lines(specials, structure, len(self.columns))
        for found in (odd, full):
            doubtful[starts.searchsorted(found, side="right") - 1] = True
        if structure.end == State.QUOTED:
            doubtful[-1:] = True
        return doubtful, marks

    def _cells(
        self,
        specials: Specials,
        starts: Positions,
        ends: Positions,
        first: Positions,
        delimiters: Positions,
    ) -> Cells:
        between = delimiters[first[:, None] + np.arange(len(self.columns) - 1)]
        return Cells(
            specials.data,
            np.concatenate((starts[:, None], between + 1), axis=1),
            np.concatenate((between, ends[:, None]), axis=1),
        )

    def _doubt_values(self, cells: Cells) -> tuple[Mask, Positions]:
        """Return which records may have an invalid value, and the decimal marks to replace."""
        points = self._find_points(cells.data)
        data, last_byte = put_mark(cells.data, points, "."), len(cells.data) - 1
        marks: list[Positions] = [points]
        length = cells.ends - cells.starts
        opens = (data[np.minimum(cells.starts, last_byte)] == QUOTE) & (length > 0)
        closes = data[cells.ends - 1] == QUOTE
        starts, ends = cells.starts + opens, cells.ends - opens
        is_blank = ends <= starts
        padded = _LEADS[data[np.minimum(starts, last_byte)]] | _TRAILS[data[ends - 1]]
        doubt = (opens & ~closes) | (padded & ~is_blank) | (length > FIELD_MAX_BYTES)
        required = list(self.reading.required_columns)
        doubt[:, required] |= is_blank[:, required]
        attributes = list(self.columns.attributes)
        if len(attributes) > MOST_ATTRIBUTES:
            doubt[:, 0] |= (~is_blank[:, attributes]).sum(axis=1) > MOST_ATTRIBUTES
        limits = {"sku": self.sku_max_length, "name": self.name_max_length}
        for field in FIELDS:
            if field.name not in self.columns.fields:
                continue
            i = self.columns.fields.index(field.name)
            limit = limits.get(field.name, field.max_length)
            if limit is not None:  # in characters, of which there are at most as many as bytes
                doubt[:, i] |= length[:, i] > limit
            field_starts, field_ends = starts[:, i], ends[:, i]
            mark = self.reading.numbers.mark
            if field.kind == "decimal" and mark != ".":
                read = put_mark(cells.data, points, mark)
                plain = are_plain_decimals(read, field_starts, field_ends, mark)
                doubt[:, i] |= ~(is_blank[:, i] | plain)
                marks.append(find_decimal_marks(read, field_starts, field_ends, mark))
            elif are_plain := ARE_PLAIN.get(field.kind):
                doubt[:, i] |= ~(is_blank[:, i] | are_plain(data, field_starts, field_ends))
        for i, rule in self.reading.cells.items():
            doubt[:, i] |= may_be_changed(rule, data, starts[:, i], ends[:, i])
        doubtful: Mask = doubt.any(axis=1)
        key = self.reading.key_column
        self._doubt_keys(doubtful, data, starts[:, key], ends[:, key])
        return doubtful, np.concatenate(marks)

    def _find_points(self, data: Bytes) -> Positions:
        """Return where cells that hold a number have what stands before its decimals."""
        point = self.reading.point
        return np.flatnonzero(data == ord(point)) if point else _NO_MARKS

    def _doubt_keys(self, doubtful: Mask, data: Bytes, starts: Positions, ends: Positions) -> None:
        """Doubt the records whose key a spreadsheet may have changed, or that isn't an id."""
        doubtful[find_changed_skus(data, starts, ends)] = True
        doubtful[self._find_headers(data, starts, ends)] = True
        if self.reading.key.by == "id":
            doubtful |= ~are_plain_integers(data, starts, ends)

    def _find_headers(self, data: Bytes, starts: Positions, ends: Positions) -> Positions:
        """Return the records that may repeat the header: those with its key."""
        column = self.reading.key_column
        cell = self.reading.header[column : column + 1]
        text = np.frombuffer("".join(cell).replace('"', '""').encode(), np.uint8)
        if not len(text):
            return _NO_RECORDS
        found = np.flatnonzero(ends - starts == len(text))
        found = found[data[starts[found]] == text[0]]
        same: Mask = (data[starts[found, None] + np.arange(len(text))] == text).all(axis=1)
        repeats: Positions = found[same]
        return repeats
