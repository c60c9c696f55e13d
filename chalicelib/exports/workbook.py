"""Write a table as an .xlsx workbook, as a stream: no row and no sheet is kept.

XlsxWriter keeps the sheet in a file until the end, and a function has little disk.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile

from chalicelib.errors import JobEndedError
from chalicelib.exports.columns import ID_HEADER, Column
from chalicelib.objects.writing import Writer
from chalicelib.products.fields import Kind, find_field

# Excel's limits.
MOST_ROWS = 1_048_576
MOST_CELL_CHARACTERS = 32_767
# Of a part of the ZIP file. Excel repairs files with larger ones, and shows a warning.
MOST_SHEET_BYTES = 2**31 - 2**20

_SHEET = "xl/worksheets/sheet1.xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Products" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
_BEGIN = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
_END = "</sheetData></worksheet>"

# Characters that XML can't have or changes, and texts that look like such a character's escape.
_SPECIAL = re.compile("[&<>\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

CellKind = Literal["text", "number", "boolean"]
_KINDS: dict[Kind, CellKind] = {
    "text": "text",
    "long_text": "text",
    "decimal": "number",
    "integer": "number",
    "boolean": "boolean",
}


def kinds_of(columns: Sequence[Column]) -> list[CellKind]:
    """Return how the cells of each column are written."""
    return [kind_of(column) for column in columns]


def kind_of(column: Column) -> CellKind:
    """Return how the cells of a column are written."""
    if column.header == ID_HEADER:
        return "number"
    field = None if column.is_attribute or column.words else find_field(column.name)
    return _KINDS[field.kind] if field else "text"


def check_rows(products: int) -> None:
    """Raise JobEndedError if a sheet has no room for so many products and the header."""
    if products >= MOST_ROWS:
        raise JobEndedError(
            "too_many_rows",
            f"{products:,} products are selected; a sheet has room for {MOST_ROWS - 1:,}. Select"
            " fewer by a filter, or set format to csv.",
        )


class _Stream:
    """A target that can't be read or rewound, as a ZIP file takes it."""

    def __init__(self, target: Writer) -> None:
        self._target = target

    def write(self, raw: bytes, /) -> int:
        """Pass some bytes on."""
        return self._target.write(raw)

    def flush(self) -> None:
        """Do nothing: the target decides when it sends its bytes."""

    def close(self) -> None:
        """Do nothing: the caller closes the target."""


def write_workbook(columns: Sequence[Column], rows: Iterable[Sequence[Any]], target: Writer) -> int:
    """Write a workbook with one sheet; return how many rows it has below the header.

    Raises JobEndedError for a text that is too long for a cell, and for a sheet that is too large.
    """
    kinds, written = kinds_of(columns), 0
    with ZipFile(_Stream(target), "w", ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _XML + content)
        with archive.open(_SHEET, "w") as sheet:
            headers = [column.header for column in columns]
            size_bytes = sheet.write(
                (_BEGIN + _write_row(headers, ["text"] * len(headers))).encode()
            )
            for row in rows:
                size_bytes += sheet.write(_write_row(row, kinds).encode())
                written += 1
                if size_bytes > MOST_SHEET_BYTES:
                    raise JobEndedError(
                        "workbook_too_large",
                        "The products don't fit into a workbook of 2 GiB. Select fewer by a filter,"
                        " choose fields, or set format to csv.",
                    )
            sheet.write(_END.encode())
    return written


def _write_row(values: Sequence[Any], kinds: Sequence[CellKind]) -> str:
    cells = (
        _CELLS[kind](value) if value is not None else "<c/>"
        for kind, value in zip(kinds, values, strict=True)
    )
    return f"<row>{''.join(cells)}</row>"


def _write_text(text: str) -> str:
    if len(text) > MOST_CELL_CHARACTERS:
        raise JobEndedError(
            "cell_too_long",
            f"A text has {len(text):,} characters; a cell of a workbook has at most"
            f" {MOST_CELL_CHARACTERS:,}. Leave its column out by fields, or set format to csv.",
        )
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(_escape, text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _NAMED.get(character) or f"_x{ord(character):04X}_"


_CELLS: dict[CellKind, Callable[[Any], str]] = {
    "text": _write_text,
    "number": lambda number: f"<c><v>{number}</v></c>",
    "boolean": lambda word: f'<c t="b"><v>{int(word == "true")}</v></c>',
}
