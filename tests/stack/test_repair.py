"""Rejects are corrected and imported again, and the first import counts them once."""

from typing import Any

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, fields_of, read_problem
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_SHOPIFY = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
    "tee,Tee shirt,Size,S,TEE-S,10.00,1\n"
    "tee,,,M,TEE-M,cheap,2\n"
    "tee,,,L,TEE-L,free,3\n"
    "mug,Mug,Size,One,MUG,abc,4\n"
)


def _import_child(api: Api, content: bytes, parent_id: str, **more: Any) -> Json:
    body = {"filename": "fixed.csv", "size_bytes": len(content), "parent_job_id": parent_id, **more}
    answer = api.call("POST", "/imports", json=body)
    assert answer.status_code == 201, answer.text
    created = answer.json()
    api.upload(created, content)
    job = api.follow(created["job_id"]).job
    assert (job["status"], job["parent_job_id"]) == ("COMPLETED", parent_id), job
    return job


def test_corrected_rejects_of_every_child_are_counted_once(api: Api, catalogue: Catalogue) -> None:
    raw = "sku;name;price\nA;Läufer;1,50\nB;Stuhl;x\nC;;2,50\nD;Tisch;y\n".encode("cp1252")
    parent = api.run(raw, {"encoding": "cp1252"})
    assert (parent["counts"]["rejected"], parent["repair"]) == (3, None)
    file = api.report(parent["job_id"]).content
    unchanged = _import_child(api, file, parent["job_id"])
    codes = [reject["code"] for reject in api.rejects(unchanged["job_id"])]
    assert codes == [reject["code"] for reject in api.rejects(parent["job_id"])]
    once = _import_child(api, file.replace(b";x", b";3,50"), parent["job_id"])
    assert once["counts"] | {"created": 1, "rejected": 2} == once["counts"]
    corrected = file.replace(b";x", b";3,50").replace(b"C;;", b"C;Lampe;").replace(b";y", b";4,50")
    all_of_them = _import_child(api, corrected, parent["job_id"], options={"encoding": "cp1252"})
    assert all_of_them["counts"] | {"created": 2, "unchanged": 1} == all_of_them["counts"]
    assert api.get(f"/jobs/{parent['job_id']}")["repair"] == {
        "fixed": 3,
        "of": 3,
        "jobs": [job["job_id"] for job in (unchanged, once, all_of_them)],
    }
    prices = {key: str(product["price"]) for key, product in catalogue.products().items()}
    assert prices == {"a": "1.50", "b": "3.50", "c": "2.50", "d": "4.50"}


def test_rejects_of_a_reverted_child_are_not_fixed(api: Api, catalogue: Catalogue) -> None:
    parent = api.run(make_csv("A,Lamp,free", "B,Desk,cheap"))
    file = api.report(parent["job_id"]).content.replace(b"free", b"5").replace(b"cheap", b"6")
    last = _import_child(api, file, parent["job_id"])["job_id"]
    for fixed in (0, 2, 0):
        answer = api.call("POST", f"/jobs/{last}/revert", json={})
        last = answer.json()["job_id"]
        assert api.follow(last).job["status"] == "COMPLETED"
        assert api.get(f"/jobs/{parent['job_id']}")["repair"]["fixed"] == fixed
        assert len(catalogue.products()) == fixed


def test_rejected_variants_keep_the_name_of_their_product(api: Api, catalogue: Catalogue) -> None:
    parent = api.run(_SHOPIFY.encode())
    assert parent["detected"]["format"] == "shopify_products"
    file = api.report(parent["job_id"]).content
    first = file.replace(b",cheap,", b",11.00,").replace(b",abc,", b",9.00,")
    child = _import_child(api, first, parent["job_id"])
    assert child["detected"]["format"] == "shopify_products"
    assert child["counts"] | {"created": 2, "skipped": 1, "rejected": 1} == child["counts"]
    grandchild_file = api.report(child["job_id"]).content.replace(b",free,", b",12.00,")
    grandchild = _import_child(api, grandchild_file, child["job_id"])
    assert grandchild["counts"] | {"created": 1, "skipped": 1} == grandchild["counts"]
    names = {product["sku"]: product["name"] for product in catalogue.products().values()}
    assert names["TEE-M"] == "Tee shirt - M"
    assert names["TEE-L"] == "Tee shirt - L"
    assert api.get(f"/jobs/{parent['job_id']}")["repair"]["fixed"] == 2
    assert api.get(f"/jobs/{child['job_id']}")["repair"]["fixed"] == 1


def test_rejects_file_without_its_parent_has_no_more_columns_than_the_original(
    api: Api, catalogue: Catalogue
) -> None:
    parent = api.run(make_csv("A,Lamp,free"))
    file = api.report(parent["job_id"]).content.replace(b"free", b"5")
    child = api.run(file, {"header_line": 1})
    assert child["detected"]["header"] == ["sku", "name", "price"]
    assert catalogue.products()["a"]["attributes"] == {}
    assert api.get(f"/jobs/{parent['job_id']}")["repair"] is None


def test_parent_must_be_a_completed_import(api: Api) -> None:
    body = {"filename": "c.csv", "size_bytes": 9}
    unknown = body | {"parent_job_id": "job_01m85g57s7w6pgg03m8hrxcz85"}
    problem = read_problem(api.call("POST", "/imports", json=unknown), 422, "invalid_body")
    assert fields_of(problem) == ["parent_job_id"]
    waiting = body | {"parent_job_id": api.announce(10)["job_id"]}
    read_problem(api.call("POST", "/imports", json=waiting), 409, "parent_not_completed")
