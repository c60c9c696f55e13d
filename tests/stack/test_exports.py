"""Exports through the deployed API: files, what an import makes of them, cancel and retry."""

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.emulator import Emulator, kill_end
from tests.stack.files import make_csv, make_numbered
from tests.stack.reach import needs_this_machine

pytestmark = pytest.mark.stack

ODD: list[Json] = [
    {
        "sku": "00123",
        "name": 'Lamp "Nova", 40 cm',
        "brand": "Ünïcode ✓",
        "description": "Line 1\r\nLine 2\nLine 3; | \t tab",
        "price": "0.00",
        "quantity": 2_147_483_647,
        "attributes": {"Farbe": "rot, grün", "EAN": "04006381333931", "size": " "},
    },
    {"sku": "'00456", "name": "'s-Hertogenbosch", "price": None, "quantity": None},
    {"sku": "=1+1", "name": "'=x", "description": '="007"', "price": "9999999999.99"},
    {"sku": "''@x", "name": "-5", "brand": "+49", "active": False},
    {
        "sku": "6.93E+12",
        "name": "Total",
        "attributes": {
            "price": "12,50",
            "Title": "not the name",
            "SKU": "x",
            "sku": "y",
            "Colour": "a",
            "colour": "b",
            "COLOUR": "c",
            "attributes.Colour": "d",
            "attributes2.x": "e",
            "product_importer_id": "f",
            "Handle": "g",
            "=cmd": "'=h",
            "two\nlines": "i",
            'quo"te, comma': "00789",
            "日本": "j",
            "!": "'12",
        },
    },
    {"sku": "true", "name": "NULL", "description": "\\N", "brand": "\\."},
]


@pytest.fixture
def odd(api: Api, catalogue: Catalogue) -> list[Json]:
    """Products with values that files often break."""
    catalogue.empty()
    for product in ODD:
        answer = api.call("POST", "/products", json=product)
        assert answer.status_code == 201, answer.text
    return ODD


@pytest.mark.wiring
@pytest.mark.parametrize(
    "request_body",
    [
        {},
        {"format": "csv.gz"},
        {"escape_formulas": True},
        {"fields": ["attributes", "active", "name", "price", "sku", "quantity", "brand"]},
        {"filter": {"price[gte]": "0"}},
    ],
)
def test_import_of_an_export_changes_nothing(
    api: Api, catalogue: Catalogue, odd: list[Json], request_body: Json
) -> None:
    before, versions = catalogue.products(), catalogue.row_versions()
    content = api.export(**request_body)
    exported = len(odd) - ("filter" in request_body)
    assert api.complete(content) == {"unchanged": exported}
    assert (catalogue.products(), catalogue.row_versions()) == (before, versions)


VARIANTS: list[Json] = [
    {
        "sku": f"LS-{size}",
        "name": f"Linen Shirt - {size}" if size != "L" else "Shirt for giants",
        "brand": "Norda" if size == "S" else "",
        "attributes": {"Handle": "shirt", "Option1 Value": size, "Parent": "LS-S", "Type": "x"},
    }
    for size in "SML"
]


@pytest.mark.wiring
@pytest.mark.parametrize(
    ("layout", "file_format", "found", "changed"),
    [
        ("shopify", "csv", "shopify_products", 0),
        ("shopify", "xlsx", "shopify_products", 1),  # line breaks, as in every workbook
        ("woocommerce", "csv.gz", "woocommerce", 0),
    ],
)
def test_import_of_a_shops_file_changes_nothing(
    api: Api,
    catalogue: Catalogue,
    odd: list[Json],
    layout: str,
    file_format: str,
    found: str,
    changed: int,
) -> None:
    for product in VARIANTS:
        assert api.call("POST", "/products", json=product).status_code == 201
    before = catalogue.products()
    job = api.run(api.export(layout=layout, format=file_format))
    assert job["detected"]["format"] == found
    expected = {"unchanged": len(odd) + len(VARIANTS) - changed, "updated": changed}
    assert {name: job["counts"][name] for name in expected} == expected
    if changed:
        before["00123"]["description"] = before["00123"]["description"].replace("\r\n", "\n")
    assert catalogue.products() == before


def test_import_of_a_workbook_changes_only_carriage_returns(
    api: Api, catalogue: Catalogue, odd: list[Json]
) -> None:
    before = catalogue.products()
    content = api.export(format="xlsx")
    assert api.complete(content) == {"unchanged": len(odd) - 1, "updated": 1}
    before["00123"]["description"] = before["00123"]["description"].replace("\r\n", "\n")
    assert catalogue.products() == before


def test_import_of_an_export_restores_the_catalogue(
    api: Api, catalogue: Catalogue, odd: list[Json]
) -> None:
    before = catalogue.products()
    content = api.export()
    catalogue.empty()
    assert api.complete(content) == {"created": len(odd)}
    assert catalogue.products() == before


def test_lines_are_the_products_of_the_api(api: Api, odd: list[Json]) -> None:
    lines = api.export(format="jsonl").decode().split("\n")
    assert lines.pop() == ""
    listed = {item["id"]: item for page in api.pages("/products", 3) for item in page}
    assert {(found := json.loads(line))["id"]: found for line in lines} == listed


