"""The list of products as a client asks for it, over a real PostgreSQL."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import get_args
from urllib.parse import quote

import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.products.lists.listing import Sort
from infra.local.postgres import Database
from tests.fakes.api import Api, fields_of, problem_of
from tests.products.shelves import empty, index_all, open_catalogue, put, take


@pytest.fixture(scope="module")
def lamps(database: Database) -> Iterator[Connection]:
    """A catalogue of seven lamps and a chair."""
    with open_catalogue(database.dsn) as connection:
        empty(connection)
        for n in range(7):
            put(
                connection,
                sku=f"L{n}",
                name=f"Lamp {n}",
                price=f"{n}.50",
                job_id="job_0000000000000000000000000a",
            )
        put(connection, sku="C", name="Chair", active=False)
        index_all(connection)
        yield connection


def skus(api: Api, query: str) -> list[str]:
    answer = api.get(f"/products?{query}")
    assert answer.status_code == 200, answer.body
    return [item["sku"] for item in answer.json_body["items"]]


def test_a_product_has_the_members_of_the_contract(api: Api, lamps: Connection) -> None:
    [product] = api.get("/products?sku=l0").json_body["items"]
    assert product.pop("created_at").endswith("Z")
    assert product.pop("updated_at").endswith("Z")
    assert isinstance(product.pop("id"), int)
    assert product == {
        "sku": "L0",
        "name": "Lamp 0",
        "brand": "",
        "description": "",
        "price": "0.50",
        "quantity": 0,
        "active": True,
        "attributes": {},
        "source": {"job_id": "job_0000000000000000000000000a", "line": 1},
    }


def test_pages_lead_from_one_to_the_next(api: Api, lamps: Connection) -> None:
    first = api.get("/products?limit=5&sort=-price&active=true")
    assert first.headers["Link"].endswith('; rel="next"')
    cursor = first.json_body["next_cursor"]
    assert quote(cursor) in first.headers["Link"]
    assert "active=true" in first.headers["Link"]
    second = api.get(f"/products?limit=5&sort=-price&active=true&cursor={cursor}")
    assert second.json_body["next_cursor"] is None
    assert "Link" not in second.headers
    found = [item["sku"] for answer in (first, second) for item in answer.json_body["items"]]
    assert found == ["L6", "L5", "L4", "L3", "L2", "L1", "L0"]


@pytest.mark.parametrize("sort", get_args(Sort))
def test_the_cursor_of_every_order_leads_on(api: Api, lamps: Connection, sort: str) -> None:
    whole = skus(api, f"sort={sort}")
    first = api.get(f"/products?limit=3&sort={sort}").json_body
    assert [item["sku"] for item in first["items"]] == whole[:3]
    assert skus(api, f"sort={sort}&limit=3&cursor={first['next_cursor']}") == whole[3:6]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sku=%20l3%20", ["L3"]),
        ("sku%5Bprefix%5D=l&limit=2", ["L0", "L1"]),
        ("active=false", ["C"]),
        ("price%5Bgte%5D=5&price[lte]=6", ["L5"]),
        ("search=cha", ["C"]),
        ("search=L3", ["L3"]),
        ("search=lamp&sort=-name&limit=1", ["L6"]),
        ("job_id=job_0000000000000000000000000a&limit=1", ["L0"]),
        ("updated_at[gte]=2100-01-01T00:00:00Z", []),
        ("updated_at[lte]=2100-01-01T00:00:00%2B02:00&limit=1", ["C"]),
    ],
)
def test_filters_are_those_of_the_contract(
    api: Api, lamps: Connection, query: str, found: list[str]
) -> None:
    assert skus(api, query) == found


def test_fields_choose_members(api: Api, lamps: Connection) -> None:
    assert api.get("/products?sku=C&fields=sku,price").json_body["items"] == [
        {"sku": "C", "price": "1.00"}
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("colour=red", "colour"),
        ("sort=quantity", "sort"),
        ("sort=sku,price", "sort"),
        ("active=perhaps", "active"),
        ("price[gte]=cheap", "price[gte]"),
        ("price[gte]=-1", "price[gte]"),
        ("price[lte]=NaN", "price[lte]"),
        ("price[lte]=1.001", "price[lte]"),
        ("updated_at[gte]=yesterday", "updated_at[gte]"),
        ("updated_at[gte]=2026-11-24T00:00:00", "updated_at[gte]"),  # in which zone?
        ("search=", "search"),
        ("search=%20", "search"),
        ("search=a%00b", "search"),
        ("search=" + "a" * 201, "search"),
        ("sku=", "sku"),
        ("sku=a%00b", "sku"),
        ("sku[prefix]=%20", "sku[prefix]"),
        ("sku=%C2%A0", "sku"),
        ("job_id=../x", "job_id"),
        ("job_id=7", "job_id"),
        ("fields=sku,colour", "fields"),
        ("fields=", "fields"),
        ("sku=a&sku=b", "sku"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
    ],
)
def test_a_bad_parameter_is_named(api: Api, lamps: Connection, query: str, field: str) -> None:
    answer = api.get(f"/products?{query}")
    assert problem_of(answer)[0] == 400
    assert list(fields_of(answer)) == [field]


@pytest.mark.parametrize("other", ["sort=name", "sort=-price", "search=lamp", "active=true", ""])
def test_a_cursor_of_another_list_is_refused(api: Api, lamps: Connection, other: str) -> None:
    cursor = api.get("/products?limit=1&sort=price").json_body["next_cursor"]
    assert problem_of(api.get(f"/products?{other}&cursor={cursor}")) == (400, "invalid_cursor")


def test_a_search_says_whether_it_knows_all(api: Api, lamps: Connection) -> None:
    current = {"is_current": True, "behind_since": None}
    assert api.get("/products?search=lamp").json_body["search"] == current
    assert "search" not in api.get("/products").json_body
    added = put(lamps, sku="L9", name="Lamp")
    try:
        behind = api.get("/products?search=lamp").json_body["search"]
        assert behind["is_current"] is False
        assert behind["behind_since"].endswith("Z")
    finally:
        take(lamps, added)
        index_all(lamps)


def test_a_cursor_is_taken_however_long_what_it_stands_for(api: Api, lamps: Connection) -> None:
    ids = [put(lamps, sku=f"{letter}" + "\U00010400" * 127, name="x") for letter in "ЯЫ"]
    try:
        query = f"limit=1&sku[prefix]={quote('Я')}&sort=-sku"
        assert api.get(f"/products?{query}").json_body["next_cursor"] is None
        first = api.get("/products?limit=1&sort=-sku").json_body
        second = api.get(f"/products?limit=1&sort=-sku&cursor={first['next_cursor']}")
        assert second.status_code == 200, second.body
        assert {p["id"] for a in (first, second.json_body) for p in a["items"]} == set(ids)
    finally:
        for product_id in ids:
            take(lamps, product_id)
        index_all(lamps)


def test_a_forged_cursor_is_refused(api: Api, lamps: Connection) -> None:
    cursor = api.get("/products?limit=1&sort=price").json_body["next_cursor"]
    parts = json.loads(urlsafe_b64decode(cursor + "=="))
    for position in (["1E+999999", 1], ["0.001", 1], ["1", 2**70], ["1"], "1", None):
        text = json.dumps([*parts[:2], position])
        forged = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        answer = api.get(f"/products?limit=1&sort=price&cursor={forged}")
        assert problem_of(answer) == (400, "invalid_cursor")
