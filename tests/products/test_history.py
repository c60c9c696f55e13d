"""The history of a product, and restoring its versions, over the API."""

from typing import Any

import pytest

from tests.fakes.api import Api
from tests.products.editing import make, patch, send


def read_history(api: Api, path: str, query: str = "") -> list[dict[str, Any]]:
    answer = api.get(f"{path}/history{query}")
    assert answer.status_code == 200, answer.body
    items: list[dict[str, Any]] = answer.json_body["items"]
    return items


def test_history_shows_who_changed_what_from_what_to_what(api: Api) -> None:
    path, product, _ = make(
        api, sku="H-1", price="19.90", attributes={"colour": "red", "size": "L"}
    )
    patch(api, path, {"price": None, "attributes": {"colour": "blue", "size": None, "new": "x"}})
    changed, created = read_history(api, path)
    assert (created["version"], created["action"], created["changes"]) == (1, "created", [])
    assert created["changed_at"] >= product["created_at"]
    assert (changed["version"], changed["action"]) == (2, "updated")
    assert changed["author"]["name"]
    assert changed["author"]["caller_id"].startswith("key_")
    assert [(c["field"], c["before"], c["after"]) for c in changed["changes"]] == [
        ("price", "19.90", None),
        ("attributes.colour", "red", "blue"),
        ("attributes.new", None, "x"),
        ("attributes.size", "L", None),
    ]


def test_edit_that_changes_nothing_makes_no_version(api: Api) -> None:
    path, _, _ = make(api, sku="H-2")
    patch(api, path, {"name": "Desk lamp"})
    assert len(read_history(api, path)) == 1


def test_history_of_a_deleted_product_is_kept(api: Api) -> None:
    path, _, _ = make(api, sku="H-3")
    assert send(api, "DELETE", path).status_code == 204
    assert [v["action"] for v in read_history(api, path)] == ["deleted", "created"]


def test_history_of_a_product_that_never_existed_is_not_found(api: Api) -> None:
    answer = api.get("/products/987654321/history")
    assert (answer.status_code, answer.json_body["code"]) == (404, "product_not_found")


def test_description_that_a_change_left_alone_is_known_in_each_version(api: Api) -> None:
    path, _, _ = make(api, sku="H-4", description="first")
    patch(api, path, {"price": "1.00"})
    patch(api, path, {"description": "second"})
    patch(api, path, {"price": "2.00"})
    restored = send(api, "POST", f"{path}/restore", {"version": 2})
    assert restored.status_code == 200, restored.body
    assert (restored.json_body["description"], restored.json_body["price"]) == ("first", "1.00")


def test_pages_of_a_history_have_each_version_once(api: Api) -> None:
    path, _, _ = make(api, sku="H-5")
    for n in range(6):
        patch(api, path, {"quantity": n + 1})
    seen: list[int] = []
    answer = api.get(f"{path}/history?limit=3")
    while True:
        seen += [version["version"] for version in answer.json_body["items"]]
        cursor = answer.json_body["next_cursor"]
        if cursor is None:
            break
        answer = api.get(f"{path}/history?limit=3&cursor={cursor}")
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_long_values_are_shown_in_part(api: Api) -> None:
    path, _, _ = make(api, sku="H-6", description="a" * 5_000)
    patch(api, path, {"description": "b" * 5_000})
    (change,) = read_history(api, path)[0]["changes"]
    assert change["is_shortened"]
    assert len(change["before"]) == len(change["after"]) == 2_000


def test_restored_version_is_a_new_version(api: Api) -> None:
    path, first, _ = make(api, sku="H-7", price="5.00", attributes={"colour": "red"})
    patch(api, path, {"price": "6.00", "attributes": None})
    answer = send(api, "POST", f"{path}/restore", {"version": 1})
    assert answer.status_code == 200
    kept = ("id", "sku", "name", "price", "attributes", "created_at")
    assert {name: answer.json_body[name] for name in kept} == {n: first[n] for n in kept}
    assert [v["version"] for v in read_history(api, path)] == [3, 2, 1]


def test_deleted_product_comes_back_with_its_id_and_history(api: Api) -> None:
    path, first, tag = make(api, sku="H-8", price="5.00")
    send(api, "DELETE", path)
    answer = send(api, "POST", f"{path}/restore", {"version": 1})
    assert answer.status_code == 200, answer.body
    assert {**answer.json_body, "updated_at": None} == {**first, "updated_at": None}
    assert answer.headers["ETag"] != tag
    assert [v["action"] for v in read_history(api, path)] == ["restored", "deleted", "created"]


def test_product_whose_sku_was_taken_meanwhile_does_not_come_back(api: Api) -> None:
    path, _, _ = make(api, sku="H-9")
    send(api, "DELETE", path)
    _, other, _ = make(api, sku="h-9")
    answer = send(api, "POST", f"{path}/restore", {"version": 1})
    assert (answer.status_code, answer.json_body["code"]) == (409, "sku_taken")
    assert answer.json_body["product"]["id"] == other["id"]


@pytest.mark.parametrize("version", [2, 9])
def test_version_without_a_product_is_not_restored(api: Api, version: int) -> None:
    path, _, _ = make(api, sku=f"H-10-{version}")
    send(api, "DELETE", path)  # version 2
    answer = send(api, "POST", f"{path}/restore", {"version": version})
    assert (answer.status_code, answer.json_body["code"]) == (404, "version_not_found")


def test_restore_checks_the_etag(api: Api) -> None:
    path, _, tag = make(api, sku="H-11")
    patch(api, path, {"price": "6.00"})
    answer = send(api, "POST", f"{path}/restore", {"version": 1}, **{"If-Match": tag})
    assert answer.status_code == 412
