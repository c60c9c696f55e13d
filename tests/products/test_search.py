"""Search on a real PostgreSQL: what is found, in which order, and while documents are behind."""

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.products.lists.listing import Sort
from tests.products.shelves import empty, index_all, put, read_all, read_page, take


def put_words(catalogue: Connection, **names: str) -> None:
    for sku, name in names.items():
        put(catalogue, sku=sku, name=name)
    index_all(catalogue)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("lamp", True),
        ("LAMP", True),
        ("la", True),  # the beginning of a word
        ("amp", False),
        ("desk lamp", True),
        ("lamp desk", True),
        ("lamp chair", False),
        ("etage", True),  # without its accents
        ("Étagère", True),
        ("strasse", True),
        ("usb", True),
        ("usb-c", True),
        ("usb c", True),
        ("24.90", True),
        ("ab 100", True),
        ("AB/100", True),
        ("100", True),
        ("<b>", True),
        ("x@y", True),
        ("竹", True),
        ("-lamp", True),  # a mark isn't an operator
        ("lamp & !desk", True),
        ("lamp | nothing", False),
        ("'", False),
        ("...", False),
        ("\\", False),
    ],
)
def test_words_and_their_beginnings_are_found(
    catalogue: Connection, search: str, found: bool
) -> None:
    put(
        catalogue,
        sku="AB/100-7",
        name="Desk-Lamp «Étagère» 竹の茶碗",
        description="Straße, USB-C; price 24.90 <b>bold</b> x@y.example",
    )
    put_words(catalogue, other="Something else")
    assert read_all(catalogue, None, search=search) == (["AB/100-7"] if found else [])


def test_the_best_come_first(catalogue: Connection) -> None:
    for sku, name, description in (
        ("1", "Shade", "for a lamplight"),  # beginnings, not in the name
        ("2", "Shade", "for a lamp"),  # whole words
        ("3", "Big lampshade", ""),  # beginnings in the name
        ("4", "Big lamp", ""),  # whole words in the name
        ("5", "Lamp, big", ""),  # the name begins with it
        ("LAMP-6", "Shade", ""),  # the sku begins with it
        ("lamp", "Shade", ""),  # the sku is it
    ):
        put(catalogue, sku=sku, name=name, description=description)
    index_all(catalogue)
    expected = ["lamp", "LAMP-6", "5", "4", "3", "2", "1"]
    for limit in (1, 2, 3, 7, 100):
        assert read_all(catalogue, None, limit, search="Lamp") == expected


def test_more_than_a_window_is_found_once_each(catalogue: Connection) -> None:
    skus = [f"W{n:04}" for n in range(620)]
    with catalogue.cursor() as cursor:
        for n, sku in enumerate(skus):
            cursor.execute(
                "INSERT INTO products (sku, sku_key, name) VALUES (%s, lower(%s), %s)",
                (sku, sku, "Big lamp" if n % 3 else "Lamp"),
            )
        cursor.execute(
            "INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM products"
        )
    index_all(catalogue)
    for limit in (25, 100):
        found = read_all(catalogue, None, limit, search="lamp")
        assert sorted(found) == skus
    gone = iter(range(0, 620, 7))
    listed: list[str] = []
    after: Any = None
    while True:
        page = read_page(catalogue, None, after, 40, search="lamp")
        listed += [product.sku for product in page.products]
        if (after := page.last) is None:
            break
        for number in (next(gone), next(gone)):
            with catalogue.cursor() as cursor:
                cursor.execute("SELECT id FROM products WHERE sku = %s", (skus[number],))
                ((product_id,),) = cursor.fetchall()
            take(catalogue, product_id)
            put(catalogue, sku=f"new {number}", name="Lamp")
        index_all(catalogue)
    assert len(listed) == len(set(listed))
    assert {sku for n, sku in enumerate(skus) if n % 7} <= set(listed)


