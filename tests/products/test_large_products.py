"""Products with long texts: every one can be answered, and pages of them end early."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from chalicelib.http.sizes import MAX_PAGE_BYTES, MAX_RESPONSE_BYTES, measure, measure_text
from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, DESCRIPTION_MAX_BYTES
from chalicelib.products.lists.listing import Sort
from chalicelib.products.rules import ValueProblem, attributes_problem, make_rules
from infra.local.postgres import Database
from tests.fakes.api import Api, fields_of, problem_of
from tests.products.shelves import empty, index_all, open_catalogue, put

MiB = 1024 * 1024
LONG = "word " * (MiB // 5)


@pytest.fixture(scope="module")
def shelf(database: Database) -> Iterator[Connection]:
    """A catalogue of six products with a description of 1 MiB, and of six with none."""
    with open_catalogue(database.dsn) as connection:
        empty(connection)
        for n in range(12):
            put(connection, sku=f"L-{n:02}", name="Lamp", description=LONG if n % 2 else "")
        index_all(connection)
        yield connection
        empty(connection)


def give_attributes(connection: Connection, product_id: int, attributes: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products SET attributes = %s WHERE id = %s", (Json(attributes), product_id)
        )
    connection.commit()


def longest(most_bytes: int, made: Any) -> Any:
    """Return the longest that `made` makes of a length and that takes no more than so much."""
    low, high = 0, most_bytes
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(made(middle)) <= most_bytes else (low, middle - 1)
    return made(low)


def read_by_cursors(api: Api, query: str) -> tuple[list[str], list[int]]:
    """Follow the cursors; return the skus, and how many products each page has."""
    skus: list[str] = []
    pages: list[int] = []
    cursor = ""
    while True:
        answer = api.get(f"/products?{query}{cursor}")
        assert answer.status_code == 200, answer.body
        assert measure_text(answer.body.decode()) < MAX_PAGE_BYTES + 10_000
        items = answer.json_body["items"]
        skus += [item["sku"] for item in items]
        pages.append(len(items))
        if answer.json_body["next_cursor"] is None:
            return skus, pages
        cursor = f"&cursor={answer.json_body['next_cursor']}"


@pytest.mark.parametrize("order", [f"sort={sort}" for sort in get_args(Sort)])
def test_a_list_of_long_products_has_them_all_on_pages_that_end_early(
    api: Api, shelf: Connection, order: str
) -> None:
    skus, pages = read_by_cursors(api, f"{order}&limit=10")
    assert sorted(skus) == [f"L-{n:02}" for n in range(12)]
    assert len(pages) > 1
    assert max(pages) < 10


@pytest.mark.parametrize("search", ["search=word", "search=l-01", "search=lamp", "search=lam"])
def test_a_search_of_long_products_has_them_all_on_pages_that_end_early(
    api: Api, shelf: Connection, search: str
) -> None:
    skus, _ = read_by_cursors(api, search)
    short, _ = read_by_cursors(api, f"{search}&fields=sku")
    assert skus == short
    assert len(skus) == len(set(skus)) > 0


def test_a_list_of_what_is_short_has_pages_as_long_as_asked(api: Api, shelf: Connection) -> None:
    for query in ("fields=sku,name", "search=lamp&fields=sku,attributes"):
        skus, pages = read_by_cursors(api, f"{query}&limit=12")
        assert (len(skus), pages) == (12, [12])


@pytest.mark.parametrize("character", ["\x01", '"', "\\", "é", "語", "\U0001f600", "x"])
def test_the_largest_product_can_be_answered(
    api: Api, catalogue: Connection, character: str
) -> None:
    half = ATTRIBUTES_MAX_BYTES // 2
    description = longest(DESCRIPTION_MAX_BYTES, lambda n: character * n)
    text = longest(half, lambda n: character * n)
    attributes = longest(ATTRIBUTES_MAX_BYTES, lambda n: {"a": text, "b": character * n})
    assert not isinstance(make_rules(128, 512)["description"](description), ValueProblem)
    assert attributes_problem(attributes) is None
    names = {"sku": "\U0001f600" * 128, "name": "\U0001f600" * 512, "description": description}
    product_id = put(catalogue, **names)
    give_attributes(catalogue, product_id, attributes)
    for path in (f"/products/{product_id}", "/products", "/products?sort=name&limit=1"):
        answer = api.get(path)
        assert answer.status_code == 200, answer.body[:500]
        assert measure_text(answer.body.decode()) <= MAX_RESPONSE_BYTES


def test_one_character_more_is_refused() -> None:
    quotes = longest(DESCRIPTION_MAX_BYTES, lambda n: '"' * n)
    problem = make_rules(128, 512)["description"](quotes + '"')
    assert isinstance(problem, ValueProblem)
    assert problem.code == "description_too_long"
    attributes = longest(ATTRIBUTES_MAX_BYTES, lambda n: {"a": "x" * n})
    found = attributes_problem({"a": attributes["a"] + "x"})
    assert found is not None
    assert found.code == "attributes_too_long"


def test_an_edit_that_would_make_a_product_too_large_is_refused(
    api: Api, catalogue: Connection
) -> None:
    path = f"/products/{put(catalogue, sku='A')}"
    media = {"Content-Type": "application/json"}
    bodies = [b'{"attributes": {"%b": "%b"}}' % (name, b"x" * MiB) for name in (b"a", b"b", b"c")]
    *done, refused = [api.send("PATCH", path, body, media) for body in bodies]
    assert [answer.status_code for answer in done] == [200, 200]
    assert fields_of(refused) == {"attributes": "attributes_too_long"}
    body = b'{"sku": "B", "name": "B", "description": "' + b'\\"' * 900_000 + b'"}'
    answer = api.send("POST", "/products", body, media)
    assert fields_of(answer) == {"description": "description_too_long"}


def test_product_too_large_for_an_answer_is_a_clear_error(api: Api, catalogue: Connection) -> None:
    first, large, last = (put(catalogue, sku=sku) for sku in "ABC")
    give_attributes(catalogue, large, dict.fromkeys("abcdefgh", "x" * MiB))
    assert problem_of(api.get(f"/products/{large}")) == (500, "answer_too_large")
    page = api.get("/products").json_body
    assert [product["id"] for product in page["items"]] == [first]
    answer = api.get(f"/products?cursor={page['next_cursor']}")
    assert problem_of(answer) == (500, "answer_too_large")
    short = api.get("/products?fields=id,sku").json_body
    assert [product["id"] for product in short["items"]] == [first, large, last]
