"""Read one record at a time: with `csv.reader`, then by the row rules and the rules of values.

This is the exact and slow way. `triage.py` is the fast one, and leaves doubtful records to this.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.http.sizes import MAX_ESCAPED_CHARACTER
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.cutting import (
    RECORD_MAX_BYTES,
    cut_cells,
    cut_off_problem,
    cut_record,
    decode_record,
    drop_last_blanks,
    field_count_problem,
    is_header,
    record_too_long_problem,
    unclosed_quote_problem,
)
from chalicelib.imports.csv.exact import ExactCells, Texts
from chalicelib.imports.csv.grouping import Groups, complete_cells, hash_sku_parts
from chalicelib.imports.csv.lineage import CUT_OFF, GROUP_ROW, NO_ORIGIN, Origin
from chalicelib.imports.csv.matching import missing_problem, read_id
from chalicelib.imports.csv.notes import Notes
from chalicelib.imports.csv.outcomes import BLANK, Outcome, Reject, Skip, Values
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rejecting import Rejects, put_line_breaks
from chalicelib.imports.csv.skipping import HEADER_ROW, TOTAL_ROW, SkipRules, TotalRows
from chalicelib.imports.csv.spreadsheets import note_changed_sku, unescape, unprotect
from chalicelib.imports.csv.swallowed import SWALLOWED, SwallowedLines
from chalicelib.products.fields import find_field
from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, MOST_ATTRIBUTES
from chalicelib.products.rules import (
    Noted,
    Rule,
    ValueProblem,
    attributes_problem,
    read_value,
)

_PROTECTING = ("=", "'")  # the first characters of texts that a spreadsheet protected
_SKIPPED_SKU_LENGTH = 1024  # of the sku of a skipped record, which may be any text


class RecordReader:
    """Reads the records of one range, one by one; `rules` has an entry for each product field.

    A row may take cells from the first row of its group. So where the reading groups rows, the
    reader has to see every record of the range, in order: those that were rejected before they got
    here too, with `pass_over`.
    """

    def __init__(self, reading: Reading, rules: Mapping[str, Rule]) -> None:
        self._reading = reading
        self._columns = reading.columns
        self._skips = SkipRules(reading.rows.skips)
        self._skips_of_groups = SkipRules([r for r in reading.rows.skips if r.with_group])
        self._groups = Groups(reading)
        self._exact = ExactCells(reading)
        self._swallowed = SwallowedLines(reading, rules)
        self._rejects = Rejects(reading)
        self.origin = NO_ORIGIN  # what a rejects file says of the last record
        self.notes = Notes()
        self.sku_parts: int | None = None  # `hash_sku_parts` of the last record, if it was composed
        self.completed: list[str] | None = None  # the cells of the last record, as far as it went
        self._fields = {field: i for i, field in enumerate(self._columns.fields) if field}
        self._totals = TotalRows(reading) if reading.rows.are_plain else None
        self._product_fields = [find_field(field or "") for field in reading.columns.fields]
        cleans = not self._columns.are_exported
        own = {"id": read_id, **rules, "sku": note_changed_sku(rules["sku"], cleans=cleans)}
        key = reading.key.column if reading.key.by == "attribute" else None
        attribute = {key: note_changed_sku(str, cleans=cleans)}
        required = reading.required_columns
        self._values = [
            (field or name, own[field] if field else attribute.get(i, str), i in required)
            for i, (name, field) in enumerate(
                zip(reading.columns.names, reading.columns.fields, strict=True)
            )
        ]
        self._attributes = [(i, self._columns.attribute(i)) for i in self._columns.attributes]
        # The most characters of a record whose attributes surely fit into a response.
        room = ATTRIBUTES_MAX_BYTES // MAX_ESCAPED_CHARACTER
        self._sure_characters = room - sum(10 + len(name) for _, name in self._attributes)

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self._columns

    @property
    def parent_line(self) -> int | None:
        """The line that a rejects file says the last record is from."""
        return self.origin.line

    def read(self, raw: bytes, line: int, *, is_closed: bool = True) -> Outcome:
        """Return the values of a record by column, blanks as None; or what else it is.

        `raw` is the record without the line end after it. `is_closed`: a quote opened in it is
        also closed; false only for the last record of a file.
        """
        self.completed = None
        text = self._decode(raw, line, is_closed)
        if isinstance(text, ValueProblem):
            self._pass_over(raw, line)
            return self._rejects.make(raw, line, text)
        cells = cut_record(text, self._reading)
        if self.origin.code == GROUP_ROW:
            return self._begin_group(raw, line, cells)
        self._note_swallowed(text, line, cells)
        if not any(cells):
            return BLANK
        if is_header(cells, self._reading.header):
            return Skip(line, HEADER_ROW, None)
        found = self._read_cells(raw, line, cells)
        return self._rejects.make(raw, line, found) if isinstance(found, ValueProblem) else found

    def _note_swallowed(self, text: str, line: int, cells: list[str]) -> None:
        """Note a record with a quoted cell that has lines like records."""
        column = self._swallowed.find(text, cells)
        if column is not None:
            self.notes.add(SWALLOWED, self._columns.names[column], line, "")

    def pass_over(self, reject: Reject) -> Reject:
        """Go past a record that was rejected before it got here; return the reject to keep."""
        self._pass_over(reject.record, reject.line)
        return self._rejects.take(reject)

    def _pass_over(self, raw: bytes, line: int) -> None:
        self._groups.pass_over(raw)
        self._note_first(raw, line)

    def _begin_group(self, raw: bytes, line: int, cells: list[str]) -> Skip:
        """Begin a group with the row that a rejects file has only for the rows below it."""
        padded = [*cells, *[""] * len(self._columns)][: len(self._columns)]
        self._groups.begin(padded)
        self._note_first(raw, line)
        return self._skip(line, GROUP_ROW, self._sku_of(padded))

    def _note_first(self, raw: bytes, line: int) -> None:
        if self._groups.is_at_first:
            self._rejects.begin_group(raw, line)

    def _decode(self, raw: bytes, line: int, is_closed: bool) -> str | ValueProblem:
        self.origin = NO_ORIGIN
        if not is_closed:
            return unclosed_quote_problem(line)
        if len(raw) > RECORD_MAX_BYTES:
            return record_too_long_problem()
        text = decode_record(raw)
        if isinstance(text, ValueProblem):
            return text
        self.origin = self._read_origin(text)
        is_cut_off = self.origin.code == CUT_OFF
        return cut_off_problem() if is_cut_off else put_line_breaks(text, self._reading)

    def _read_origin(self, text: str) -> Origin:
        lineage = self._reading.lineage
        return lineage.read(cut_cells(text, self._reading.delimiter)) if lineage else NO_ORIGIN

    def _read_cells(self, raw: bytes, line: int, cells: list[str]) -> Values | Skip | ValueProblem:
        width, given = len(self._columns), len(cells)
        cells = list(drop_last_blanks(cells)) if given > width else cells
        if len(cells) > width or (given < width and not self._reading.fills_short_rows):
            self._pass_over(raw, line)
            return field_count_problem(given, width)
        cells += [""] * (width - len(cells))
        reason, sku = self._find_reason(cells), self._sku_of(cells)
        exact = self._exact.find(cells)
        self._groups.fill(cells)
        self._note_first(raw, line)
        reason = reason or self._skips_of_groups.find_reason(cells)
        if reason is not None:
            self._complete(cells, {} if isinstance(exact, ValueProblem) else exact)
            return self._skip(line, reason, sku)
        if isinstance(exact, ValueProblem):
            return exact
        found = self._validate(line, self._complete(cells, exact))
        if isinstance(found, ValueProblem) and self._fields.get(found.field or "", -1) >= given:
            return field_count_problem(given, width)  # the cell that is wrong is cut off
        return found

    def _skip(self, line: int, reason: str, sku: str | None) -> Skip:
        return Skip(line, reason, sku[:_SKIPPED_SKU_LENGTH] if sku else None)

    def _sku_of(self, cells: list[str]) -> str | None:
        column = self._fields.get("sku")
        return None if column is None else cells[column]

    def _find_reason(self, cells: list[str]) -> str | None:
        """Return why a record isn't a product; None if it is one."""
        if self._totals and self._totals.has(cells):
            return TOTAL_ROW
        return self._skips.find_reason(cells)

    def _complete(self, cells: list[str], exact: Texts) -> list[str]:
        """Return the cells as format and options say, with a complete name and sku."""
        for column, cell in enumerate(cells):
            if cell[:1] in _PROTECTING:
                field, is_exported = self._product_fields[column], self._columns.are_exported
                cells[column] = unescape(cell) if is_exported else unprotect(cell, field)
        reading, is_first = self._reading, self._groups.is_at_first
        read = complete_cells(cells, reading, is_first=is_first)
        self.sku_parts = hash_sku_parts(cells, read, reading, is_first=is_first)
        self.completed = [exact.get(i, text) for i, text in enumerate(read)] if exact else read
        return self.completed

    def _validate(self, line: int, texts: list[str]) -> Values | ValueProblem:
        values: list[Any] = []
        noted: list[tuple[int, Noted]] = []
        for i, (name, rule, required) in enumerate(self._values):
            value = read_value(name, texts[i], rule) if texts[i] else None
            if value is None and required:
                value = missing_problem(self._columns, i)
            if isinstance(value, ValueProblem):
                return value
            if isinstance(value, Noted):
                noted.append((i, value))
                value = value.value
            values.append(value)
        if problem := self._attributes_problem(texts, values):
            return problem
        currency, chosen = self._reading.currency, self._reading.numbers.currency
        named = currency.read(values, chosen) if currency else []
        if isinstance(named, ValueProblem):
            return named
        for i, value in (*noted, *named):
            self.notes.add(value.code, self._columns.names[i], line, value.detail)
        return tuple(values)

    def _attributes_problem(self, texts: list[str], values: list[Any]) -> ValueProblem | None:
        are_few = len(self._attributes) <= MOST_ATTRIBUTES
        if are_few and sum(map(len, texts)) <= self._sure_characters:
            return None
        given = {name: values[i] for i, name in self._attributes if values[i] is not None}
        return attributes_problem(given)
