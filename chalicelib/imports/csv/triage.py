"""Triage: find which records of a chunk PostgreSQL can read as they are.

Most records of a real file are plain: PostgreSQL's CSV and `csv.reader` read them alike, and their
columns accept every value. A few numpy operations over the whole chunk find them. All others are
doubtful, which isn't a verdict: `records.py` reads each of them by itself.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chalicelib.http.sizes import MAX_ESCAPED_BYTE, measure
from chalicelib.imports.csv.cells import lower_alike
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.odd import find_odd_positions
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.skipping import TOTALS
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
    are_any_of,
    are_plain_decimals,
    are_plain_integers,
    find_changed_skus,
    find_decimal_marks,
    find_text,
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

_NO_POSITIONS: Positions = np.empty(0, np.intp)


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
        if self.reading.rows.are_plain and not self.reading.lineage:
            doubtful, marks = self._doubt(raw, specials, structure, ends)
        else:
            doubtful, marks = np.ones(len(starts), bool), _NO_POSITIONS
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
        marks, named = _NO_POSITIONS, _NO_POSITIONS
        sure = np.flatnonzero(~doubtful)
        if len(sure):
            cells = self._cells(specials, starts[sure], ends[sure], first[sure], delimiters)
            doubtful[sure], marks, named = self._doubt_values(cells)
        odd = find_odd_positions(raw, structure, self.reading.line_break)
        full = find_full_lines(specials, structure, len(self.columns))
        for found in (odd, full):
            doubtful[starts.searchsorted(found, side="right") - 1] = True
        if structure.end == State.QUOTED:
            doubtful[-1:] = True
        # The usual currency is noted where the first plain record with it is read.
        named = sure[named]
        doubtful[named[~doubtful[named]][:1]] = True
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

    def _doubt_values(self, cells: Cells) -> tuple[Mask, Positions, Positions]:
        """Return which records are doubtful, marks to replace, and those in the usual currency."""
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
        named = self._doubt_currencies(doubt, Cells(data, starts, ends), is_blank)
        doubtful: Mask = doubt.any(axis=1)
        key = self.reading.key_column
        self._doubt_keys(doubtful, data, starts[:, key], ends[:, key])
        return doubtful, np.concatenate(marks), named

    def _doubt_currencies(self, doubt: Mask, contents: Cells, is_blank: Mask) -> Positions:
        """Doubt the records that name another than the usual currency; return the others."""
        found = self.reading.currency
        if not found:
            return _NO_POSITIONS
        i = found.column
        starts, ends = contents.starts[:, i], contents.ends[:, i]
        named = find_text(contents.data, starts, ends, found.usual)
        named = named[np.flatnonzero(~is_blank[named, found.price])]
        unusual = ~is_blank[:, i]
        unusual[named] = False
        doubt[:, i] |= unusual
        return named

    def _find_points(self, data: Bytes) -> Positions:
        """Return where cells that hold a number have what stands before its decimals."""
        point = self.reading.point
        return np.flatnonzero(data == ord(point)) if point else _NO_POSITIONS

    def _doubt_keys(self, doubtful: Mask, data: Bytes, starts: Positions, ends: Positions) -> None:
        """Doubt the records whose key a spreadsheet may have changed, or that isn't an id."""
        doubtful[find_changed_skus(data, starts, ends)] = True
        doubtful |= are_any_of(data, starts, ends, self._no_keys)
        if self.reading.key.by == "id":
            doubtful |= ~are_plain_integers(data, starts, ends)

    @cached_property
    def _no_keys(self) -> frozenset[str]:
        """The texts, in lower case, in the column of keys of records that may not be products.

        They are those of a repeated header, and of totals where a record needs no name.
        """
        column = self.reading.key_column
        header = (text.replace('"', '""') for text in self.reading.header[column : column + 1])
        fields = self.reading.columns.fields
        needs_name = "name" in fields and fields.index("name") in self.reading.required_columns
        return frozenset({*map(lower_alike, header), *(() if needs_name else TOTALS)})
