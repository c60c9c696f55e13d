"""What the head of a source shows: how its records are read, why, and what is doubtful.

The step InspectSource and the preview both describe a file with this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.imports.csv.changes import change_cells, change_numbers
from chalicelib.imports.csv.columns import Columns, name_columns
from chalicelib.imports.csv.currencies import explain_currency, find_currency_column
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.firstrecords import Head, HeadRecord, cells_of
from chalicelib.imports.csv.header import Header, Row
from chalicelib.imports.csv.lineage import Lineage
from chalicelib.imports.csv.marks import Detected, Number, detect_mark
from chalicelib.imports.csv.matching import find_key, find_required
from chalicelib.imports.csv.notes import Notes
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.rows import with_sku_from
from chalicelib.imports.csv.sampled import FileWarning, Sampled
from chalicelib.imports.csv.sheets import write_record
from chalicelib.imports.csv.swallowed import SWALLOWED
from chalicelib.imports.csv.warnings import find_warnings
from chalicelib.imports.formats.applying import MappedHeader, guess_header, is_exported, map_header
from chalicelib.imports.formats.detection import choose_format
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import FIELDS
from chalicelib.products.limits import MOST_COLUMNS
from chalicelib.products.numbers import DecimalMark
from chalicelib.products.rules import WHITE_SPACE, make_rules

_NUMBERS = {"decimal": "prices", "integer": "quantities"}
_MARKS = {".": "point", ",": "comma"}
_COMPARED_RECORDS = 20


@dataclass(frozen=True)
class Opening:
    """A head that is cut into its header and its first records."""

    head: Head
    delimiter: str
    header: Header
    names: Sequence[str]  # the cells of the header, without those of a rejects file
    records: Sequence[HeadRecord]
    rows: Sequence[Row]  # the cells of the records
    line_break: str | None = None  # what stands for a line break in a cell
    lineage: Lineage | None = None  # where those of a rejects file are


@dataclass(frozen=True)
class Findings:
    """How the records of a source are read, and why. `evidence` has one sentence a member."""

    reading: Reading
    header_line: int
    currency: str | None
    evidence: dict[str, str]
    warnings: list[FileWarning]

    def describe(self) -> dict[str, Any]:
        """Return what was detected, as the API answers it."""
        return {
            "delimiter": self.reading.delimiter,
            "header_line": self.header_line,
            "format": self.reading.format,
            "decimal_mark": self.reading.numbers.decimal_mark,
            "currency": self.currency,
            "evidence": self.evidence,
        }


def describe_encoding(encoding: Encoding, detected: dict[str, Any]) -> dict[str, Any]:
    """Return what was detected together with the encoding of the upload, and why."""
    evidence = {"encoding": encoding.evidence} | detected.get("evidence", {})
    return {"encoding": encoding.codec} | detected | {"evidence": evidence}


def open_head(head: Head, options: ImportOptions, line_break: str | None = None) -> Opening:
    """Cut a head; raises JobEndedError if it has no header that can be read."""
    delimiter = head.detect_delimiter(options)
    header = head.find_header(delimiter, options)
    names, records = header.read(delimiter), head.sample(header, delimiter)
    lineage = Lineage.find(names)
    if lineage:
        names = lineage.cut(names)
        records = [record._replace(lineage=lineage) for record in records]
    if line_break:
        spaced = [name.replace(line_break, " ") for name in names]
        is_exact = is_exported(choose_format(spaced, options.format), spaced)
        names = [name.replace(line_break, "\n") for name in names] if is_exact else spaced
    rows = [(record.line, record.cut(delimiter)) for record in records]
    return Opening(head, delimiter, header, names, records, rows, line_break, lineage)


def guess_warnings(opening: Opening, options: ImportOptions) -> list[FileWarning]:
    """Return the warnings of a header that isn't accepted."""
    names, cells = name_columns(opening.names[:MOST_COLUMNS]), cells_of(opening.rows)
    columns = guess_header(names, options, cells)
    return find_warnings(columns, Sampled(opening.rows, options.mapping, creates=False))


def find_all(opening: Opening, options: ImportOptions, limits: tuple[int, int]) -> Findings:
    """Decide how records are read: by options, format and the first records.

    `limits`: the most characters of a sku and of a name. Raises JobEndedError if the columns can't
    be imported.
    """
    mapped = map_header(opening.names, options, cells_of(opening.rows))
    detected = _decide_mark(mapped, opening, options)
    reading = _make_reading(opening, mapped, detected.mark, options)
    rejects, notes = _read_records(opening.records, reading, limits)
    sampled = Sampled(
        opening.rows,
        options.mapping,
        mapped.ambiguities,
        detected.why if detected.is_unclear else None,
        rejects,
        creates=options.mode != "update",
        left_out=mapped.left_out,
        key=reading.key.column if reading.key.by == "attribute" else None,
        swallowing=notes.find(SWALLOWED),
        are_plain=reading.rows.are_plain,
        header=opening.names,
    )
    currency, currency_why = explain_currency(
        reading.columns, reading.numbers, reading.currency, opening.rows
    )
    evidence = {
        "delimiter": _explain_delimiter(opening, options),
        "header_line": _explain_header(opening, mapped.columns, options),
        "format": mapped.format.evidence if mapped.format else None,
        "decimal_mark": detected.why,
        "currency": currency_why,
    }
    return Findings(
        reading,
        opening.header.line,
        currency,
        {name: why for name, why in evidence.items() if why},
        find_warnings(mapped.columns, sampled),
    )


