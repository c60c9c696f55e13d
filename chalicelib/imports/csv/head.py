"""Inspect the head of a source: its delimiter, header row, columns and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from chalicelib.imports.csv.changes import change_cells, change_numbers
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.firstrecords import Head, cells_of
from chalicelib.imports.csv.header import Row
from chalicelib.imports.csv.marks import Number, detect_mark
from chalicelib.imports.csv.matching import find_key, find_required
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rows import with_sku_from
from chalicelib.imports.csv.source import Source, read_bytes
from chalicelib.imports.formats.applying import map_header
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import FIELDS
from chalicelib.products.rules import WHITE_SPACE

HEAD_BYTES = 1024 * 1024
_NUMBERS = {"decimal": "prices", "integer": "quantities"}


@dataclass(frozen=True)
class Inspection:
    """How to read a source, and where its records start."""

    reading: Reading
    data_start: int  # offset of the first record after the header
    data_line: int  # the line of that record, from 1
    span_bytes: int  # fixed for this import, even if the setting changes before the scan
    header_line: int = 1

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
    source: Source, encoding: Encoding, options: ImportOptions, span_bytes: int
) -> Inspection:
    """Inspect the head of a UTF-8 source; raises JobEndedError if it can't be imported."""
    raw = read_bytes(source, 0, HEAD_BYTES)
    head = Head(raw[encoding.bom_bytes :], is_whole=source.size_bytes <= len(raw))
    delimiter = head.detect_delimiter(options)
    header = head.find_header(delimiter, options)
    sample = head.sample(header, delimiter)
    reading = decide_reading(delimiter, header.read(delimiter), sample, options)
    start = encoding.bom_bytes + header.data_start
    return Inspection(reading, start, header.data_line, span_bytes, header.line)


def decide_reading(
    delimiter: str, names: Sequence[str], sample: Sequence[Row], options: ImportOptions
) -> Reading:
    """Decide how records under a header are read: by options, format and the first records."""
    mapped = map_header(names, options, cells_of(sample))
    columns = mapped.columns
    cells = change_cells(mapped.cells, columns, options.columns)
    declared = options.decimal_mark or (mapped.format and mapped.format.format.decimal_mark)
    mark = declared or detect_mark(_numbers(columns, sample)).mark
    numbers = change_numbers(replace(options.numbers, decimal_mark=mark), columns, options.columns)
    key = find_key(columns, options)
    return Reading(
        delimiter=delimiter,
        columns=columns,
        key=key,
        required=find_required(columns, key, options),
        header=tuple(name.strip(WHITE_SPACE) for name in names),
        format=mapped.format_name,
        numbers=numbers,
        cells=cells,
        blank=dict(mapped.blank),
        rows=with_sku_from(mapped.rows, columns.names, options.sku_from),
        fills_short_rows=options.short_rows != "reject",
    )


def _numbers(columns: Columns, sample: Sequence[Row]) -> Iterator[Number]:
    """Yield the texts of prices and quantities."""
    found = {
        columns.fields.index(field.name): _NUMBERS[field.kind]
        for field in FIELDS
        if field.kind in _NUMBERS and field.name in columns.fields
    }
    for line, cells in sample:
        for i, what in found.items():
            if len(cells) > i:
                yield Number(columns.names[i], what, line, cells[i])
