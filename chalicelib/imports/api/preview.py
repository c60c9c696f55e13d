"""Preview a file by its first bytes, before it is uploaded.

It runs the same code as the steps InspectSource and StageRange, so that it finds what they would.
The one difference: a header longer than the bytes sent is too long here; the steps read 1 MiB.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.responses import (
    PreviewColumnResponse,
    PreviewRecordResponse,
    PreviewRejectResponse,
    PreviewResponse,
)
from chalicelib.imports.csv.columns import Columns, name_columns
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.head import Head, Header, make_reading
from chalicelib.imports.csv.records import RecordReader, Reject
from chalicelib.imports.csv.structure import (
    State,
    find_line_ends,
    find_record_ends,
    find_specials,
    read_structure,
)
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.formats.applying import guess_header, map_header
from chalicelib.imports.options import ImportOptions
from chalicelib.jobs.responses import JobErrorResponse
from chalicelib.products.limits import MOST_COLUMNS
from chalicelib.products.rules import Rule

SHOWN_RECORDS = 10


@dataclass
class _Found:
    """What has been found so far."""

    encoding: str | None = None
    delimiter: str | None = None
    columns: list[PreviewColumnResponse] = field(default_factory=list)
    records: list[PreviewRecordResponse] = field(default_factory=list)
    error: JobErrorResponse | None = None


class _Record(NamedTuple):
    line: int
    raw: bytes
    is_closed: bool  # every quote that opens in it is also closed


def preview(
    raw: bytes, size_bytes: int, options: ImportOptions, rules: Mapping[str, Rule]
) -> PreviewResponse:
    """Return how a file of `size_bytes` bytes that starts with `raw` would be imported.

    If the import would fail, the answer has the error beside whatever can be detected.
    """
    found = _Found()
    try:
        _inspect(found, raw, size_bytes, options, rules)
    except JobEndedError as error:
        found.error = JobErrorResponse(code=error.code, message=error.message)
    return PreviewResponse(**vars(found))


def _inspect(
    found: _Found,
    raw: bytes,
    size_bytes: int,
    options: ImportOptions,
    rules: Mapping[str, Rule],
) -> None:
    """Fill in `found` step by step; raises JobEndedError where the import would end."""
    is_whole = len(raw) >= size_bytes
    encoding = detect_encoding(raw, options.encoding, is_whole=is_whole)
    found.encoding = encoding.codec
    head = Head(_to_utf8(raw, encoding), is_whole=is_whole)
    found.delimiter = delimiter = head.detect_delimiter(options.delimiter)
    header = head.find_header(delimiter)
    records = list(islice(_cut_records(head, header, delimiter), SHOWN_RECORDS))
    found.records = [_show(record, delimiter, None) for record in records]
    names, sample = header.read(delimiter), head.sample(header, delimiter)
    found.columns = _describe(guess_header(name_columns(names)[:MOST_COLUMNS], options, sample))
    mapped = map_header(names, options, sample)
    reading = make_reading(delimiter, mapped, options)
    found.columns = _describe(reading.columns)
    reader = RecordReader(reading, rules)
    found.records = [_show(record, delimiter, reader) for record in records]


def _to_utf8(raw: bytes, encoding: Encoding) -> bytes:
    text = raw[encoding.bom_bytes :]
    return text if encoding.is_utf8 else b"".join(transcode([text], encoding.codec))


def _describe(columns: Columns) -> list[PreviewColumnResponse]:
    return [
        PreviewColumnResponse(header=name, field=described)
        for name, described in zip(columns.names, columns.described, strict=True)
    ]


def _cut_records(head: Head, header: Header, delimiter: str) -> Iterator[_Record]:
    """Yield the records that are complete in the head."""
    raw = head.raw[header.data_start :]
    specials = find_specials(raw, delimiter, with_fields=False)
    structure = read_structure(specials, delimiter, State.RECORD)
    starts = structure.record_starts
    ends = find_record_ends(specials, structure)
    lines = header.data_line + find_line_ends(specials, after_cr=False).searchsorted(starts)
    last = len(starts) - 1
    is_cut = not head.is_whole and structure.end != State.RECORD
    for i, (start, end, line) in enumerate(zip(starts, ends, lines, strict=True)):
        if not (is_cut and i == last):
            is_closed = not (structure.end == State.QUOTED and i == last)
            yield _Record(int(line), raw[start:end], is_closed)


def _show(record: _Record, delimiter: str, reader: RecordReader | None) -> PreviewRecordResponse:
    cells = next(csv.reader([record.raw.decode(errors="replace")], delimiter=delimiter))
    return PreviewRecordResponse(
        line=record.line, cells=cells, reject=_find_reject(record, reader) if reader else None
    )


def _find_reject(record: _Record, reader: RecordReader) -> PreviewRejectResponse | None:
    read = reader.read(record.raw, record.line, is_closed=record.is_closed)
    if not isinstance(read, Reject):
        return None
    return PreviewRejectResponse(code=read.code, field=read.field, message=read.message)
