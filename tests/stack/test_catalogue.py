"""The catalogue over HTTP: listed at once after an import, searched soon after it."""

import time
from collections.abc import Mapping

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = [pytest.mark.stack, pytest.mark.wiring]

_WAIT_SECONDS = 240.0


def wait_for_search(api: Api, params: Mapping[str, str]) -> Json:
    """Search until the answer says that it knows all products."""
    limit = time.monotonic() + _WAIT_SECONDS
    while not (page := api.get("/products", params=params))["search"]["is_current"]:
        assert time.monotonic() < limit, page["search"]
        time.sleep(0.05)
    return page


def skus(page: Json) -> list[str]:
    return [item["sku"] for item in page["items"]]


def test_an_import_is_listed_at_once_and_found_soon(api: Api, catalogue: Catalogue) -> None:
    content = make_csv("A-1,Desk lamp,3", "B-2,Étagère,1", "C-3,Floor lamp,2")
    job_id = api.begin(content)
    assert api.follow(job_id).job["status"] == "COMPLETED"
    assert skus(api.get("/products")) == ["A-1", "B-2", "C-3"]
    assert skus(api.get("/products", params={"sort": "price"})) == ["B-2", "C-3", "A-1"]
    assert skus(api.get("/products", params={"job_id": job_id, "limit": "1"})) == ["A-1"]
    assert sorted(skus(wait_for_search(api, {"search": "lam"}))) == ["A-1", "C-3"]
    assert skus(api.get("/products", params={"search": "etagere"})) == ["B-2"]


def test_changes_of_a_second_import_are_searchable(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_csv("A-1,Desk lamp,3", "B-2,Chair,1"))
    wait_for_search(api, {"search": "lamp"})
    assert api.complete(make_csv("A-1,Sofa,3", "B-2,Chair,1")) == {"updated": 1, "unchanged": 1}
    assert skus(wait_for_search(api, {"search": "sofa"})) == ["A-1"]
    assert skus(api.get("/products", params={"search": "lamp"})) == []


def test_a_catalogue_is_paged_by_its_links(api: Api, catalogue: Catalogue) -> None:
    records = [f"S{n:03},Lamp {n},{n % 7}" for n in range(230)]
    api.complete(make_csv(*records))
    pages = list(api.pages("/products", 100))
    assert [len(page) for page in pages] == [100, 100, 30]
    assert [item["sku"] for page in pages for item in page] == [f"S{n:03}" for n in range(230)]


def test_the_schedule_indexes_what_an_execution_left(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    api.complete(make_csv("A-1,Desk lamp,3"))
    wait_for_search(api, {"search": "lamp"})
    catalogue.query("DELETE FROM documents")
    catalogue.query("INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM products")
    # A worker of the import before may be at it still, and take the block first.
    assert emulator.invoke("IndexDocuments", {})["outcome"] == "done"
    assert skus(wait_for_search(api, {"search": "lamp"})) == ["A-1"]
