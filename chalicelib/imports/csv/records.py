"""One record at a time: what `csv.reader` makes of it, and the rules a product must pass.

This is the exact and slow way. The fast way of `triage.py` sends here whatever it is not sure of.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.imports.csv.columns import Columns
from chalicelib.products.rules import (
    REQUIRED,
    Refusal,
    Rule,
    read_value,
    refuse_blank,
    refuse_long_attributes,
    refuse_nul,
)

RECORD_MAX_BYTES = 8 * 1024 * 1024
KEPT_BYTES = 64 * 1024  # of a reject's original text

# csv's own limit must never be what refuses a field: ours does, with a message.
csv.field_size_limit(2 * RECORD_MAX_BYTES)

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Reject:
    """A record that was refused."""

    line: int
    code: str
    field: str | None
    message: str
    record: bytes
    truncated: bool


@dataclass(frozen=True)
class RecordReader:
    """Reads single records of one source; `rules` has an entry for each product field."""

    delimiter: str
    columns: Columns
    rules: Mapping[str, Rule]

    def read(self, raw: bytes, line: int, *, is_closed: bool = True) -> Values | Reject:
        """Return the values of a record by column, blanks as None; or why it is refused.

        `raw` is the record without the line end after it. `is_closed`: a quote opened in it is
        also closed; false only for the last record of a file.
        """
        values = self._read(raw, line, is_closed)
        return make_reject(raw, line, values) if isinstance(values, Refusal) else values

    def _read(self, raw: bytes, line: int, is_closed: bool) -> Values | Refusal:
        if not is_closed:
            return refuse_unclosed(line)
        if len(raw) > RECORD_MAX_BYTES:
            return refuse_too_long()
        if b"\0" in raw:
            return refuse_nul(None, "record")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return Refusal(
                "invalid_encoding",
                None,
                f"Byte {error.start + 1} of the record is not valid in the file's encoding. Save"
                " the file as UTF-8, or declare its encoding in options.encoding.",
            )
        fields = next(csv.reader([text], delimiter=self.delimiter))
        if len(fields) != len(self.columns):
            return Refusal(
                "wrong_field_count",
                None,
                f"The record has {len(fields)} fields, the header {len(self.columns)}.",
            )
        return self._check(fields)

    def _check(self, texts: list[str]) -> Values | Refusal:
        values: list[Any] = []
        for name, field, text in zip(self.columns.names, self.columns.fields, texts, strict=True):
            value = read_value(field or name, text, self.rules[field] if field else str)
            if value is None and field in REQUIRED:
                value = refuse_blank(field)
            if isinstance(value, Refusal):
                return value
            values.append(value)
        given = [i for i in self.columns.attributes if values[i] is not None]
        attributes = {self.columns.names[i]: values[i] for i in given}
        return refuse_long_attributes(attributes) or tuple(values)


def make_reject(raw: bytes, line: int, refusal: Refusal) -> Reject:
    """Return the reject of a record, with no more of its text than is kept."""
    return Reject(
        line,
        refusal.code,
        refusal.field,
        refusal.message,
        raw[:KEPT_BYTES],
        len(raw) > KEPT_BYTES,
    )


def refuse_unclosed(line: int) -> Refusal:
    """Return the refusal of a record in which a quote is opened and never closed."""
    return Refusal(
        "quote_never_closed",
        None,
        f"The record that starts on line {line} opens a quote that is never closed, so the rest of"
        " the file was read as part of it.",
    )


def refuse_too_long() -> Refusal:
    """Return the refusal of a record that is longer than any worker holds."""
    return Refusal(
        "record_too_long",
        None,
        f"The record is longer than {RECORD_MAX_BYTES // 1024**2} MiB. A quote that was not closed"
        " where it should be is the usual cause.",
    )
