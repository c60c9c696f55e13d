"""A file that is the whole catalogue changes the products that it doesn't name."""

from base64 import b64encode
from typing import Any

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, read_problem
from tests.stack.files import make_csv
from tests.stack.test_profiles import run, saved

pytestmark = pytest.mark.stack

HEADER = "sku,name,quantity,active"
WHOLE = make_csv(*(f"{sku},Lamp {sku},5,yes" for sku in "ABCDEF"), header=HEADER)
# D's record is rejected; E and F are missing.
PART = make_csv(
    "A,Lamp A,5,yes", "B,New B,5,yes", "C,Lamp C,5,yes", "D,Lamp,bad,yes", header=HEADER
)


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ("deactivate", {"e": (5, False), "f": (5, False)}),
        ("zero_stock", {"e": (0, True), "f": (0, True)}),
        ("delete", {}),
    ],
)
def test_products_that_a_snapshot_does_not_name_are_changed(
    api: Api, catalogue: Catalogue, missing: str, left: dict[str, Any]
) -> None:
    api.complete(WHOLE)
    job = api.run(PART, {"missing": missing})
    assert job["status"] == "COMPLETED", job
    assert {name: number for name, number in job["counts"].items() if number} == {
        "updated": 1, "unchanged": 2, "rejected": 1, "missing": 2
    }  # fmt: skip
    assert job["progress"]["records_done"] == 4
    products = catalogue.products()
    assert {k: (p["quantity"], p["active"]) for k, p in products.items() if k in "ef"} == left
    assert products.keys() == {*"abcd", *left}
    assert products["d"]["quantity"] == 5
    for product in api.get("/products?sku=E")["items"]:
        [last, _] = api.get(f"/products/{product['id']}/history")["items"]
        assert (last["action"], last["author"]["job_id"]) == ("updated", job["job_id"])
        assert (last["author"]["filename"], last["author"]["line"]) == ("a.csv", None)
        assert len(last["changes"]) == 1
    again = api.run(PART, {"missing": missing})
    assert (again["counts"]["unchanged"], again["counts"]["missing"]) == (3, 0)


def test_too_many_missing_products_are_refused_and_nothing_is_changed(
    api: Api, catalogue: Catalogue
) -> None:
    api.complete(WHOLE)
    before = catalogue.row_versions()
    job = api.run(PART, {"missing": "delete", "max_missing": {"products": 1}})
    assert (job["status"], job["error"]["code"]) == ("FAILED", "too_many_missing")
    assert job["error"]["message"].startswith("2 of 6 products are missing from the file")
    nearly_empty = api.run(make_csv("Z,Lamp,5,yes", header=HEADER), {"missing": "delete"})
    assert nearly_empty["error"]["code"] == "too_many_missing"
    torn = make_csv("A,Lamp A,5,yes", 'B,"Lamp,5,yes', "C,Lamp C,5,yes", header=HEADER)
    uncertain = api.run(torn, {"missing": "delete"})
    assert uncertain["error"]["code"] == "missing_uncertain"
    assert catalogue.row_versions() == before
    assert api.complete(PART, {"missing": "delete"})["missing"] == 2  # the lease is free again


def test_only_products_of_the_scope_are_missing(api: Api, catalogue: Catalogue) -> None:
    api.complete(WHOLE)
    options = {"missing": "delete", "scope": {"sku[prefix]": "e", "active": True}}
    refused = api.run(PART, options)  # all products of the scope are missing
    assert "1 of 1 products are missing" in refused["error"]["message"]
    assert api.complete(PART, options | {"max_missing": {"percent": 100}})["missing"] == 1
    assert catalogue.products().keys() == set("abcdf")


def test_scope_of_a_profile_has_the_products_of_its_imports(api: Api, catalogue: Catalogue) -> None:
    api.complete(WHOLE)
    with saved(api) as ours:
        run(api, make_csv("E,Our E,5,yes", "F,Our F,5,yes", "G,Our G,5,yes", header=HEADER), ours)
        snapshot = {"missing": "deactivate", "scope": {"profile": ours["profile_id"]}}
        path = f"/profiles/{ours['profile_id']}"
        assert api.call("PATCH", path, json={"options": snapshot}).status_code == 200
        job = run(api, make_csv("E,Our E,6,yes", "F,Our F,5,yes", header=HEADER), ours)
    assert (job["counts"]["updated"], job["counts"]["missing"]) == (1, 1)
    assert [k for k, p in sorted(catalogue.products().items()) if not p["active"]] == ["g"]


def test_preview_and_request_say_what_the_options_do(api: Api) -> None:
    body = {"size_bytes": len(PART), "head": b64encode(PART).decode()}
    options = {"missing": "delete", "scope": {"active": True}}
    answer = api.call("POST", "/imports/preview", json=body | {"options": options}).json()
    [warning] = [w for w in answer["warnings"] if w["code"] == "missing_products"]
    assert "products of options.scope" in warning["message"]
    unused = body | {"options": {"scope": {"active": True}}}
    problem = read_problem(api.call("POST", "/imports/preview", json=unused), 422, "invalid_body")
    assert [found["code"] for found in problem["errors"]] == ["needs_missing"]


def test_plan_lists_missing_products_and_its_apply_changes_them(
    api: Api, catalogue: Catalogue
) -> None:
    api.complete(WHOLE)
    body = {"filename": "a.csv", "size_bytes": len(PART), "apply": "manual"}
    created = api.call("POST", "/imports", json=body | {"options": {"missing": "delete"}}).json()
    api.upload(created, PART)
    job_id = created["job_id"]
    job = api.follow(job_id, lambda found: found["status"] in ("PLANNED", "FAILED")).job
    assert job["plan"]["counts"]["missing"] == 2, job
    listed = api.get(f"/imports/{job_id}/changes?action=missing")["items"]
    assert sorted(item["sku"] for item in listed) == ["E", "F"]
    assert {(item["line"], len(item["changes"])) for item in listed} == {(None, 0)}
    assert catalogue.products().keys() == set("abcdef")
    expected = {"expected_counts": {"missing": 2}}
    assert api.call("POST", f"/imports/{job_id}/apply", json=expected).status_code == 202
    done = api.follow(job_id).job
    assert (done["status"], done["counts"]) == ("COMPLETED", job["plan"]["counts"])
    assert catalogue.products().keys() == set("abcd")
    reverted = api.call("POST", f"/jobs/{job_id}/revert", json={})
    assert reverted.status_code == 202, reverted.text
    assert api.follow(reverted.json()["job_id"]).job["status"] == "COMPLETED"
    assert catalogue.products().keys() == set("abcdef")
