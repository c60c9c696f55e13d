"""The dialect of a source, declared or detected by its first bytes: encoding and delimiter."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from chalicelib.imports.csv.evidence import count_text, find_invalid_lines
from chalicelib.imports.csv.foreign import check_is_text
from chalicelib.imports.csv.languages import guess_encoding

DELIMITERS = (",", ";", "\t", "|")

_SNIFFED_RECORDS = 20
_SURE_BYTES = 100  # so many bytes that aren't UTF-8 in the head tell the encoding of all
_BEGINNING_BYTES = 4 * 1024  # here one is enough, because the header must be readable
_NULS_READ = 4 * 1024
_FEWEST_NULS = 4
_SAMPLE_BYTES = 16 * 1024
_DECLARED = "options.encoding says so."
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "latin-1": "Latin-1",
    "iso-8859-15": "ISO 8859-15",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "cp1254": "Windows-1254",
    "mac-roman": "Mac OS Roman",
    "shift_jis": "Shift JIS",
    "gb18030": "GB 18030",
    "iso-8859-2": "ISO 8859-2",
    "iso-8859-5": "ISO 8859-5",
    "koi8-r": "KOI8-R",
    "cp874": "Windows-874",
    "cp1253": "Windows-1253",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "euc-kr": "EUC-KR",
    "big5": "Big5",
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the start of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Encoding:
    """The encoding of a source, the size of its byte order mark, and how both are known."""

    codec: str
    bom_bytes: int
    confidence: float = field(default=1.0, compare=False)  # from 0 to 1
    reason: str = field(default="", compare=False)  # a sentence
    is_given: bool = field(default=False, compare=False)  # by a mark, an option or a conversion
    line_break: str | None = None  # what stands for a line break in a cell
    other_sheets: tuple[str, ...] = ()  # those of a workbook that have products too
    point: str | None = None  # what stands before the decimals of a cell that holds a number

    @property
    def is_utf8(self) -> bool:
        """Whether the source can be read without a transcoding pass."""
        return self.codec == "utf-8"

    @property
    def converted(self) -> "Encoding":
        """The encoding of the source once it is transcoded."""
        return replace(self, codec="utf-8", bom_bytes=0)

    @property
    def evidence(self) -> str:
        """The name of the encoding and how it is known, for people."""
        return f"{_NAMES[self.codec]}: {self.reason}"

    def to_json(self) -> dict[str, Any]:
        """Return the encoding as JSON values."""
        return asdict(self)


def detect_encoding(head: bytes, declared: str | None, *, is_whole: bool = False) -> Encoding:
    """Return the encoding of a source that starts with `head`.

    A byte order mark overrides `declared`: no other text starts with it. Without both, NUL bytes
    tell UTF-16 and UTF-32, and the bytes that aren't UTF-8 the older encodings, if there are enough
    of them. `is_whole`: these are all bytes of the source. Raises JobEndedError for files that
    aren't CSV text.
    """
    check_is_text(head)
    for bom, codec in _MARKS:
        if head.startswith(bom):
            reason = "the file starts with its byte order mark."
            return Encoding(codec, len(bom), reason=reason, is_given=True)
    if declared in ("utf-16", "utf-32"):
        codec = _find_wide(head) or ""
        codec = codec if codec.startswith(declared) else f"{declared}-le"
        return Encoding(codec, 0, reason=_DECLARED, is_given=True)
    if declared:
        return Encoding(declared, 0, reason=_DECLARED, is_given=True)
    if wide := _find_wide(head):
        reason = "the NUL bytes at the beginning of the file are those of this encoding."
        return Encoding(wide, 0, 0.99, reason)
    return _detect_older(head, is_whole=is_whole)


def _find_wide(head: bytes) -> str | None:
    """Return the encoding of text with two or four bytes a character, by where the NULs are."""
    read = head[: min(_NULS_READ, len(head) // 4 * 4)]
    nuls = [read[place::4].count(0) for place in range(4)]
    most = len(read) // 4
    if not most or not sum(nuls):
        return None
    for codec, empty, full in (("utf-32-le", (2, 3), 0), ("utf-32-be", (0, 1), 3)):
        if all(nuls[place] > 0.95 * most for place in empty) and nuls[full] < 0.05 * most:
            return codec
    low, high = nuls[0] + nuls[2], nuls[1] + nuls[3]
    for codec, many, few in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if many >= max(_FEWEST_NULS, 0.1 * 2 * most) and few < 0.05 * many:
            return codec
    return None


def _detect_older(head: bytes, *, is_whole: bool) -> Encoding:
    """Return the encoding of text with one byte for each ASCII character: UTF-8 unless refuted."""
    count, _ = count_text(head, is_end=is_whole)
    begins_so = count_text(head[:_BEGINNING_BYTES], is_end=False)[0].invalid > 0
    is_sure = is_whole or begins_so or count.invalid >= _SURE_BYTES
    if count.is_other_encoding and is_sure:
        found = list(find_invalid_lines(head, _SAMPLE_BYTES))
        lines = {1 + head.count(b"\n", 0, start) for start, _ in found}
        least = f"{len(lines)}" if is_whole else f"at least {len(lines)}"
        verb = "line has" if len(lines) == 1 else "lines have"
        example = f"for example line {min(lines)}"
        reason = f"{least} {verb} bytes that aren't UTF-8, {example}."
        if guessed := guess([line for _, line in found], reason):
            return guessed
    if count.invalid:
        reason = "most characters outside ASCII are UTF-8, though not all."
        return Encoding("utf-8", 0, 0.9, reason)
    if count.valid:
        return Encoding("utf-8", 0, 0.99, "the characters outside ASCII are UTF-8.")
    return Encoding("utf-8", 0, reason="no characters outside ASCII were found.")


def guess(lines: Iterable[bytes], reason: str) -> Encoding | None:
    """Return the likeliest encoding of lines that aren't UTF-8, or None if none is likely."""
    found = guess_encoding(b"\n".join(lines)[:_SAMPLE_BYTES])
    return Encoding(found.codec, 0, found.confidence, reason) if found else None


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