@pytest.mark.wiring
def test_large_export_is_joined_of_many_ranges(api: Api, catalogue: Catalogue) -> None:
    catalogue.empty()
    numbered = make_numbered(range(50_000), name="Lamp " + "x" * 300)
    assert api.complete(numbered) == {"created": 50_000}
    job_id = api.begin_export()
    job = api.follow(job_id).job
    assert (job["counts"], job["progress"]["records_total"]) == ({"exported": 50_000}, 50_000)
    content = api.download(job_id).content
    skus = [line.partition(b",")[0].decode() for line in content.splitlines()[1:]]
    assert sorted(skus) == [f"N-{number:06d}" for number in range(50_000)]
    assert gzip.decompress(api.export(format="csv.gz")) == content
    assert api.complete(content) == {"unchanged": 50_000}


_LOCK = "LOCK TABLE products IN ACCESS EXCLUSIVE MODE"


@contextmanager
def waiting_range(api: Api, catalogue: Catalogue) -> Iterator[str]:
    """Yield an export whose range waits, until the block ends, after its plan is made."""
    with ExitStack() as locks:
        with catalogue.transaction(_LOCK):
            job_id = api.begin_export()
            catalogue.wait_for("plan_export", job_id, is_waiting=True)
            # This lock waits for the plan, which waits for the first one.
            again = catalogue.transaction(_LOCK)
            locking = Thread(target=lambda: locks.enter_context(again))
            locking.start()
        locking.join()
        catalogue.wait_for("export_range", job_id, is_waiting=True)
        yield job_id


@pytest.fixture
def shelf(api: Api, catalogue: Catalogue) -> None:
    catalogue.empty()
    assert api.complete(make_csv("A,Lamp,1", "B,Bulb,2")) == {"created": 2}


def test_an_export_waits_for_an_import_and_has_its_products(
    api: Api, catalogue: Catalogue, shelf: None
) -> None:
    with catalogue.hold("import_merges"):
        importing = api.begin(make_csv("B,Bulb new,2", "C,Cup,3"))
        catalogue.wait_for("merge_key_range", importing, is_waiting=True)
        job_id = api.begin_export(fields=["sku", "name"], format="jsonl")
        api.follow(job_id, lambda job: job["phase"] == "plan")
    assert api.follow(job_id).job["counts"] == {"exported": 3}
    lines = api.download(job_id).content.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["Lamp", "Bulb new", "Cup"]


def test_an_import_waits_for_an_export(api: Api, catalogue: Catalogue, shelf: None) -> None:
    with waiting_range(api, catalogue) as job_id:
        importing = api.begin(make_csv("B,Bulb new,2", "C,Cup,3"))
        api.follow(importing, lambda job: job["phase"] == "merge" or job["progress"]["percent"] > 0)
        assert catalogue.leftovers(job_id)["lease"] == 1
    assert api.follow(job_id).job["counts"] == {"exported": 2}
    assert b"new" not in api.download(job_id).content
    assert api.follow(importing).job["counts"]["updated"] == 1


def test_a_cancelled_export_has_no_file(api: Api, catalogue: Catalogue, shelf: None) -> None:
    with waiting_range(api, catalogue) as job_id:
        answer = api.call("POST", f"/jobs/{job_id}/cancel")
        assert (answer.status_code, answer.json()["cancel_requested"]) == (202, True)
    job = api.follow(job_id).job
    assert (job["status"], job["error"], job["file"]) == ("CANCELLED", None, None)
    read_problem(api.call("GET", f"/exports/{job_id}/file"), 409, "file_not_ready")
    assert catalogue.leftovers(job_id)["lease"] == 0


def test_stopped_export_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator, shelf: None
) -> None:
    with waiting_range(api, catalogue) as job_id:
        emulator.stop_execution(job_id)
    followed = api.follow(job_id)
    assert followed.job["error"]["code"] == "internal_error"
    assert api.call("POST", f"/jobs/{job_id}/retry").status_code == 202
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["attempt"], job["counts"]) == ("COMPLETED", 2, {"exported": 2})
    assert len(api.download(job_id).content.splitlines()) == 3


@needs_this_machine
def test_a_worker_that_is_killed_exports_nothing_twice(
    api: Api, catalogue: Catalogue, shelf: None
) -> None:
    with waiting_range(api, catalogue) as job_id:
        port = catalogue.wait_for("export_range", job_id, is_waiting=True)
        assert kill_end(port, catalogue.database.port)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"], job["counts"]) == ("COMPLETED", 1, {"exported": 2})
    assert len(api.download(job_id).content.splitlines()) == 3


def test_exports_are_listed_by_their_kind(api: Api, shelf: None) -> None:
    job_id = api.begin_export(filter={"active": True})
    api.follow(job_id)
    [newest] = api.get("/jobs?kind=export&limit=1")["items"]
    assert newest["job_id"] == job_id
    assert newest["request"]["filter"] == {"active": True}
    read_problem(api.call("POST", f"/imports/{job_id}/cancel"), 404, "job_not_found")
