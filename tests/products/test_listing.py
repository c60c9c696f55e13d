"""Lists on a real PostgreSQL: every filter and order, over pages, whatever comes and goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.products.lists.listing import Sort
from tests.products.shelves import empty, index_all, put, read_all, read_page, take

SORTS = get_args(Sort)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

# Few values, so that there are many ties.
PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Lamp", "lamp", "Lämp", "Chair", "chair x", "Étagère", "zoo"]),
            "price": st.sampled_from([None, "0.00", "9.90", "10.00", "10.05"]),
            "active": st.booleans(),
            "job_id": st.sampled_from(
                [None, "job_0000000000000000000000000a", "job_0000000000000000000000000b"]
            ),
            "updated_at": st.sampled_from([NOON + timedelta(microseconds=n) for n in range(3)]),
        }
    ),
    max_size=25,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "active": st.booleans(),
        "price[gte]": st.sampled_from(["0", "9.90", "10.01"]),
        "price[lte]": st.sampled_from(["0", "10"]),
        "job_id": st.sampled_from(
            ["job_0000000000000000000000000a", "job_0000000000000000000000000n"]
        ),
        "updated_at[gte]": st.just((NOON + timedelta(microseconds=1)).isoformat()),
        "updated_at[lte]": st.just((NOON + timedelta(microseconds=1)).isoformat()),
        "sku[prefix]": st.sampled_from(["p-1", "P", "x"]),
        "sku": st.sampled_from([" P-3 ", "p-11"]),
    },
)
FOLDED = {"Lämp": "lamp", "Étagère": "etagere"}


def passes(product: dict[str, Any], given_filters: dict[str, Any]) -> bool:
    """Say what the filters mean, in other words than the product does."""
    price = None if product["price"] is None else Decimal(product["price"])
    sku, updated_at = product["sku"].lower(), product["updated_at"]
    means: dict[str, Callable[[Any], bool]] = {
        "active": lambda v: product["active"] == v,
        "price[gte]": lambda v: price is not None and price >= Decimal(v),
        "price[lte]": lambda v: price is not None and price <= Decimal(v),
        "job_id": lambda v: product["job_id"] == v,
        "updated_at[gte]": lambda v: updated_at >= datetime.fromisoformat(v),
        "updated_at[lte]": lambda v: updated_at <= datetime.fromisoformat(v),
        "sku[prefix]": lambda v: sku.startswith(v.lower()),
        "sku": lambda v: sku == v.strip().lower(),
    }
    return all(means[name](value) for name, value in given_filters.items())


def key_of(product: dict[str, Any], column: str) -> Any:
    match column:
        case "name":
            return FOLDED.get(product["name"], product["name"].lower())
        case "price":
            return Decimal(product["price"] or -1)
        case "sku":
            return product["sku"].lower().encode()
    return product[column]


@pytest.mark.parametrize("is_behind", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(products=PRODUCTS, chosen=FILTERS, sort=st.sampled_from(SORTS), limit=st.integers(1, 9))
def test_a_list_has_what_passes_in_its_order_over_pages_of_any_length(
    catalogue: Connection,
    products: list[dict[str, Any]],
    chosen: dict[str, Any],
    sort: Sort,
    limit: int,
    is_behind: bool,
) -> None:
    empty(catalogue)
    put_in = [product | {"sku": f"P-{n}"} for n, product in enumerate(products)]
    ids = {product["sku"]: put(catalogue, **product) for product in put_in}
    if not is_behind:
        index_all(catalogue)
    column = sort.lstrip("-")
    expected = sorted(
        (product for product in put_in if passes(product, chosen)),
        key=lambda product: (key_of(product, column), ids[product["sku"]]),
        reverse=sort.startswith("-"),
    )
    assert read_all(catalogue, sort, limit, **chosen) == [p["sku"] for p in expected]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("is_indexed", [True, False])
def test_what_stays_is_listed_once_while_others_come_and_go(
    catalogue: Connection, sort: Sort, is_indexed: bool
) -> None:
    stays = {f"S-{n}": put(catalogue, sku=f"S-{n}", name="same", price="5.00") for n in range(20)}
    goes = [put(catalogue, sku=f"G-{n}", name="same", price="5.00") for n in range(20)]
    listed: list[str] = []
    after: Any = None
    for n in range(100):
        if is_indexed:
            index_all(catalogue)
        page = read_page(catalogue, sort, after, 3)
        listed += [product.sku for product in page.products]
        after = page.last
        if after is None:
            break
        take(catalogue, goes.pop()) if goes else None
        put(catalogue, sku=f"S-{n:02}-new", name="same", price="5.00")
        put(catalogue, sku=f"A-{n}", name="a first one", price="0.10")
    assert after is None
    assert len(listed) == len(set(listed))
    assert stays.keys() <= set(listed)


def test_a_list_that_is_behind_has_products_that_have_no_document_yet(
    catalogue: Connection,
) -> None:
    put(catalogue, sku="old", price="3")
    index_all(catalogue)
    put(catalogue, sku="new", price="2")
    assert read_all(catalogue, "price") == ["new", "old"]


def test_a_sku_prefix_takes_every_character_as_it_is(catalogue: Connection) -> None:
    for sku in ("50%-off", "50x-off", "a_b", "aXb", "a\\b"):
        put(catalogue, sku=sku)
    assert read_all(catalogue, "sku", sku_prefix="50%") == ["50%-off"]
    assert read_all(catalogue, "sku", sku_prefix="a_") == ["a_b"]
    assert read_all(catalogue, "sku", sku_prefix="A\\") == ["a\\b"]


def test_the_last_page_says_that_it_is_the_last(catalogue: Connection) -> None:
    for n in range(6):
        put(catalogue, sku=str(n))
    assert read_page(catalogue, "sku", None, 6).last is None
    assert read_page(catalogue, "sku", None, 5).last is not None
    assert [len(read_page(catalogue, s, None, 3).products) for s in SORTS] == [3] * len(SORTS)
