"""The filters of requests as SQL.

A condition is valid for `documents` and for the view `current_documents`, which has the same
columns.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from psycopg2 import sql

from chalicelib.products.fields import FIELDS, ProductField
from chalicelib.products.lists.filters import Filters
from chalicelib.products.rules import WHITE_SPACE


def _column_of(field: ProductField) -> str:
    """Return the column of documents that the field's filters use."""
    return field.name if field.filter == "exact" else f"{field.name}_key"


FIELD_COLUMNS = tuple(_column_of(field) for field in FIELDS if field.filter)

# The conditions of a field's filters, by the suffix of the filter's name. In the column of a range
# -1 stands for null, which no range includes.
_FIELD_CONDITIONS = {
    "exact": {"": sql.SQL("{column} = {value}")},
    "prefix": {
        "": sql.SQL("{column} = sku_key_of({value})"),
        "_prefix": sql.SQL("{column} ^@ sku_key_of({value})"),
    },
    "range": {
        "_from": sql.SQL("{column} >= {value}"),
        "_to": sql.SQL("{column} BETWEEN 0 AND {value}"),
    },
}
# Values are literals in the statement, so that the planner can estimate how many products match.
_CONDITIONS = {
    "search": sql.SQL("words @@ words_query({value}, false)"),
    "updated_from": sql.SQL("updated_at >= {value}"),
    "updated_to": sql.SQL("updated_at <= {value}"),
    "job_id": sql.SQL("job_id = {value}"),
}


def where(filters: Filters, *, without: frozenset[str] = frozenset()) -> sql.Composable:
    """Return the condition of the filters, without those in `without`."""
    conditions = [found for name, found in _list_conditions(filters) if name not in without]
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def _list_conditions(filters: Filters) -> Iterator[tuple[str, sql.Composable]]:
    for field in FIELDS:
        conditions = _FIELD_CONDITIONS[field.filter] if field.filter else {}
        column = sql.Identifier(_column_of(field))
        for suffix, condition in conditions.items():
            name = field.name + suffix
            if (value := getattr(filters, name)) is not None:
                yield name, condition.format(column=column, value=_literal(value))
    for name, condition in _CONDITIONS.items():
        if (value := getattr(filters, name)) is not None:
            yield name, condition.format(value=_literal(value))


def _literal(value: Any) -> sql.Composable:
    match value:
        case bool():
            return sql.Literal(value)
        case datetime():
            return sql.Literal(value.isoformat())
        case str():
            return sql.Literal(value.strip(WHITE_SPACE))
    return sql.Literal(str(value))
