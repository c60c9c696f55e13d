"""One product as a client creates, reads, changes and deletes it, over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from tests.fakes.api import Api, problem_of
from tests.products.editing import LAMP, make, patch, send
from tests.products.shelves import differences, put

pytestmark = pytest.mark.usefixtures("catalogue")


def test_a_product_is_created_with_defaults_and_read(api: Api, catalogue: Connection) -> None:
    path, product, etag = make(api)
    read = api.get(path)
    assert (read.status_code, read.json_body, read.headers["ETag"]) == (200, product, etag)
    assert read.headers["Cache-Control"] == "no-cache"
    for name in ("id", "created_at", "updated_at"):
        assert product.pop(name)
    assert product == LAMP | {
        "brand": "",
        "description": "",
        "price": "0.00",
        "quantity": 0,
        "active": True,
        "attributes": {},
        "source": None,
    }
    assert differences(catalogue) == []


def test_a_taken_sku_names_the_other_product(api: Api) -> None:
    path, product, _ = make(api, sku="A-1")
    other, _, _ = make(api, sku="B-2")
    for answer in (
        send(api, "POST", "/products", LAMP | {"sku": " a-1 "}),
        patch(api, other, {"sku": "a-1"}),
        send(api, "PUT", other, LAMP | {"sku": "a-1"}, **{"If-Match": "*"}),
    ):
        assert problem_of(answer) == (409, "sku_taken")
        assert answer.json_body["product"] == {"id": product["id"], "sku": "A-1"}
    assert patch(api, path, {"sku": "a-1"}).status_code == 200  # its own, in another case


def test_the_same_sku_at_the_same_time_makes_one_product(api: Api) -> None:
    def create(_: int) -> int:
        return send(api, "POST", "/products", LAMP).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == [201, 409, 409, 409]


def test_a_patch_changes_what_it_names(api: Api, catalogue: Connection) -> None:
    path, before, etag = make(
        api, price="5.00", quantity=3, description="d", attributes={"a": "1", "b": "2"}
    )
    asked = {
        "name": "New",
        "price": None,
        "quantity": None,
        "description": None,
        "attributes": {"a": None, "c": "3"},
    }
    answer = patch(api, path, asked)
    assert answer.status_code == 200
    changed = dict(answer.json_body)
    assert answer.headers["ETag"] != etag
    assert changed.pop("updated_at") > before.pop("updated_at")
    assert changed == before | {
        "name": "New",
        "price": None,
        "quantity": None,
        "description": "",
        "attributes": {"b": "2", "c": "3"},
    }
    assert differences(catalogue) == []
    assert patch(api, path, {"attributes": None}).json_body["attributes"] == {}


@pytest.mark.parametrize("body", [{}, {"name": "Desk lamp"}, {"price": "0"}, {"attributes": {}}])
def test_a_patch_that_changes_nothing_writes_nothing(api: Api, body: dict[str, Any]) -> None:
    path, product, etag = make(api)
    answer = patch(api, path, body)
    assert (answer.status_code, answer.headers["ETag"]) == (200, etag)
    assert answer.json_body == product


def test_a_put_replaces_the_whole(api: Api, catalogue: Connection) -> None:
    path, before, _ = make(api, price="5.00", quantity=3, attributes={"a": "1"})
    answer = send(api, "PUT", path, {"sku": "X", "name": "Y"}, **{"If-Match": "*"})
    assert answer.status_code == 200
    changed = answer.json_body
    assert (changed["sku"], changed["name"], changed["price"]) == ("X", "Y", "0.00")
    assert (changed["quantity"], changed["attributes"]) == (0, {})
    assert changed["id"] == before["id"]
    assert differences(catalogue) == []


def test_a_deleted_product_is_gone(api: Api, catalogue: Connection) -> None:
    path, _, _ = make(api)
    answer = send(api, "DELETE", path)
    assert (answer.status_code, answer.body) == (204, b"")
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert problem_of(send(api, method, path, body)) == (404, "product_not_found")
    assert differences(catalogue) == []
    assert make(api)[0] != path


@pytest.mark.parametrize("name", ["x", "-1", "1.0", "99999999999999999999", "9223372036854775808"])
def test_invalid_id_is_not_found(api: Api, name: str) -> None:
    assert problem_of(api.get(f"/products/{name}")) == (404, "product_not_found")


def test_a_repeated_post_makes_one_product(api: Api) -> None:
    first = send(api, "POST", "/products", LAMP, **{"Idempotency-Key": "once"})
    again = send(api, "POST", "/products", LAMP, **{"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json_body == again.json_body


def test_a_patch_has_its_own_media_type(api: Api) -> None:
    path, _, _ = make(api)
    assert send(api, "PATCH", path, {"name": "New"}).status_code == 200
    answer = send(api, "PATCH", path, {"name": "New"}, "application/json-patch+json")
    assert problem_of(answer) == (415, "unsupported_media_type")
    assert "application/merge-patch+json" in answer.headers["Accept-Patch"]


def test_an_imported_product_keeps_its_source(api: Api, catalogue: Connection) -> None:
    product_id = put(catalogue, sku="A", job_id="job_a")
    answer = patch(api, f"/products/{product_id}", {"price": "3.00"})
    assert answer.json_body["source"] == {"job_id": "job_a", "line": 1}
    assert answer.json_body["price"] == "3.00"
