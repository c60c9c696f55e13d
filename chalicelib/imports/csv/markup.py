"""Read the tables of HTML pages and of Excel's XML, which many programs export as .xls.

Everything is streamed. Rows have one line each, as those of workbooks do.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.languages import PYTHON_CODECS
from chalicelib.imports.csv.sheets import LINE_BREAK
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.csv.workbook import write_row

_READ_BYTES = 4096
_MOST_SPAN = 1000  # columns or rows that one cell may claim
_MOST_PENDING = 8 * 1024**2  # characters of a tag that doesn't end
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAKS = re.compile(f" *{LINE_BREAK} *")
# The tags of Excel's XML, and those of HTML with the same meaning.
_TAGS = {"row": "tr", "cell": "td", "th": "td"}
_CUTS = {"p", "div", "li"}


def find_encoding(head: bytes, declared: str | None, *, is_whole: bool) -> Encoding:
    """Return the encoding of markup: what it says itself, unless a mark or an option says it."""
    found = detect_encoding(head, declared, is_whole=is_whole)
    said = _CHARSET.search(head[:_READ_BYTES])
    return found if found.is_given or not said else _named(said[1].decode()) or found


def _named(name: str) -> Encoding | None:
    try:
        codec = codecs.lookup(PYTHON_CODECS.get(name, name)).name
    except LookupError:
        return None
    # Browsers and spreadsheets read Latin-1 as Windows-1252.
    return Encoding("cp1252" if codec in ("iso8859-1", "ascii") else codec, 0)


def read_tables(
    pieces: Iterable[bytes], codec: str, delimiter: str, *, is_whole: bool = True
) -> Iterator[bytes]:
    """Yield the complete rows of the tables as CSV in UTF-8.

    Raises JobEndedError if the pieces have no row, and are the whole file.
    """
    reader, has_rows = _Tables(), False
    for piece in transcode(pieces, codec):
        try:
            reader.feed(piece.decode("utf-8", "replace"))
        except AssertionError as error:  # what the parser raises for declarations it doesn't know
            raise _no_table() from error
        if len(reader.rawdata) > _MOST_PENDING:
            raise _no_table()
        yield from (write_row(row, delimiter) for row in reader.rows)
        has_rows = has_rows or bool(reader.rows)
        reader.rows.clear()
    if not has_rows and is_whole:
        raise _no_table()


def _no_table() -> JobEndedError:
    return JobEndedError(
        "not_csv",
        "The file is a web page without a table, perhaps a login or an error page. Export the"
        " products again as CSV or .xlsx.",
    )


class _Tables(HTMLParser):
    """Collects the rows of the innermost tables; `rows` has those that have ended."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1, 1  # columns and rows of the cell
        self._below: dict[int, int] = {}  # rows that a cell above still takes, by column
        self._is_verbatim = False  # Excel's XML
        self._has_ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start a row or a cell; a table in a cell takes its place."""
        self._is_verbatim = self._is_verbatim or tag == "workbook"
        tag, given = _TAGS.get(tag, tag), dict(attrs)
        if tag == "table":
            self._row, self._cell, self._below = None, None, {}
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag == "td" and self._row is not None:
            self._end_cell()
            self._start_cell(self._row, given)
        elif (tag in _CUTS and self._cell) or tag == "br":
            self._add(LINE_BREAK)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start and end an empty element, such as a cell of Excel's XML."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a cell, a row or a table; of Excel's XML, only the first sheet with rows counts."""
        name = _TAGS.get(tag, tag)
        if name == "td":
            self._end_cell()
        elif name in ("tr", "table"):
            self._end_row()
        elif name == "worksheet" and self.rows:
            self._has_ended = True

    def _add(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    handle_data = _add

    def _start_cell(self, row: list[str], given: dict[str, str | None]) -> None:
        self._skip_taken(row)
        index = _number(given.get("ss:index"), 0)
        row += [""] * (min(index - 1, _MOST_SPAN) - len(row))
        columns = _number(given.get("colspan"), 1) + _number(given.get("ss:mergeacross"), 0)
        self._span = max(1, min(columns, _MOST_SPAN)), _number(given.get("rowspan"), 1)
        self._cell = []

    def _skip_taken(self, row: list[str]) -> None:
        while self._below.get(len(row), 0) > 0:
            self._below[len(row)] -= 1
            row.append("")

    def _end_cell(self) -> None:
        if self._row is None or self._cell is None:
            return
        columns, rows = self._span
        if rows > 1:
            start = len(self._row)
            self._below |= dict.fromkeys(range(start, start + columns), rows - 1)
        self._row += [self._write(self._cell), *[""] * (columns - 1)]
        self._cell = None

    def _write(self, texts: list[str]) -> str:
        """Return the text of a cell. White space in HTML is one space."""
        text = "".join(texts)
        if not self._is_verbatim:
            text = _BREAKS.sub(LINE_BREAK, _SPACES.sub(" ", text))
        return text.strip(" \t\r\n\f\u00a0" + LINE_BREAK)

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None and not self._has_ended:
            self._skip_taken(self._row)
            self.rows.append(self._row)
        self._row = None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
