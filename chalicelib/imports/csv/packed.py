"""The first bytes of an uploaded file, unpacked as far as they go."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.choosing import SheetChoice
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.foreign import is_markup
from chalicelib.imports.csv.markup import find_encoding, read_tables
from chalicelib.imports.csv.sheets import LINE_BREAK, POINT
from chalicelib.imports.csv.unpack import decompress, explain_faults, find_stream
from chalicelib.imports.csv.workbook import (
    OLE_MAGIC,
    SheetOptions,
    WorkbookKind,
    check_size,
    convert_workbook,
    find_workbook,
)
from chalicelib.imports.csv.zips import (
    check_member,
    find_member,
    is_candidate,
    is_zip,
    open_zip,
    rank_name,
    read_first_entry,
    unpack_member,
)
from chalicelib.imports.options import ImportOptions

SHEET = Encoding(
    "utf-8",
    0,
    reason="the file is a spreadsheet.",
    is_given=True,
    line_break=LINE_BREAK,
    point=POINT,
)
MARKUP = replace(SHEET, reason="the file is a table in HTML or XML.", point=None)
MOST_HEAD_BYTES = 1024 * 1024
# The first file of a workbook, by the program that wrote it.
_STARTS_OF_WORKBOOKS = ("[Content_Types]", "_rels/", "docProps/", "xl/", "mimetype", "customXml/")
_SHEET_MEMORY_BYTES = 256 * 1024**2
_SHEET_SECONDS = 10


class UnpackedHead(NamedTuple):
    """The first bytes of the text in an uploaded file, and how they are encoded."""

    raw: bytes
    is_whole: bool
    encoding: Encoding


class _Memory(NamedTuple):
    """A source in memory."""

    raw: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.raw)

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        yield self.raw[start:end]


def is_packed(head: bytes) -> bool:
    """Whether a file that starts with `head` isn't text: an archive or a workbook."""
    return find_stream(head) is not None or is_zip(head) or head.startswith(OLE_MAGIC)


def nested_archive() -> JobEndedError:
    """Return the end of a job whose archive holds another one."""
    return JobEndedError(
        "archive_nested",
        "The archive holds another archive. Unpack it and upload the file inside.",
    )


def unpack_head(raw: bytes, options: ImportOptions, *, is_whole: bool) -> UnpackedHead:
    """Return the text at the start of a file that starts with `raw`, as the import reads it.

    Raises JobEndedError as the import would, and with code preview_unavailable if only the whole
    file shows what is in it.
    """
    head, whole = raw, is_whole
    if _is_archive(raw, is_whole=is_whole):
        head, whole = _unpack(raw, options, is_whole=is_whole)
        if not head and not whole:  # the first block is longer than these bytes
            raise _unavailable()
        if _is_archive(head, is_whole=whole):
            raise nested_archive()
    if is_packed(head):
        if not whole:
            raise _unavailable()
        choice = SheetChoice(options)
        text = _convert(head, options, choice)
        return UnpackedHead(text, is_whole=True, encoding=choice.describe(SHEET))
    if is_markup(head):
        codec = find_encoding(head, options.encoding, is_whole=whole).codec
        rows = read_tables([head], codec, options.delimiter or ",", is_whole=whole)
        return UnpackedHead(b"".join(rows), whole, MARKUP)
    return UnpackedHead(head, whole, detect_encoding(head, options.encoding, is_whole=whole))


def _is_archive(raw: bytes, *, is_whole: bool) -> bool:
    if find_stream(raw):
        return True
    if not is_zip(raw):
        return False
    if not is_whole:
        return not read_first_entry(raw).name.startswith(_STARTS_OF_WORKBOOKS)
    with open_zip(_Memory(raw)) as archive:
        return find_workbook(archive.namelist()) is None


def _unpack(raw: bytes, options: ImportOptions, *, is_whole: bool) -> tuple[bytes, bool]:
    if kind := find_stream(raw):
        pieces = decompress([raw], kind)
        return _take(explain_faults(pieces if is_whole else _until_end(pieces)), is_whole=is_whole)
    if not is_whole:
        return _unpack_first(raw, options.member), False
    with open_zip(_Memory(raw)) as archive:
        entry = find_member(archive, options.member)
        return _take(unpack_member(archive, entry), is_whole=True)


def _unpack_first(raw: bytes, member: str | None) -> bytes:
    """Return the start of the first file of a ZIP archive whose directory is missing."""
    first = read_first_entry(raw)
    is_likely = is_candidate(first.name) and rank_name(first.name) < 2
    if first.name != member if member is not None else not is_likely:
        raise _unavailable()
    check_member(first.flags, first.method)
    packed = raw[first.data_start :]
    if first.method == zipfile.ZIP_STORED:
        return packed
    if first.method != zipfile.ZIP_DEFLATED:
        raise _unavailable()
    pieces = (zlib.decompressobj(wbits=-15).decompress(part, MOST_HEAD_BYTES) for part in [packed])
    return b"".join(explain_faults(pieces))


def _take(pieces: Iterable[bytes], *, is_whole: bool) -> tuple[bytes, bool]:
    """Return the first bytes of the pieces, and whether they are all of the file's."""
    taken = bytearray()
    for piece in pieces:
        taken += piece
        if len(taken) >= MOST_HEAD_BYTES:
            return bytes(taken), False
    return bytes(taken), is_whole


def _until_end(pieces: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except EOFError:  # the rest of the file is missing
        return


def _convert(raw: bytes, options: ImportOptions, choice: SheetChoice) -> bytes:
    kind: WorkbookKind = "xls"
    if is_zip(raw):
        with open_zip(_Memory(raw)) as archive:
            kind = find_workbook(archive.namelist()) or "xlsx"
            check_size(len(raw), sum(entry.file_size for entry in archive.infolist()))
    chosen = SheetOptions(
        options.sheet, options.delimiter or ",", _SHEET_MEMORY_BYTES, _SHEET_SECONDS
    )
    try:
        return b"".join(convert_workbook([raw], kind, chosen, choice.choose))
    except JobEndedError as error:
        if error.code == "workbook_too_large":
            raise _unavailable() from error
        raise


def _unavailable() -> JobEndedError:
    return JobEndedError(
        "preview_unavailable",
        "The first bytes of this file don't show what is in it. Import it without a preview.",
    )
