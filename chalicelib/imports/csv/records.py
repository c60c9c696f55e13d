"""Read one record at a time: with `csv.reader`, then by the rules of product values.

This is the exact and slow way. `triage.py` is the fast one, and leaves doubtful records to this.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.matching import missing_problem, read_id
from chalicelib.imports.csv.reading import Reading
from chalicelib.products.rules import (
    Noted,
    Rule,
    ValueProblem,
    attributes_problem,
    nul_problem,
    read_value,
)

RECORD_MAX_BYTES = 8 * 1024 * 1024
KEPT_BYTES = 64 * 1024  # of a reject's original text

# Higher than our own limit, which rejects a field with a message.
csv.field_size_limit(2 * RECORD_MAX_BYTES)

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Reject:
    """A rejected record, and why."""

    line: int
    code: str
    field: str | None
    message: str
    record: bytes
    truncated: bool


@dataclass(frozen=True)
class RecordReader:
    """Reads single records of one source; `rules` has an entry for each product field."""

    reading: Reading
    rules: Mapping[str, Rule]

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self.reading.columns

    def read(self, raw: bytes, line: int, *, is_closed: bool = True) -> Values | Reject:
        """Return the values of a record by column, blanks as None; or its reject.

        `raw` is the record without the line end after it. `is_closed`: a quote opened in it is
        also closed; false only for the last record of a file.
        """
        values = self._read(raw, line, is_closed)
        return make_reject(raw, line, values) if isinstance(values, ValueProblem) else values

    def _read(self, raw: bytes, line: int, is_closed: bool) -> Values | ValueProblem:
        if not is_closed:
            return unclosed_quote_problem(line)
        if len(raw) > RECORD_MAX_BYTES:
            return record_too_long_problem()
        if b"\0" in raw:
            return nul_problem(None, "record")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return ValueProblem(
                "invalid_encoding",
                None,
                f"Byte {error.start + 1} of the record isn't valid in the file's encoding. Save"
                " the file as UTF-8, or set options.encoding.",
            )
        fields = next(csv.reader([text], delimiter=self.reading.delimiter))
        if len(fields) != len(self.columns):
            return ValueProblem(
                "wrong_field_count",
                None,
                f"The record has {len(fields)} fields; the header has {len(self.columns)}. Add or"
                " remove delimiters, or put quotes around a field that contains one.",
            )
        return self._validate(fields)

    def _validate(self, texts: list[str]) -> Values | ValueProblem:
        values: list[Any] = []
        required = self.reading.required_columns
        for i, (field, text) in enumerate(zip(self.columns.fields, texts, strict=True)):
            name = self.columns.names[i]
            value = read_value(field or name, text, self._rule(field))
            if value is None and i in required:
                value = missing_problem(self.columns, i)
            if isinstance(value, ValueProblem):
                return value
            values.append(value.value if isinstance(value, Noted) else value)
        given = [i for i in self.columns.attributes if values[i] is not None]
        attributes = {self.columns.names[i]: values[i] for i in given}
        return attributes_problem(attributes) or tuple(values)

    def _rule(self, field: str | None) -> Rule:
        if field is None:
            return str
        return read_id if field == "id" else self.rules[field]


def make_reject(raw: bytes, line: int, problem: ValueProblem) -> Reject:
    """Return the reject of a record, with the part of its text that is kept."""
    return Reject(
        line,
        problem.code,
        problem.field,
        problem.message,
        raw[:KEPT_BYTES],
        len(raw) > KEPT_BYTES,
    )


def unclosed_quote_problem(line: int) -> ValueProblem:
    """Return the problem of a record in which a quote is opened and never closed."""
    return ValueProblem(
        "quote_never_closed",
        None,
        f"The record that starts on line {line} opens a quote that is never closed, so the rest of"
        " the file belongs to it. Close the quote.",
    )


def record_too_long_problem() -> ValueProblem:
    """Return the problem of a record that is longer than a worker can hold."""
    return ValueProblem(
        "record_too_long",
        None,
        f"The record is longer than {RECORD_MAX_BYTES // 1024**2} MiB. The usual cause is a quote"
        " that isn't closed. Close it.",
    )
