"""The dialect of a source, declared or detected by its first bytes: encoding and delimiter."""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.errors import JobEndedError

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252")

_UNPACK = "Unpack it"
_EXPORT = "Export it as CSV"
_NOT_CSV = {
    b"\x1f\x8b": ("gzip-compressed", _UNPACK),
    b"PK\x03\x04": (
        "a ZIP archive or an Excel workbook (.xlsx)",
        "Unpack it, or save the workbook as CSV",
    ),
    b"PK\x05\x06": ("an empty ZIP archive", _EXPORT),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook (.xls)", _EXPORT),
    b"\x28\xb5\x2f\xfd": ("zstd-compressed", _UNPACK),
    b"BZh": ("bzip2-compressed", _UNPACK),
    b"\xfd7zXZ": ("xz-compressed", _UNPACK),
    b"%PDF": ("a PDF document", _EXPORT),
}
_SNIFFED_RECORDS = 20
MAGIC_BYTES = 16  # more than any byte mark above or below has


@dataclass(frozen=True)
class Encoding:
    """The codec of a source, and the size of its byte order mark."""

    codec: str
    bom_bytes: int

    @property
    def is_utf8(self) -> bool:
        """Whether the source can be read without a transcoding pass."""
        return self.codec == "utf-8"


UTF8 = Encoding("utf-8", 0)


def detect_encoding(head: bytes, declared: str | None) -> Encoding:
    """Return the encoding of a source that starts with `head`.

    A byte order mark overrides `declared`: no other text starts with it. UTF-16 without a mark is
    little-endian, since the programs that omit the mark write that. Raises JobEndedError for files
    that aren't CSV text, and for UTF-32.
    """
    for magic, (kind, advice) in _NOT_CSV.items():
        if head.startswith(magic):
            raise JobEndedError(
                "not_csv",
                f"The file is {kind}, not CSV text. {advice}, then upload the result.",
            )
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise JobEndedError(
            "encoding_unsupported",
            "The file is UTF-32, which is not supported. Save it as UTF-8 and upload it again.",
        )
    for bom, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(bom):
            return Encoding(codec, len(bom))
    return Encoding("utf-16-le" if declared == "utf-16" else declared or "utf-8", 0)


def detect_delimiter(text: str) -> str:
    """Return the delimiter that fits the first records of `text` best.

    A delimiter fits if at least half of the records have as many fields as the header; of those
    that fit, the one with the most columns is best. A header with one column for every delimiter
    gives the comma.
    """
    scores = {d: score_rows(_first_records(text, d)) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: (scores[d], -DELIMITERS.index(d)))


def _first_records(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > _SNIFFED_RECORDS:
                break
    except csv.Error:  # a field is longer than the module's limit: use the records before it
        pass
    return rows


def score_rows(rows: Sequence[Sequence[str]]) -> tuple[bool, int]:
    """Return whether at least half of the records are as wide as the first, and its width."""
    if not rows or len(rows[0]) == 1:
        return (False, 0)
    width, after = len(rows[0]), rows[1:]
    alike = sum(len(row) == width for row in after)
    return (2 * alike >= len(after), width)
