"""Search by relevance: first the product with exactly this sku, then those that have all words.

Matches are read in the order of their ids, one window at a time, and ranked within the window.
Ranking all matches of a common word would take half a second for 500,000 products. A cursor has the
ends of the window and the position in it, so a product is on one page only, even if others are
written or deleted meanwhile.
"""

from typing import Any, NamedTuple

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.http.sizes import PageBudget
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lists.conditions import where
from chalicelib.products.lists.documents import Snapshot
from chalicelib.products.lists.filters import Filters
from chalicelib.products.lists.listing import TRUE, Page, make_reading, recheck, sizes_of
from chalicelib.products.models import Names, Product, ProductId, make_columns

_WINDOW = 250
_MOST_WINDOWS = 10  # for one page; while documents are out of date, the page may be shorter
_MOST_AGAIN = 5_000  # products in a window that is read again after others were written
_SEARCH = frozenset({"search"})
# Use the index of words whatever the planner estimates. It can't estimate how many products have a
# prefix of a word, and would read the catalogue in the order of ids.
_BY_WORDS = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off"


class Place(NamedTuple):
    """Where a page ends: the window after id `start` up to `bound`, and the last product shown."""

    start: ProductId = 0
    bound: ProductId | None = None  # None: no product of the window has been shown
    score: ProductId = 0
    product_id: ProductId = 0


def search_products(
    cursor: Cursor,
    snapshot: Snapshot,
    filters: Filters,
    after: Place | None,
    limit: int,
    names: Names = None,
) -> Page:
    """Return a page of matches by relevance; it may lack products whose documents are missing."""
    products: list[Product] = []
    place: Place | None = after or Place()
    room = PageBudget(limit)
    cursor.execute(_BY_WORDS)
    if after is None:
        rows = _find_sku(cursor, filters, names)
        room.take(sizes_of(rows, names))  # at most one, and a page has room for one
        products = [Product.from_row(row) for row in rows]
    for _ in range(_MOST_WINDOWS):
        if place is None or room.is_full:
            break
        found, place = _rank(cursor, snapshot, filters, place, room, names)
        products += found
    return Page(products, place)


def _find_sku(cursor: Cursor, filters: Filters, names: Names) -> list[tuple[Any, ...]]:
    statement = sql.SQL(queries("products")["find_sku"]).format(
        columns=make_columns(names),
        search=sql.Literal(filters.search),
        conditions=where(filters, without=_SEARCH),
    )
    cursor.execute(statement)
    return cursor.fetchall()


def _rank(
    cursor: Cursor,
    snapshot: Snapshot,
    filters: Filters,
    place: Place,
    room: PageBudget,
    names: Names,
) -> tuple[list[Product], Place | None]:
    """Return the next products of a window and where to continue; None after the last window."""
    bound = place.bound or _probe(cursor, snapshot, filters, place)
    size = _MOST_AGAIN if place.bound else _WINDOW
    cursor.execute(
        sql.SQL(queries("products")["rank_window"]).format(
            conditions=where(filters),
            search=sql.Literal(filters.search),
            within=_within(place.start, bound),
            # A window that was shown in part is read whole again, with new products in it.
            window=sql.Literal(size),
            recheck=recheck(snapshot, filters),
            after=_after(place),
            limit=sql.Literal(room.items + 1),
            **make_reading(names),
        )
    )
    rows = cursor.fetchall()
    best, candidates, reached = rows[0][-3:]
    if candidates == size:
        bound = reached
    shown = rows[: room.take(sizes_of(rows, names))] if best else []
    found = [Product.from_row(row) for row in shown]
    if best and not shown:  # the page has no room for even one
        return [], place
    if best and best > len(shown):
        return found, Place(place.start, bound, shown[-1][-4], found[-1].id)
    return found, Place(bound) if bound < snapshot.last_id else None


def _probe(cursor: Cursor, snapshot: Snapshot, filters: Filters, place: Place) -> int:
    """Return the id at which the next window of matches ends."""
    cursor.execute(
        sql.SQL(queries("products")["probe_window"]).format(
            conditions=where(filters),
            within=_within(place.start, snapshot.last_id),
            window=sql.Literal(_WINDOW),
        )
    )
    found, last_id = fetch_row(cursor)
    return int(last_id) if found == _WINDOW else snapshot.last_id


def _within(start: int, bound: int) -> sql.Composable:
    return sql.SQL("id > {} AND id <= {}").format(sql.Literal(start), sql.Literal(bound))


def _after(place: Place) -> sql.Composable:
    if place.bound is None:
        return TRUE
    return sql.SQL("(-score, id) > ({}, {})").format(
        sql.Literal(-place.score), sql.Literal(place.product_id)
    )
