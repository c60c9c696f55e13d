"""Search by relevance: the product of that very sku, then those that have all words, best first.

Candidates are taken in the order of their ids, a window at a time, and ranked within it: ranking
all that a common word has would take half a second in 500,000 products. A cursor names the window
by its ends and the place in it, so that a product is on one page only, whatever comes and goes.
"""

from typing import Any, NamedTuple

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.http.sizes import PageBudget
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.documents import Moment
from chalicelib.products.filters import Filters, where
from chalicelib.products.listing import TRUE, Page, reading, recheck, sizes_of
from chalicelib.products.models import Names, Product, ProductId, columns_of

_WINDOW = 250
_MOST_WINDOWS = 10  # of one page, which may be shorter for that while documents are old
_MOST_AGAIN = 5_000  # of a window that is read again, if so many have come into it meanwhile
_SEARCH = frozenset({"search"})
# By the index of words, whatever the planner thinks of how many products have them: it has no way
# to tell for the beginning of a word, and would read the catalogue in the order of ids instead.
_BY_WORDS = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off"


class Place(NamedTuple):
    """Where a page ends: the window after id `start` up to `bound`, and the last one in it."""

    start: ProductId = 0
    bound: ProductId | None = None  # None: the window has yet to be taken, nothing of it was shown
    score: ProductId = 0
    product_id: ProductId = 0


def search_products(
    cursor: Cursor,
    moment: Moment,
    filters: Filters,
    after: Place | None,
    limit: int,
    names: Names = None,
) -> Page:
    """Return a page of what the filters' search finds; it may lack what documents are behind."""
    products: list[Product] = []
    place: Place | None = after or Place()
    room = PageBudget(limit)
    cursor.execute(_BY_WORDS)
    if after is None:
        rows = _find_sku(cursor, filters, names)
        room.take(sizes_of(rows, names))  # there is one at most, and a page has room for one
        products = [Product.from_row(row) for row in rows]
    for _ in range(_MOST_WINDOWS):
        if place is None or room.is_full:
            break
        found, place = _rank(cursor, moment, filters, place, room, names)
        products += found
    return Page(products, place)


def _find_sku(cursor: Cursor, filters: Filters, names: Names) -> list[tuple[Any, ...]]:
    statement = sql.SQL(queries("products")["find_sku"]).format(
        columns=sql.SQL(columns_of(names)),
        search=sql.Literal(filters.search),
        conditions=where(filters, without=_SEARCH),
    )
    cursor.execute(statement)
    return cursor.fetchall()


def _rank(
    cursor: Cursor, moment: Moment, filters: Filters, place: Place, room: PageBudget, names: Names
) -> tuple[list[Product], Place | None]:
    """Return the next products of a window, and where to go on; None after the last window."""
    bound = place.bound or _probe(cursor, moment, filters, place)
    size = _MOST_AGAIN if place.bound else _WINDOW
    cursor.execute(
        sql.SQL(queries("products")["rank_window"]).format(
            conditions=where(filters),
            search=sql.Literal(filters.search),
            within=_within(place.start, bound),
            # A window that has been shown in part is read whole again, with what came into it.
            window=sql.Literal(size),
            recheck=recheck(moment, filters),
            after=_after(place),
            limit=sql.Literal(room.items + 1),
            **reading(names),
        )
    )
    rows = cursor.fetchall()
    best, candidates, reached = rows[0][-3:]
    if candidates == size:
        bound = reached
    shown = rows[: room.take(sizes_of(rows, names))] if best else []
    found = [Product.from_row(row) for row in shown]
    if best and not shown:  # not even one fits beside what the page has
        return [], place
    if best and best > len(shown):
        return found, Place(place.start, bound, shown[-1][-4], found[-1].id)
    return found, Place(bound) if bound < moment.last_id else None


def _probe(cursor: Cursor, moment: Moment, filters: Filters, place: Place) -> int:
    """Return the id up to which about a window of products has all words."""
    cursor.execute(
        sql.SQL(queries("products")["probe_window"]).format(
            conditions=where(filters),
            within=_within(place.start, moment.last_id),
            window=sql.Literal(_WINDOW),
        )
    )
    found, last_id = fetch_row(cursor)
    return int(last_id) if found == _WINDOW else moment.last_id


def _within(start: int, bound: int) -> sql.Composable:
    return sql.SQL("id > {} AND id <= {}").format(sql.Literal(start), sql.Literal(bound))


def _after(place: Place) -> sql.Composable:
    if place.bound is None:
        return TRUE
    return sql.SQL("(-score, id) > ({}, {})").format(
        sql.Literal(-place.score), sql.Literal(place.product_id)
    )
