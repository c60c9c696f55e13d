"""Convert the uploaded object to what later steps read: CSV in UTF-8.

An archive is unpacked first, which writes an object; then a workbook or text of another encoding is
converted, which writes the other. So an upload takes the step TranscodeSource twice at most, or
three times if the scan of the whole file finds another encoding.
"""

from collections.abc import Callable, Iterable

from chalicelib.imports.csv.choosing import SheetChoice
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.foreign import is_markup
from chalicelib.imports.csv.markup import find_encoding, read_tables
from chalicelib.imports.csv.packed import MARKUP, SHEET, is_packed, nested_archive
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.csv.unpack import MOST_ARCHIVE_BYTES, find_stream, unpack_stream
from chalicelib.imports.csv.workbook import (
    SheetOptions,
    WorkbookKind,
    check_size,
    convert_workbook,
    find_workbook,
)
from chalicelib.imports.csv.zips import find_member, is_zip, open_zip, unpack_member
from chalicelib.imports.steps.attempt import ENCODING, TRANSCODED, UNPACKED, Attempt
from chalicelib.imports.storage import S3Source, write_object


def is_needed(attempt: Attempt) -> bool:
    """Say whether the unpacked file must be converted; its encoding is decided from here on."""
    if is_packed(attempt.head) or is_markup(attempt.head):
        return True
    if attempt.encoding.is_utf8:
        return False
    attempt.work.put(ENCODING, attempt.encoding.to_json())
    return True


def convert(attempt: Attempt) -> None:
    """Unpack an archive, or convert a workbook or text."""
    if is_markup(attempt.head):
        _write_tables(attempt)
    elif not is_packed(attempt.head):
        _decode(attempt)
    elif kind := find_stream(attempt.head):
        _check_is_upload(attempt)
        source = attempt.unpacked
        _write_unpacked(attempt, unpack_stream(source.stream(0, source.size_bytes), kind))
    elif is_zip(attempt.head):
        _read_zip(attempt)
    else:
        _write_sheet(attempt, "xls")


def _read_zip(attempt: Attempt) -> None:
    with open_zip(attempt.unpacked) as archive:
        if kind := find_workbook(archive.namelist()):
            sizes = sum(entry.file_size for entry in archive.infolist())
            check_size(attempt.unpacked.size_bytes, sizes)
            _write_sheet(attempt, kind)
            return
        _check_is_upload(attempt)
        entry = find_member(archive, attempt.options.member)
        _write_unpacked(attempt, unpack_member(archive, entry))


def _check_is_upload(attempt: Attempt) -> None:
    if attempt.unpacked != attempt.upload:
        raise nested_archive()


def _write_unpacked(attempt: Attempt, pieces: Iterable[bytes]) -> None:
    written = _write(attempt, "unpacked", pieces, MOST_ARCHIVE_BYTES)
    attempt.work.put(UNPACKED, written.to_json())


def _write_sheet(attempt: Attempt, kind: WorkbookKind) -> None:
    source, options = attempt.unpacked, attempt.options
    check_size(source.size_bytes, 0)
    choice = SheetChoice(options)
    pieces = convert_workbook(
        source.stream(0, source.size_bytes),
        kind,
        SheetOptions(options.sheet, options.delimiter or ","),
        choice.choose,
    )
    _write_transcoded(attempt, lambda: choice.describe(SHEET), pieces)


def _write_tables(attempt: Attempt) -> None:
    source, options, head = attempt.unpacked, attempt.options, attempt.head
    is_whole = len(head) >= source.size_bytes
    codec = find_encoding(head, options.encoding, is_whole=is_whole).codec
    pieces = source.stream(0, source.size_bytes)
    _write_transcoded(attempt, lambda: MARKUP, read_tables(pieces, codec, options.delimiter or ","))


def _decode(attempt: Attempt) -> None:
    encoding, source = attempt.encoding, attempt.unpacked
    if encoding.is_utf8:  # the step runs again, after it has unpacked the file
        return
    pieces = source.stream(encoding.bom_bytes, source.size_bytes)
    _write_transcoded(attempt, lambda: encoding, transcode(pieces, encoding.codec))


def _write_transcoded(
    attempt: Attempt, describe: Callable[[], Encoding], pieces: Iterable[bytes]
) -> None:
    """Write the text; only then is it known how the file was read."""
    written = _write(attempt, "source.csv", pieces, attempt.unpacked.size_bytes * 2)
    attempt.work.put(ENCODING, describe().to_json())
    attempt.work.put(TRANSCODED, written.to_json())


def _write(attempt: Attempt, name: str, pieces: Iterable[bytes], expected_bytes: int) -> S3Source:
    client, bucket, key = attempt.work.client, attempt.work.bucket, attempt.work.key(name)
    etag, size_bytes = write_object(client, bucket, key, pieces, expected_bytes)
    return S3Source(client, bucket, key, etag.strip('"'), size_bytes)
