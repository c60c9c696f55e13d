"""One product over HTTP, on the deployed stack: edits, and what an import makes of them."""

import time

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.files import make_csv

pytestmark = [pytest.mark.stack, pytest.mark.wiring]

LAMP: Json = {"sku": "LAMP-1", "name": "Desk lamp", "price": "24.90"}


def find(api: Api, search: str) -> list[str]:
    return [p["sku"] for p in api.get("/products", params={"search": search})["items"]]


def test_a_product_is_made_changed_and_deleted(api: Api, catalogue: Catalogue) -> None:
    made = api.call("POST", "/products", json=LAMP)
    assert made.status_code == 201, made.text
    path = f"/products/{made.json()['id']}"
    assert f"{api.url}{path}".endswith(made.headers["Location"].lstrip("./"))
    assert api.get(path) == made.json()
    assert find(api, "lamp") == ["LAMP-1"]  # at once: an edit waits for nobody

    kept = {"If-Match": made.headers["ETag"]}
    patched = api.call("PATCH", path, json={"name": "Floor chair"}, headers=kept)
    assert patched.status_code == 200, patched.text
    assert patched.json()["price"] == "24.90"
    assert find(api, "lamp") == ["LAMP-1"]  # by its sku
    assert find(api, "desk") == []
    read_problem(api.call("PATCH", path, json={}, headers=kept), 412, "precondition_failed")
    read_problem(api.call("PUT", path, json=LAMP), 428, "precondition_required")
    put = api.call("PUT", path, json=LAMP, headers={"If-Match": patched.headers["ETag"]})
    assert put.json()["name"] == "Desk lamp"

    assert api.call("DELETE", path).status_code == 204
    read_problem(api.call("GET", path), 404, "product_not_found")
    assert find(api, "lamp") == []


def test_a_taken_sku_names_the_product_that_has_it(api: Api, catalogue: Catalogue) -> None:
    first = api.call("POST", "/products", json=LAMP).json()
    problem = read_problem(
        api.call("POST", "/products", json=LAMP | {"sku": "lamp-1"}), 409, "sku_taken"
    )
    assert problem["product"] == {"id": first["id"], "sku": "LAMP-1"}


def test_an_import_updates_what_was_edited_and_leaves_an_equal_edit_alone(
    api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("LAMP-1,Desk lamp,1", "LAMP-2,Floor lamp,2"))
    [first, _] = api.get("/products")["items"]
    patched = api.call("PATCH", f"/products/{first['id']}", json={"price": "3"})
    assert api.complete(make_csv("LAMP-1,Desk lamp,3", "LAMP-2,Floor lamp,9")) == {
        "unchanged": 1,
        "updated": 1,
    }
    unchanged = api.call("GET", f"/products/{first['id']}")
    assert unchanged.headers["ETag"] == patched.headers["ETag"]


def test_edits_are_answered_while_an_import_runs(api: Api, catalogue: Catalogue) -> None:
    made = api.call("POST", "/products", json=LAMP).json()
    numbers = range(30_000)
    job_id = api.begin(make_csv(*(f"N-{n:06d},Lamp {n},1" for n in numbers), "LAMP-1,Imported,5"))
    prices: list[str] = []
    limit = time.monotonic() + 120
    while api.get(f"/jobs/{job_id}")["status"] not in ("COMPLETED", "FAILED"):
        assert time.monotonic() < limit
        price = f"{len(prices)}.00"
        answer = api.call("PATCH", f"/products/{made['id']}", json={"price": price})
        assert answer.status_code == 200, answer.text
        prices.append(price)
    assert len(prices) > 2
    last = api.get(f"/products/{made['id']}")
    assert (last["name"], last["price"] in ("5.00", *prices)) == ("Imported", True)
    assert last["source"]["line"] == len(numbers) + 2
