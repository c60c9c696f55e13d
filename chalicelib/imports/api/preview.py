"""Preview a file by its first bytes, before it is uploaded.

It runs the same code as the steps InspectSource and StageRange, so that it finds what they would.
The one difference: a header longer than the bytes sent is too long here; the steps read 1 MiB.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chalicelib.aws import find_region
from chalicelib.errors import JobEndedError
from chalicelib.imports.api.previewed import (
    PreviewColumnResponse,
    PreviewRecordResponse,
    PreviewRejectResponse,
    PreviewResponse,
    PreviewSkipResponse,
)
from chalicelib.imports.api.responses import PreviewProfileResponse
from chalicelib.imports.csv.columns import Columns, name_columns
from chalicelib.imports.csv.contents import Contents
from chalicelib.imports.csv.deciding import (
    describe_encoding,
    find_all,
    guess_warnings,
    open_head,
)
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.firstrecords import Head, HeadRecord, cells_of
from chalicelib.imports.csv.outcomes import Blank, Reject, Skip, Values
from chalicelib.imports.csv.packed import UnpackedHead, unpack_head
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.sampled import FileWarning
from chalicelib.imports.csv.sheets import LINE_BREAK
from chalicelib.imports.csv.summing import check_currency, sum_notes
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.csv.warnings import warn_of_missing, warn_of_sheets
from chalicelib.imports.described import EstimateResponse, WarningResponse
from chalicelib.imports.estimate import Shape, estimate_import
from chalicelib.imports.formats.applying import guess_header
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.skips import SKIPS
from chalicelib.jobs.responses import JobErrorResponse
from chalicelib.products.limits import MOST_COLUMNS
from chalicelib.products.numbers import DecimalMark
from chalicelib.products.rules import make_rules

SHOWN_RECORDS = 10


@dataclass
class _Found:
    """What has been found so far."""

    members: list[str] = field(default_factory=list)
    member: str | None = None
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    format: str | None = None
    decimal_mark: DecimalMark | None = None
    currency: str | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    columns: list[PreviewColumnResponse] = field(default_factory=list)
    records: list[PreviewRecordResponse] = field(default_factory=list)
    warnings: list[WarningResponse] = field(default_factory=list)
    estimate: EstimateResponse | None = None
    profile: PreviewProfileResponse | None = None  # the route adds it
    error: JobErrorResponse | None = None

    def update(self, described: Mapping[str, Any]) -> None:
        """Take what was detected, as `deciding.py` describes it."""
        vars(self).update(described)


def preview(
    raw: bytes,
    size_bytes: int,
    options: ImportOptions,
    limits: tuple[int, int],
    span_bytes: int = 8 * 1024 * 1024,
) -> PreviewResponse:
    """Return how a file of `size_bytes` bytes that starts with `raw` would be imported.

    If the import would fail, the answer has the error beside whatever can be detected. `limits`:
    the most characters of a sku and of a name. `span_bytes`: what one scan reads.
    """
    found = _Found()
    try:
        text = _inspect(found, raw, size_bytes, options, limits)
        found.estimate = _estimate(text, len(raw), size_bytes, span_bytes)
    except JobEndedError as error:
        found.error = JobErrorResponse(code=error.code, message=error.message)
    return PreviewResponse(**vars(found))


def _inspect(
    found: _Found,
    raw: bytes,
    size_bytes: int,
    options: ImportOptions,
    limits: tuple[int, int],
) -> bytes:
    """Fill in `found` step by step; return the text of the head, in UTF-8.

    Raises JobEndedError where the import would end.
    """
    unpacked = _unpack(found, raw, options, is_whole=len(raw) >= size_bytes)
    encoding = unpacked.encoding
    found.update(describe_encoding(encoding, {}))
    text = _to_utf8(unpacked.raw, encoding)
    head = Head(text, unpacked.is_whole, encoding.point)
    found.delimiter = head.detect_delimiter(options)
    header = head.find_header(found.delimiter, options)
    found.header_line = header.line
    shown = head.sample(header, found.delimiter)[:SHOWN_RECORDS]
    found.records = [_show(record, found.delimiter, None) for record in shown]
    opening = open_head(head, options, encoding.line_break)
    shown = [*opening.records[:SHOWN_RECORDS]]
    names, rows = name_columns(opening.names)[:MOST_COLUMNS], cells_of(opening.rows)
    found.records = [_show(record, found.delimiter, None) for record in shown]
    found.columns = _describe(guess_header(names, options, rows))
    before = [*warn_of_missing(options), *warn_of_sheets(encoding.other_sheets)]
    found.warnings = _list_warnings([*before, *guess_warnings(opening, options)])
    findings = find_all(opening, options, limits)
    found.columns = _describe(findings.reading.columns)
    found.update(describe_encoding(encoding, findings.describe()))
    found.warnings = _list_warnings([*before, *findings.warnings])
    reader = RecordReader(findings.reading, make_rules(*limits, findings.reading.numbers))
    found.records = [_show(record, found.delimiter, reader) for record in shown]
    check_currency(sum_notes(reader.notes.to_json()), options.currency)
    return text


def _estimate(text: bytes, head_bytes: int, size_bytes: int, span_bytes: int) -> EstimateResponse:
    """Return the estimate of an import whose head shows what the rest is like."""
    times = size_bytes / head_bytes
    records = max(1, round(text.count(b"\n") * times))
    shape = Shape.guess(records, max(1, round(len(text) * times)), span_bytes)
    return EstimateResponse(**estimate_import(shape, find_region()).to_json())


def _unpack(found: _Found, raw: bytes, options: ImportOptions, *, is_whole: bool) -> UnpackedHead:
    """Unpack the head; fill in what the file holds, also if none of it can be read."""
    contents = Contents()
    try:
        return unpack_head(raw, options, contents, is_whole=is_whole)
    finally:
        found.update(vars(contents))


def _list_warnings(found: Iterable[FileWarning]) -> list[WarningResponse]:
    return [WarningResponse(**warning.to_json()) for warning in found]


def _to_utf8(raw: bytes, encoding: Encoding) -> bytes:
    text = raw[encoding.bom_bytes :]
    return text if encoding.is_utf8 else b"".join(transcode([text], encoding.codec))


def _describe(columns: Columns) -> list[PreviewColumnResponse]:
    return [
        PreviewColumnResponse(header=name, field=described)
        for name, described in zip(columns.names, columns.described, strict=True)
    ]


def _show(record: HeadRecord, delimiter: str, reader: RecordReader | None) -> PreviewRecordResponse:
    """Return a record, and what becomes of it. A reader takes the records in their order."""
    reject = skip = product = None
    if reader:
        read = reader.read(record.raw, record.line, is_closed=record.is_closed)
        if isinstance(read, Reject):
            reject = PreviewRejectResponse(code=read.code, field=read.field, message=read.message)
        elif isinstance(read, Skip):
            skip = PreviewSkipResponse(reason=read.reason, message=SKIPS[read.reason])
        elif not isinstance(read, Blank):
            product = _describe_product(reader.columns, read)
    cells = [cell.replace(LINE_BREAK, "\n") for cell in record.cut(delimiter)]
    return PreviewRecordResponse(
        line=record.line, cells=cells, reject=reject, skip=skip, product=product
    )


def _describe_product(columns: Columns, values: Values) -> dict[str, Any]:
    """Return the values of a record by field, and its attributes."""
    fields = {
        field: str(value) if isinstance(value, Decimal) else value
        for field, value in zip(columns.fields, values, strict=True)
        if field
    }
    given = (i for i in columns.attributes if values[i] is not None)
    attributes = {columns.attribute(i): values[i] for i in given}
    return fields | {"attributes": attributes}
