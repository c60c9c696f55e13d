"""What finds the product of a record: its SKU, its id, or one of its attributes."""

import re
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.columns import Columns, Use, listed
from chalicelib.imports.csv.headers import reduce_name
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import REQUIRED, find_field
from chalicelib.products.limits import MOST_ID
from chalicelib.products.rules import ValueProblem, blank_problem

ATTRIBUTE = "attributes."  # and its name: an attribute in options.match
_ID_DIGITS = len(str(MOST_ID))
_ID_HEADERS = ("id", "productid", "productimporterid")


class Key(BaseModel):
    """The column that finds the product of a record."""

    model_config = ConfigDict(frozen=True)

    by: Literal["sku", "id", "attribute"] = "sku"
    column: int | None = None  # its position in the file; None: that of the sku


def required_fields(options: ImportOptions) -> tuple[str, ...]:
    """Return the product fields that a header must have a column for."""
    if options.match_by != "sku":
        return ()
    return ("sku",) if options.mode == "update" else tuple(field.name for field in REQUIRED)


def add_key(columns: Columns, options: ImportOptions) -> Columns:
    """Return the columns with the one that finds products by their id, which is the field "id".

    A file that finds products by something other than the SKU has no sku: its column is ignored.
    Raises JobEndedError if the file has no column for ids and needs one.
    """
    if options.match_by == "sku":
        return columns
    if "sku" in columns.fields:
        columns = _change(columns, columns.fields.index("sku"), None)
    if options.match_by == "id" and "id" not in columns.fields:
        columns = _change(columns, _find_id(columns), "id")
    return columns


def find_key(columns: Columns, options: ImportOptions) -> Key:
    """Return the column that finds products; raises JobEndedError if the file doesn't have it."""
    if options.match_by == "sku":
        return Key()
    if options.match_by == "id":
        return Key(by="id", column=columns.fields.index("id"))
    name = options.match_by.removeprefix(ATTRIBUTE)
    column = next((i for i in columns.attributes if columns.attribute(i) == name), None)
    if column is None:
        raise JobEndedError(
            "header_incomplete",
            f"The header has no column {name!r} that is an attribute, which options.match names; it"
            f" has {listed(columns.names)}. Rename a column, or change options.match.",
        )
    return Key(by="attribute", column=column)


def find_required(columns: Columns, key: Key, options: ImportOptions) -> tuple[int, ...]:
    """Return the positions of the columns in which a record must not be blank."""
    if key.column is not None:
        return (key.column,)
    return tuple(columns.fields.index(name) for name in required_fields(options))


def read_id(text: str) -> str | ValueProblem:
    """Return a product's id as digits, or the problem of a text that isn't one."""
    if re.fullmatch("[0-9]{1,30}", text) and int(text) <= MOST_ID:
        return str(int(text))
    return ValueProblem(
        "id_invalid", "id", "Id isn't the id of a product. Use the id that GET /products shows."
    )


def boundary_of(key: Key, text: str) -> str:
    """Return a key's text as a boundary of key ranges, which sort by their bytes; "" for none."""
    if key.by == "sku":
        return text.lower()
    if key.by == "attribute":
        return text
    found = read_id(text)
    return found.zfill(_ID_DIGITS) if isinstance(found, str) else ""


def missing_problem(columns: Columns, column: int) -> ValueProblem:
    """Return the problem of a record that is blank in a required column."""
    field = find_field(columns.fields[column] or "")
    if field:
        return blank_problem(field)
    name = columns.names[column]
    message = f"{name} is empty, and options.match finds products by it. Fill it in."
    return ValueProblem("match_missing", name, message)


def _find_id(columns: Columns) -> int:
    for i in columns.attributes:
        if reduce_name(columns.names[i]) in _ID_HEADERS:
            return i
    raise JobEndedError(
        "header_incomplete",
        f"The header has no column for the product id; it has {listed(columns.names)}. Rename a"
        ' column to id, or map one to "id" in options.mapping.',
    )


def _change(columns: Columns, column: int, use: Use | None) -> Columns:
    fields, ignored = list(columns.fields), list(columns.ignored)
    fields[column], ignored[column] = use, use is None
    return replace(columns, fields=tuple(fields), ignored=tuple(ignored))
