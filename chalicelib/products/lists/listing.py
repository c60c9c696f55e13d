"""Lists of products: filtered, sorted by a column and paged by keyset, never by offset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from chalicelib.http.sizes import MAX_PAGE_BYTES, PageBudget, measure
from chalicelib.http.times import to_utc
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lists.conditions import where
from chalicelib.products.lists.documents import BLOCK_IDS, LISTED, Snapshot
from chalicelib.products.lists.filters import Filters
from chalicelib.products.models import Names, Product, ProductId, make_columns, make_size

Sort = Literal["sku", "-sku", "name", "-name", "price", "-price", "updated_at", "-updated_at"]

# The key and id of a page's last product, by the column of the sort.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1000)]
PriceKey = Annotated[Decimal, Field(ge=-1, max_digits=12, decimal_places=2)]
POSITIONS: dict[str, Any] = {
    "sku": tuple[Text, ProductId],
    "name": tuple[Text, ProductId],
    "price": tuple[PriceKey, ProductId],
    "updated_at": tuple[Annotated[AwareDatetime, AfterValidator(to_utc)], ProductId],
}
# The view's name_key has the collation of the database, which may be any.
_KEYS = {
    "sku": "sku_key",
    "name": 'name_key COLLATE "C"',
    "price": "price_key",
    "updated_at": "updated_at",
}
_BY_SKU = frozenset({"sku", "sku_prefix"})
# A search with at most this many matches is sorted. With more, the sort's own index soon finds the
# next match. The planner can't know where the matches are, so it is kept from sorting them all.
_MOST_SORTED = 5_000
_WALK = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
# With a large cache, the planner estimates rows read in an index's order as free, and reads tens of
# thousands of products instead of sorting the few that match.
_COUNT_EACH_ROW = "SET LOCAL effective_cache_size = '1MB'"

Parts = dict[str, sql.Composable]  # of a statement, by placeholder
PRODUCTS, DOCUMENTS = sql.SQL("current_documents"), sql.SQL("documents")
TRUE = sql.SQL("true")


@dataclass(frozen=True)
class Page:
    """Products in order, and the position after which the next page starts, if there is one."""

    products: Sequence[Product]
    last: Any


def list_products(
    cursor: Cursor,
    snapshot: Snapshot,
    filters: Filters,
    sort: Sort,
    after: tuple[Any, int] | None,
    limit: int,
    names: Names = None,
) -> Page:
    """Return the page of products after a position in `snapshot`, with the members `names`.

    The page is exact even while documents are out of date: in these blocks products are read
    instead, which takes longer the more there are. A search always uses the documents.
    """
    column, is_descending = sort.lstrip("-"), sort.startswith("-")
    key = sql.SQL(_KEYS[column])
    cursor.execute(_COUNT_EACH_ROW)
    page: Parts = {
        "key": key,
        "conditions": where(filters),
        "last_id": sql.Literal(snapshot.last_id),
        "after": _after(key, after, is_descending=is_descending),
        "direction": sql.SQL("DESC" if is_descending else "ASC"),
        "limit": sql.Literal(limit + 1),
    }
    cursor.execute(
        sql.SQL(queries("products")["list_products"]).format(
            source=_source(cursor, snapshot, filters, column, page),
            recheck=recheck(snapshot, filters),
            **page,
            **make_reading(names),
        )
    )
    rows = cursor.fetchall()
    shown = rows[: PageBudget(limit).take(sizes_of(rows, names))]
    products = [Product.from_row(row) for row in shown if row[0] is not None]
    last = (_plain(shown[-1][-3]), shown[-1][-2]) if rows and rows[0][-1] > len(shown) else None
    return Page(products, last)


def make_reading(names: Names) -> Parts:
    """Return the columns that a statement reads of products, their size and the most bytes."""
    return {
        "columns": make_columns(names),
        "bytes": make_size(names),
        "most_bytes": sql.Literal(MAX_PAGE_BYTES),
    }


def sizes_of(rows: Sequence[Sequence[Any]], names: Names) -> Iterator[int]:
    """Yield the bytes of a response that each row's product takes; 0 for a row without one."""
    for row in rows:
        yield 0 if row[0] is None else measure(Product.from_row(row).to_json(names))


def recheck(snapshot: Snapshot, filters: Filters) -> sql.Composable:
    """Return the condition that the product of the document `page` still matches the filters."""
    if not snapshot.is_behind or filters.search is None:
        return TRUE
    return sql.SQL(
        "EXISTS (SELECT FROM current_documents WHERE id = page.id AND {conditions})"
    ).format(conditions=where(filters))


def _source(
    cursor: Cursor, snapshot: Snapshot, filters: Filters, column: str, page: Parts
) -> sql.Composable:
    if filters.search is not None:
        return _searched(cursor, snapshot, filters)
    if column == "sku" and filters.given() <= _BY_SKU:
        return PRODUCTS
    return _beside_backlog(cursor, snapshot, page) if snapshot.is_behind else DOCUMENTS


def _beside_backlog(cursor: Cursor, snapshot: Snapshot, page: Parts) -> sql.Composable:
    """Return the documents, with products in place of those that may be missing or out of date.

    If there are too many of these, reading only the products is faster.
    """
    most = snapshot.last_id // BLOCK_IDS // 4 + 1
    statement = sql.SQL(queries("products")["blocks_behind"])
    cursor.execute(statement.format(most=sql.Literal(most + 1)))
    blocks = [block for (block,) in cursor.fetchall()]
    if len(blocks) > most:
        return PRODUCTS
    return sql.SQL(queries("products")["beside_backlog"]).format(
        blocks=sql.Literal(blocks),
        listed=sql.SQL(", ").join(map(sql.Identifier, LISTED)),
        **page,
    )


def _searched(cursor: Cursor, snapshot: Snapshot, filters: Filters) -> sql.Composable:
    names = {"conditions": where(filters), "last_id": sql.Literal(snapshot.last_id)}
    count = sql.SQL(queries("products")["count_found"])
    cursor.execute(count.format(most=sql.Literal(_MOST_SORTED + 1), **names))
    if fetch_row(cursor)[0] > _MOST_SORTED:
        cursor.execute(_WALK)
        return DOCUMENTS
    # OFFSET 0 keeps the planner from finding them in the order of the sort instead.
    found = "(SELECT * FROM documents WHERE {conditions} AND id <= {last_id} OFFSET 0)"
    return sql.SQL(found).format(**names)


def _after(
    key: sql.Composable, after: tuple[Any, int] | None, *, is_descending: bool
) -> sql.Composable:
    if after is None:
        return TRUE
    return sql.SQL("({key}, id) {than} ({last_key}, {last_id})").format(
        key=key,
        than=sql.SQL("<" if is_descending else ">"),
        last_key=sql.Literal(_plain(after[0])),
        last_id=sql.Literal(after[1]),
    )


def _plain(key: Any) -> str:
    return key.isoformat() if isinstance(key, datetime) else str(key)
