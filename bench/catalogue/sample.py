"""Draw the parameters of requests: products, their words, and positions in lists."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.postgres import fetch_row

PRODUCTS = 2_000
DEPTH_PAGES = 1_000
PAGE = 25
_PLACES = 1_000  # where a deep page may start
_FREQUENT_RATE = 0.1
_SEARCHED_DEEP = 5  # words
_WORD = re.compile(r"[^\W_]+")
SORTS = {"sku": "sku_key", "name": "name_key", "price": "price_key", "updated_at": "updated_at"}


class Shown(NamedTuple):
    """A product of the sample."""

    id: int
    sku: str
    name: str
    description: str
    price: Decimal
    updated_at: datetime


@dataclass(frozen=True)
class Words:
    """Words of the sample, by the number of its products that have them."""

    frequent: Sequence[str]  # in a tenth of the products or more
    rare: Sequence[str]  # in one product


@dataclass(frozen=True)
class Sample:
    """Random products, and parameters taken from the whole catalogue."""

    products: Sequence[Shown]
    words: Words
    job_ids: Sequence[str]
    depth_pages: int
    places: Mapping[str, Sequence[tuple[str, int]]]  # sort -> key and id of products at that depth
    search_places: Mapping[str, tuple[int, int]]  # word -> id of one found, and pages up to it


def words_in(*texts: str) -> list[str]:
    """Return the words of texts in lower case, with repetitions."""
    return _WORD.findall(" ".join(texts).lower())


def count_words(products: Iterable[Shown]) -> Words:
    """Return the frequent and the rare words; words in between are left out."""
    found = [set(words_in(p.sku, p.name, p.description)) for p in products]
    counts = Counter(word for words in found for word in words)
    frequent = sorted(w for w, n in counts.items() if n >= _FREQUENT_RATE * len(found))
    rare = sorted(word for word, n in counts.items() if n == 1)
    return Words([word for word in frequent if len(word) > 1], rare)


def read_sample(cursor: Cursor, seed: int = 1) -> Sample:
    """Draw a sample; the same catalogue and seed give the same sample."""
    cursor.execute("SELECT count(*), max(id) FROM products")
    count, last_id = fetch_row(cursor)
    drawn = random.Random(seed).choices(range(1, last_id + 1), k=2 * PRODUCTS)
    cursor.execute(
        "SELECT id, sku, name, description, price, updated_at FROM products"
        " WHERE id = ANY(%s) ORDER BY id",
        (drawn,),
    )
    found = [Shown(*row) for row in cursor.fetchall()]
    products = random.Random(seed).sample(found, min(PRODUCTS, len(found)))
    words = count_words(products)
    cursor.execute("SELECT DISTINCT job_id FROM documents ORDER BY job_id")
    job_ids = [job_id for (job_id,) in cursor.fetchall()]
    depth = min(DEPTH_PAGES, count // PAGE // 2)
    places = {sort: _read_places(cursor, sort, depth) for sort in ("sku", "name", "price")}
    places["-updated_at"] = _read_places(cursor, "-updated_at", depth)
    searched = random.Random(seed).sample(words.frequent, min(_SEARCHED_DEEP, len(words.frequent)))
    return Sample(products, words, job_ids, depth, places, _search_places(cursor, searched, depth))


def _read_places(cursor: Cursor, sort: str, depth_pages: int) -> list[tuple[str, int]]:
    statement = sql.SQL(
        "SELECT {key}, id FROM documents ORDER BY {key} {direction}, id {direction}"
        " OFFSET {offset} LIMIT {places}"
    ).format(
        key=sql.SQL(SORTS[sort.lstrip("-")]),
        direction=sql.SQL("DESC" if sort.startswith("-") else "ASC"),
        offset=sql.Literal(max(0, depth_pages * PAGE - 1)),
        places=sql.Literal(_PLACES),
    )
    cursor.execute(statement)
    return [(_plain(key), product_id) for key, product_id in cursor.fetchall()]


def _search_places(
    cursor: Cursor, words: Iterable[str], depth_pages: int
) -> dict[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    for word in words:
        names = {"word": word}
        cursor.execute(
            "SELECT count(*) FROM documents WHERE words @@ words_query(%(word)s, false)", names
        )
        pages = min(depth_pages, fetch_row(cursor)[0] // PAGE - 1)
        if pages > 0:
            cursor.execute(
                "SELECT id FROM documents WHERE words @@ words_query(%(word)s, false)"
                " ORDER BY id OFFSET %(before)s LIMIT 1",
                names | {"before": pages * PAGE - 1},
            )
            places[word] = fetch_row(cursor)[0], pages
    return places


def _plain(key: object) -> str:
    return key.isoformat() if isinstance(key, datetime) else str(key)
