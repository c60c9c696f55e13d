"""Preview a file by its first bytes, before it is uploaded.

It runs the same code as the steps InspectSource and StageRange, so that it finds what they would.
The one difference: a header longer than the bytes sent is too long here; the steps read 1 MiB.
"""

from dataclasses import dataclass, field
from itertools import islice

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.responses import (
    PreviewColumnResponse,
    PreviewProfileResponse,
    PreviewRecordResponse,
    PreviewRejectResponse,
    PreviewResponse,
)
from chalicelib.imports.csv.columns import Columns, name_columns
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.firstrecords import Head, HeadRecord, cells_of
from chalicelib.imports.csv.head import decide_reading
from chalicelib.imports.csv.records import RecordReader, Reject
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.formats.applying import guess_header
from chalicelib.imports.options import ImportOptions
from chalicelib.jobs.responses import JobErrorResponse
from chalicelib.products.limits import MOST_COLUMNS
from chalicelib.products.numbers import DecimalMark
from chalicelib.products.rules import make_rules

SHOWN_RECORDS = 10


@dataclass
class _Found:
    """What has been found so far."""

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    decimal_mark: DecimalMark | None = None
    columns: list[PreviewColumnResponse] = field(default_factory=list)
    records: list[PreviewRecordResponse] = field(default_factory=list)
    profile: PreviewProfileResponse | None = None  # the route adds it
    error: JobErrorResponse | None = None


def preview(
    raw: bytes, size_bytes: int, options: ImportOptions, limits: tuple[int, int]
) -> PreviewResponse:
    """Return how a file of `size_bytes` bytes that starts with `raw` would be imported.

    If the import would fail, the answer has the error beside whatever can be detected. `limits`:
    the most characters of a sku and of a name.
    """
    found = _Found()
    try:
        _inspect(found, raw, size_bytes, options, limits)
    except JobEndedError as error:
        found.error = JobErrorResponse(code=error.code, message=error.message)
    return PreviewResponse(**vars(found))


def _inspect(
    found: _Found,
    raw: bytes,
    size_bytes: int,
    options: ImportOptions,
    limits: tuple[int, int],
) -> None:
    """Fill in `found` step by step; raises JobEndedError where the import would end."""
    is_whole = len(raw) >= size_bytes
    encoding = detect_encoding(raw, options.encoding, is_whole=is_whole)
    found.encoding = encoding.codec
    head = Head(_to_utf8(raw, encoding), is_whole=is_whole)
    found.delimiter = delimiter = head.detect_delimiter(options)
    header = head.find_header(delimiter, options)
    found.header_line = header.line
    given = (r for r in head.cut_records(header, delimiter) if not r.is_blank(delimiter))
    shown = list(islice(given, SHOWN_RECORDS))
    found.records = [_show(record, delimiter, None) for record in shown]
    names, sample = header.read(delimiter), head.sample(header, delimiter)
    guessed = guess_header(name_columns(names)[:MOST_COLUMNS], options, cells_of(sample))
    found.columns = _describe(guessed)
    reading = decide_reading(delimiter, names, sample, options)
    found.columns = _describe(reading.columns)
    found.decimal_mark = reading.numbers.decimal_mark
    reader = RecordReader(reading, make_rules(*limits, reading.numbers))
    found.records = [_show(record, delimiter, reader) for record in shown]


def _to_utf8(raw: bytes, encoding: Encoding) -> bytes:
    text = raw[encoding.bom_bytes :]
    return text if encoding.is_utf8 else b"".join(transcode([text], encoding.codec))


def _describe(columns: Columns) -> list[PreviewColumnResponse]:
    return [
        PreviewColumnResponse(header=name, field=described)
        for name, described in zip(columns.names, columns.described, strict=True)
    ]


def _show(record: HeadRecord, delimiter: str, reader: RecordReader | None) -> PreviewRecordResponse:
    reject = _find_reject(record, reader) if reader else None
    return PreviewRecordResponse(line=record.line, cells=record.cut(delimiter), reject=reject)


def _find_reject(record: HeadRecord, reader: RecordReader) -> PreviewRejectResponse | None:
    read = reader.read(record.raw, record.line, is_closed=record.is_closed)
    if not isinstance(read, Reject):
        return None
    return PreviewRejectResponse(code=read.code, field=read.field, message=read.message)