@pytest.mark.parametrize("sort", get_args(Sort))
def test_a_search_may_be_sorted(catalogue: Connection, sort: Sort) -> None:
    for n, price in enumerate(("3", "1", "2", None)):
        put(catalogue, sku=f"S{n}", name=f"Lamp {'dcba'[n]}", price=price)
    put(catalogue, sku="S9", name="Chair", price="1.50")
    index_all(catalogue)
    orders = {
        "sku": ["S0", "S1", "S2", "S3"],
        "name": ["S3", "S2", "S1", "S0"],
        "price": ["S3", "S1", "S2", "S0"],
        "updated_at": ["S0", "S1", "S2", "S3"],
    }
    expected = orders[sort.lstrip("-")]
    assert read_all(catalogue, sort, 2, search="lamp") == (
        expected[::-1] if sort.startswith("-") else expected
    )


def test_filters_hold_for_what_a_search_finds(catalogue: Connection) -> None:
    put(catalogue, sku="lamp", name="x", active=False)
    put(catalogue, sku="L1", name="Lamp", price="5", active=False)
    put(catalogue, sku="L2", name="Lamp", price="7")
    index_all(catalogue)
    assert read_all(catalogue, None, search="lamp", active=True) == ["L2"]
    assert read_all(catalogue, None, search="lamp", price_to="5") == ["lamp", "L1"]
    assert read_all(catalogue, "price", search="lamp", price_from="5") == ["L1", "L2"]


def test_a_search_that_is_behind_finds_nothing_that_is_not_so(catalogue: Connection) -> None:
    renamed = put(catalogue, sku="a", name="Lamp", price="1")
    deleted = put(catalogue, sku="b", name="Lamp")
    put(catalogue, sku="c", name="Lamp")
    index_all(catalogue)
    with catalogue.cursor() as cursor:
        cursor.execute(
            "UPDATE products SET name = 'Chair', price = 9, version = 2 WHERE id = %s", (renamed,)
        )
        cursor.execute("INSERT INTO document_backlog VALUES (%s / 4096)", (renamed,))
    take(catalogue, deleted)
    put(catalogue, sku="new", name="Lamp")
    for sort in (None, "sku", "-price"):
        assert read_all(catalogue, sort, search="lamp") == ["c"]
    assert read_all(catalogue, None, search="a") == ["a"]  # a sku is found by the product itself
    index_all(catalogue)
    assert read_all(catalogue, "sku", search="lamp") == ["c", "new"]


WORDS = st.sampled_from(["lamp", "lamps", "Lämp", "la", "desk", "big", "a1", "1", "usb-c", "竹の"])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(TEXTS, min_size=1, max_size=12), search=TEXTS.filter(bool))
def test_a_product_is_found_if_each_word_begins_one_of_its_own(
    catalogue: Connection, names: list[str], search: str
) -> None:
    empty(catalogue)
    for n, name in enumerate(names):
        put(catalogue, sku=f"no{n}", name=name or "none")
    index_all(catalogue)

    def words(text: str) -> list[str]:
        return text.lower().replace("ä", "a").replace("-", " ").split()

    def has(own: list[str], word: str) -> bool:
        return any(w == word or (len(word.encode()) > 1 and w.startswith(word)) for w in own)

    expected = {
        f"no{n}"
        for n, name in enumerate(names)
        if all(has([*words(name or "none"), f"no{n}"], word) for word in words(search))
    }
    assert set(read_all(catalogue, None, 3, search=search)) == expected
    assert set(read_all(catalogue, "name", 3, search=search)) == expected


@pytest.mark.parametrize("sort", [None, "name", "-sku"])
def test_pages_continue_past_documents_whose_products_are_gone(
    catalogue: Connection, sort: Sort | None
) -> None:
    ids = [put(catalogue, sku=f"S{n:02}", name="Lamp") for n in range(12)]
    index_all(catalogue)
    for product_id in ids[1:8]:
        take(catalogue, product_id)
    left = ["S00", *(f"S{n:02}" for n in range(8, 12))]
    assert sorted(read_all(catalogue, sort, 2, search="lamp")) == left
