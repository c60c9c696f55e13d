"""Inspect the head of a source: its delimiter, header row, columns and numbers."""

from dataclasses import dataclass, field
from typing import Any, Self

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.deciding import find_all, open_head
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.firstrecords import Head
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.source import Source, read_bytes
from chalicelib.imports.csv.warnings import warn_of_sheets
from chalicelib.imports.options import ImportOptions
from chalicelib.products.limits import NAME_MAX_LENGTH, SKU_MAX_LENGTH

HEAD_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Inspection:
    """How to read a source, and where its records start."""

    reading: Reading
    data_start: int  # offset of the first record after the header
    data_line: int  # the line of that record, from 1
    span_bytes: int  # fixed for this import, even if the setting changes before the scan
    detected: dict[str, Any] = field(default_factory=dict)  # as the API answers it
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def delimiter(self) -> str:
        """The delimiter of the source."""
        return self.reading.delimiter

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self.reading.columns

    def to_json(self) -> dict[str, Any]:
        """Return the inspection as JSON values."""
        return vars(self) | {"reading": self.reading.to_json()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the inspection that `to_json` wrote."""
        return cls(**values | {"reading": Reading.from_json(values["reading"])})


def inspect_head(
    source: Source,
    encoding: Encoding,
    options: ImportOptions,
    span_bytes: int,
    limits: tuple[int, int] = (SKU_MAX_LENGTH, NAME_MAX_LENGTH),
) -> Inspection:
    """Inspect the head of a UTF-8 source; raises JobEndedError if it can't be imported.

    `limits`: the most characters of a sku and of a name.
    """
    raw = read_bytes(source, 0, HEAD_BYTES)
    is_whole = source.size_bytes <= len(raw)
    head = Head(raw[encoding.bom_bytes :], is_whole, encoding.point)
    opening = open_head(head, options, encoding.line_break)
    header, found = opening.header, find_all(opening, options, limits)
    return Inspection(
        found.reading,
        encoding.bom_bytes + header.data_start,
        header.data_line,
        span_bytes,
        found.describe(),
        [w.to_json() for w in (*warn_of_sheets(encoding.other_sheets), *found.warnings)],
    )
