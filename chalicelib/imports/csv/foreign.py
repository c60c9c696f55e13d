"""Recognise files that aren't CSV: tables in markup, and others, to say what to upload instead."""

import re
from collections.abc import Iterable

from chalicelib.errors import JobEndedError

_READ_BYTES = 4096
# How a file starts, what it is, and what to do.
_EXPORT = "Export the products as CSV or .xlsx and upload that."
_UNPACK = "Unpack it and upload the file inside, or pack it as .zip or .gz."
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", _EXPORT),
    (b"{\\rtf", "a text document (RTF)", _EXPORT),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"\x89PNG", "an image", _EXPORT),
    (b"\xff\xd8\xff", "an image", _EXPORT),
    (b"GIF8", "an image", _EXPORT),
    (b"SQLite format 3\0", "a database", _EXPORT),
    (b"\0\1\0\0Standard ", "a database", _EXPORT),
    (b"PAR1", "a Parquet file", _EXPORT),
)
_JSON = re.compile(rb'(?:\[\s*)?\{\s*["}]|\[\s*\]')
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_XML = re.compile(rb"<\?xml|<[A-Za-z][\w.:-]*[\s/>].*(?:</|/>)", re.DOTALL)
_DOCUMENTS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "Index/Document.iwa": "a Numbers document",
}


def check_is_text(head: bytes) -> None:
    """Raise JobEndedError if a file that starts with `head` is known, but isn't a table."""
    for magic, what, advice in _STARTS:
        if head.startswith(magic):
            raise _foreign(what, advice)
    text = head[:_READ_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _JSON.match(text):
        raise _foreign("JSON", _EXPORT)
    if _XML.match(text) and not is_markup(head):
        raise _foreign("XML", _EXPORT)


def is_markup(head: bytes) -> bool:
    """Whether a file that starts with `head` is an HTML page, or a workbook as XML."""
    text = head[:_READ_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text.startswith(b"<") and bool(_HTML.search(text) or _SPREADSHEET in text)


def check_is_workbook(names: Iterable[str]) -> None:
    """Raise JobEndedError if a ZIP archive with these names is a document without sheets."""
    for name in names:
        if what := _DOCUMENTS.get(name):
            raise _foreign(what, _EXPORT)


def _foreign(what: str, advice: str) -> JobEndedError:
    return JobEndedError("not_csv", f"The file is {what}. {advice}")
