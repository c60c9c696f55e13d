"""The selected products of an export, read from the database.

Documents may be out of date, so the selection is that of bulk deletes: documents, and the products
themselves where documents are behind.
"""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.exports.plan import MOST_RANGES, RANGE_PRODUCTS, IdRange, join_groups
from chalicelib.exports.requests import ExportRequest
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.limits import MOST_COLUMNS

_EVERY_ID = sql.SQL("true")


def plan_ranges(
    connection: Connection,
    request: ExportRequest,
    most: int = MOST_RANGES,
    range_products: int = RANGE_PRODUCTS,
) -> list[IdRange]:
    """Return the ranges of ids that have the products that are selected now."""
    grouping = sql.SQL(queries("exports")["group_ids"]).format(
        found=_find(request, _EVERY_ID), group_products=sql.Literal(range_products)
    )
    with connection.cursor() as cursor:
        cursor.execute(queries("exports")["last_id"])
        end = fetch_row(cursor)[0] + 1
        cursor.execute(grouping)
        return join_groups(cursor.fetchall(), end, most)


def read_attribute_names(connection: Connection, request: ExportRequest) -> list[str]:
    """Return the names of the attributes of the selected products, at most MOST_COLUMNS."""
    statement = sql.SQL(queries("exports")["attribute_names"]).format(
        matches=_matches(request, _EVERY_ID), most=sql.Literal(MOST_COLUMNS)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [name for (name,) in cursor.fetchall()]


def select_range(
    query: str, request: ExportRequest, ids: IdRange, **parts: sql.Composable
) -> sql.Composable:
    """Return a statement about the selected products of a range, as they are when it runs."""
    bounds = {"start": sql.Literal(ids.start), "end": sql.Literal(ids.end)}
    within = sql.SQL("id >= {start} AND id < {end}").format(**bounds)
    statement = sql.SQL(queries("exports")[query])
    return statement.format(matches=_matches(request, within), **bounds, **parts)


def _matches(request: ExportRequest, within: sql.Composable) -> sql.Composable:
    """Return the condition of the selected products in the table `products`."""
    if request.is_everything:
        return sql.SQL("true")
    return sql.SQL("products.id IN ({})").format(_find(request, within))


def _find(request: ExportRequest, within: sql.Composable) -> sql.Composable:
    """Return the query for the ids of the selected products among those `within`."""
    if request.is_everything:
        return sql.SQL(queries("products")["find_all"])
    condition = sql.SQL("{} AND {}").format(within, request.condition())
    return sql.SQL(queries("products")["find_filtered"]).format(condition=condition)