def _make_reading(
    opening: Opening, mapped: MappedHeader, mark: DecimalMark | None, options: ImportOptions
) -> Reading:
    columns, negative = mapped.columns, mapped.negative_quantity
    numbers = replace(options.numbers, decimal_mark=mark, negative_quantity=negative)
    key = find_key(columns, options)
    return Reading(
        delimiter=opening.delimiter,
        columns=columns,
        key=key,
        required=find_required(columns, key, options),
        header=_read_header(opening),
        header_text=_read_header_text(opening),
        lineage=opening.lineage,
        format=mapped.format_name,
        numbers=change_numbers(numbers, columns, options.columns),
        cells=change_cells(mapped.cells, columns, options.columns),
        blank=dict(mapped.blank),
        rows=with_sku_from(mapped.rows, columns.names, options.sku_from),
        fills_short_rows=options.short_rows != "reject",
        line_break=opening.line_break,
        point=opening.head.point,
        currency=find_currency_column(columns, opening.rows, options.currency),
    )


def _read_header(opening: Opening) -> tuple[str, ...]:
    """Return the cells of the header as the reader has those of a record."""
    return tuple(cell.strip(WHITE_SPACE) for cell in _cut_header(opening))


def _read_header_text(opening: Opening) -> str:
    """Return the header as it is in the file; that of a sheet as text of a CSV file."""
    if opening.line_break:
        return write_record(_cut_header(opening), opening.delimiter)
    raw, lineage = opening.header.raw, opening.lineage
    return (lineage.cut_bytes(raw, opening.delimiter) if lineage else raw).decode()


def _cut_header(opening: Opening) -> list[str]:
    cells, line_break = opening.header.read(opening.delimiter), opening.line_break or "\n"
    own = opening.lineage.cut(cells) if opening.lineage else cells
    return [cell.replace(line_break, "\n") for cell in own]


def _decide_mark(mapped: MappedHeader, opening: Opening, options: ImportOptions) -> Detected:
    """Return the decimal mark of the options, or the one that fits the numbers."""
    if options.decimal_mark:
        return Detected(options.decimal_mark, "Set in options.decimal_mark.")
    found, numbers = mapped.format, _read_numbers(mapped.columns, opening)
    if not found or not found.format.decimal_mark:
        return detect_mark(numbers)
    mark, label = found.format.decimal_mark, found.format.label
    usual = Detected(mark, f"Files of {label} have a decimal {_MARKS[mark]}.")
    return detect_mark(numbers, usual)


def _read_numbers(columns: Columns, opening: Opening) -> Iterator[Number]:
    """Yield the texts of prices and quantities. A cell that holds a number isn't a text."""
    found = {
        columns.fields.index(field.name): _NUMBERS[field.kind]
        for field in FIELDS
        if field.kind in _NUMBERS and field.name in columns.fields
    }
    point = opening.head.point
    for record in opening.records:
        cells = record.cut_as_converted(opening.delimiter)
        for i, what in found.items():
            if i < len(cells) and not (point and point in cells[i]):
                yield Number(columns.names[i], what, record.line, cells[i])


def _read_records(
    records: Sequence[HeadRecord], reading: Reading, limits: tuple[int, int]
) -> tuple[dict[int, tuple[str, str]], Notes]:
    """Return the code and message of each record that will be rejected, and what was noted."""
    reader = RecordReader(reading, make_rules(*limits, reading.numbers))
    read = (reader.read(r.raw, r.line, is_closed=r.is_closed) for r in records)
    rejects = {r.line: (r.code, r.message) for r in read if isinstance(r, Reject)}
    return rejects, reader.notes


def _explain_delimiter(opening: Opening, options: ImportOptions) -> str:
    if opening.head.rejects_delimiter or options.delimiter:
        is_set = not opening.head.rejects_delimiter
        return "Set in options.delimiter." if is_set else "It follows _line in the header."
    if opening.head.separator.delimiter:
        return "Line 1 is Excel's sep= line."
    after, width = opening.rows[:_COMPARED_RECORDS], len(opening.names)
    alike = sum(len(cells) == width for _, cells in after)
    columns = "1 column" if width == 1 else f"{width} columns"
    if not after:
        return f"It cuts the header into {columns}."
    return f"It cuts the header into {columns}, and {alike} of {len(after)} records too."


def _explain_header(opening: Opening, columns: Columns, options: ImportOptions) -> str:
    if options.header_line and not opening.head.rejects_delimiter:
        return "Set in options.header_line."
    fields = [field for field in columns.fields if field]
    listed = " and ".join([", ".join(fields[:-1]), fields[-1]] if len(fields) > 1 else fields)
    return f"Line {opening.header.line} names columns for {listed}."
