"""The values of a table: each column as PostgreSQL writes it into a CSV file."""

import csv
import io
from collections.abc import Sequence

from psycopg2 import sql

from chalicelib.exports.columns import ID_HEADER, Column
from chalicelib.products.fields import find_field

# An import removes one apostrophe from such a text (`unescape` in imports/csv/spreadsheets.py), so
# a text that looks like that gets one more.
_ESCAPE = {
    False: "CASE WHEN {text} ~ '^''+[=+@\\t\\r-]' THEN '''' || {text} ELSE {text} END",
    True: "CASE WHEN {text} ~ '^''*[=+@\\t\\r-]' THEN '''' || {text} ELSE {text} END",
}


def make_values(columns: Sequence[Column], *, escapes_formulas: bool) -> sql.Composable:
    """Return the select list of a table."""
    values = (_make_value(column, escapes_formulas=escapes_formulas) for column in columns)
    return sql.SQL(", ").join(values)


def write_header(columns: Sequence[Column]) -> bytes:
    """Return the first line of a table."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.header for column in columns)
    return text.getvalue().encode()


def _make_value(column: Column, *, escapes_formulas: bool) -> sql.Composable:
    if column.header == ID_HEADER:
        return sql.Identifier("products", "id")
    field = None if column.is_attribute else find_field(column.name)
    text: sql.Composable
    if field is None:
        text = sql.SQL("(attributes ->> {})").format(sql.Literal(column.name))
    else:
        text = sql.Identifier("products", field.name)
    match field.kind if field else "text":
        case "boolean":
            return sql.SQL("CASE WHEN {} THEN 'true' ELSE 'false' END").format(text)
        case "text" | "long_text":
            return escape(text, escapes_formulas=escapes_formulas)
    return text


def escape(text: sql.Composable, *, escapes_formulas: bool) -> sql.Composable:
    """Return a text as it is written."""
    written = sql.SQL(_ESCAPE[escapes_formulas]).format(text=text)
    return sql.SQL("nullif({}, '')").format(written)  # a blank needs no quotes
