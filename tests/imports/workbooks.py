"""Workbooks, as spreadsheet programs write them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]


def xlsx_of(
    rows: Rows, more: Mapping[str, Rows] | None = None, hidden: Sequence[str] = ()
) -> bytes:
    """Return a workbook with a sheet of these rows, and more sheets by name."""
    book = Workbook()
    for name, cells in {"First": rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row, values in enumerate(cells, start=1):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # text, even if it looks like a formula
    book.remove(book.worksheets[0])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def ods_of(rows: Rows) -> bytes:
    """Return a workbook of LibreOffice with a sheet of these rows."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="First")
    for values in rows:
        row = TableRow()
        for value in values:
            row.addElement(_cell(value))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    made = io.BytesIO()
    document.write(made)
    return made.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=repr(value))
    cell = TableCell(valuetype="string")
    for line in str(value).split("\n"):
        cell.addElement(P(text=line))
    return cell
