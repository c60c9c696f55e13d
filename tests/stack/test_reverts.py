"""Reverts through the deployed API: imports, bulk deletes and reverts, conflicts, cancel, retry."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_COLUMNS = (
    "id, sku, name, brand, description, price, quantity, active, attributes, source_job_id,"
    " source_line, created_at"
)
Json = dict[str, Any]


def read_all(catalogue: Catalogue) -> list[tuple[Any, ...]]:
    """Return the products as they are, without versions and times of update."""
    return catalogue.query(f"SELECT {_COLUMNS} FROM products ORDER BY id")


def begin_revert(api: Api, job_id: str, **body: Any) -> str:
    answer = api.call("POST", f"/jobs/{job_id}/revert", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def revert(api: Api, job_id: str, **body: Any) -> tuple[str, dict[str, int]]:
    """Revert a job, which must complete; return the revert and the counts that aren't 0."""
    job = api.follow(begin_revert(api, job_id, **body)).job
    assert (job["status"], job["error"]) == ("COMPLETED", None), job
    return job["job_id"], {name: number for name, number in job["counts"].items() if number}


def bring(api: Api, *records: str) -> str:
    job = api.run(make_csv(*records))
    assert job["status"] == "COMPLETED"
    return str(job["job_id"])


def find(api: Api, sku: str) -> Json:
    [product] = api.get("/products", params={"sku": sku})["items"]
    return dict(product)


def test_import_is_reverted_and_its_revert_too(api: Api, catalogue: Catalogue) -> None:
    bring(api, "A,Lamp,1", "B,Desk,2")
    before = read_all(catalogue)
    job_id = bring(api, "A,Lamp,9", "B,Desk,2", "C,Chair,3")
    after = read_all(catalogue)
    job = api.get(f"/jobs/{job_id}")
    assert job["links"]["revert"] == f"/jobs/{job_id}/revert"

    preview = api.call("POST", f"/jobs/{job_id}/revert", json={"dry_run": True}).json()
    assert preview["counts"] == {"restored": 1, "deleted": 1, "recreated": 0, "conflicts": 0}
    assert read_all(catalogue) == after

    reverted, counts = revert(api, job_id)
    assert counts == {"restored": 1, "deleted": 1}
    assert read_all(catalogue) == before
    again, counts = revert(api, reverted)
    assert counts == {"restored": 1, "recreated": 1}
    assert read_all(catalogue) == after
    assert revert(api, again)[1] == {"restored": 1, "deleted": 1}
    assert read_all(catalogue) == before

    wait_until(lambda: [p["sku"] for p in api.get("/products")["items"]] == ["A", "B"], "listed")
    history = api.get(f"/products/{find(api, 'A')['id']}/history")["items"]
    assert [version["author"]["job_id"] for version in history[:4]] == [
        again_revert(api), again, reverted, job_id
    ]  # fmt: skip


def again_revert(api: Api) -> str:
    """Return the newest revert."""
    [newest] = api.get("/jobs?kind=revert&limit=1")["items"]
    return str(newest["job_id"])


def test_bulk_delete_is_reverted_with_ids_and_history(api: Api, catalogue: Catalogue) -> None:
    bring(api, "A,Lamp,1", "B,Desk,2")
    before = read_all(catalogue)
    product_id = find(api, "A")["id"]
    job_id = api.begin_delete(all=True)
    assert api.follow(job_id).job["counts"]["deleted"] == 2
    assert revert(api, job_id)[1] == {"recreated": 2}
    assert read_all(catalogue) == before
    versions = api.get(f"/products/{product_id}/history")["items"]
    assert [version["action"] for version in versions] == ["restored", "deleted", "created"]


@pytest.mark.parametrize("on_conflict", ["keep", "overwrite"])
def test_products_that_changed_since_are_kept_or_overwritten(
    api: Api, catalogue: Catalogue, on_conflict: str
) -> None:
    bring(api, "A,Lamp,1", "B,Desk,2", "C,Chair,3")
    before = read_all(catalogue)
    job_id = bring(api, "A,Lamp,9", "B,Desk,9", "C,Chair,9", "D,Shelf,9")
    edited, deleted = find(api, "A")["id"], find(api, "B")["id"]
    assert api.call("PATCH", f"/products/{edited}", json={"name": "Mine"}).status_code == 200
    assert api.call("DELETE", f"/products/{deleted}").status_code == 204

    reverted, counts = revert(api, job_id, on_conflict=on_conflict)
    conflicts = api.get(f"/jobs/{reverted}/conflicts")["items"]
    is_overwritten = on_conflict == "overwrite"
    assert [(c["product_id"], c["reason"], c["is_overwritten"]) for c in conflicts] == [
        (edited, "changed_since", is_overwritten),
        (deleted, "deleted_since", is_overwritten),
    ]
    if is_overwritten:
        assert counts == {"restored": 2, "recreated": 1, "deleted": 1}
        assert read_all(catalogue) == before
    else:
        assert counts == {"restored": 1, "deleted": 1, "conflicts": 2}
        assert catalogue.names() == {"A": "Mine", "C": "Chair"}


def test_swapped_skus_are_swapped_back_and_forth(api: Api, catalogue: Catalogue) -> None:
    bring(api, "A,Lamp,1", "B,Desk,2")
    before = read_all(catalogue)
    job_id = bring(api, "A,Lamp,9", "B,Desk,9", "C,Chair,9")
    first, second, created = (find(api, sku)["id"] for sku in "ABC")
    for product_id, sku in ((first, "X"), (second, "A"), (created, "B")):
        assert api.call("PATCH", f"/products/{product_id}", json={"sku": sku}).status_code == 200
    after = read_all(catalogue)
    asked = {"dry_run": True, "on_conflict": "overwrite"}
    preview = api.call("POST", f"/jobs/{job_id}/revert", json=asked).json()
    reverted, counts = revert(api, job_id, on_conflict="overwrite")
    assert counts == {"restored": 2, "deleted": 1}
    assert preview["counts"] | counts == preview["counts"]
    assert read_all(catalogue) == before
    reasons = [c["reason"] for c in api.get(f"/jobs/{reverted}/conflicts")["items"]]
    assert reasons == ["changed_since"] * 3
    again, counts = revert(api, reverted)
    assert counts == {"restored": 2, "recreated": 1}
    assert read_all(catalogue) == after
    assert api.get(f"/jobs/{again}/conflicts")["items"] == []


def test_requests_at_once_begin_one_revert(api: Api, catalogue: Catalogue) -> None:
    job_id = bring(api, "A,Lamp,1", "B,Desk,2")
    with catalogue.hold("batches"), ThreadPoolExecutor(4) as pool:
        begun = set(pool.map(lambda _: begin_revert(api, job_id), range(4)))
        assert len(begun) == 1
        other = api.call("POST", f"/jobs/{job_id}/revert", json={"on_conflict": "overwrite"})
        problem = read_problem(other, 409, "revert_running")
        assert {problem["job_id"]} == begun
    [reverting] = begun
    assert api.follow(reverting).job["counts"]["deleted"] == 2
    assert api.get(f"/jobs/{job_id}")["reverted_by"] == reverting


def test_stopped_revert_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    bring(api, "A,Lamp,1", "B,Desk,2")
    before = read_all(catalogue)
    job_id = bring(api, "A,Lamp,9", "C,Chair,3")
    with catalogue.hold("batches"):
        reverting = begin_revert(api, job_id)
        catalogue.wait_for("plan_batches", reverting, is_waiting=True)
        emulator.stop_execution(reverting)
    followed = api.follow(reverting)
    assert followed.job["error"]["code"] == "internal_error"
    assert api.call("POST", f"/jobs/{reverting}/retry").status_code == 202
    job = api.follow(reverting, followed=followed).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 2)
    assert read_all(catalogue) == before


def test_cancelled_revert_leaves_what_is_not_reverted(api: Api, catalogue: Catalogue) -> None:
    job_id = bring(api, "A,Lamp,1", "B,Desk,2")
    with catalogue.hold("batches"):
        reverting = begin_revert(api, job_id)
        catalogue.wait_for("plan_batches", reverting, is_waiting=True)
        assert api.call("POST", f"/jobs/{reverting}/cancel").status_code == 202
    job = api.follow(reverting).job
    assert job["status"] == "CANCELLED"
    assert len(read_all(catalogue)) == 2 - job["counts"]["deleted"]
    assert revert(api, job_id)[1]
    assert read_all(catalogue) == []


def test_jobs_without_changes_are_not_reverted(api: Api, catalogue: Catalogue) -> None:
    bring(api, "A,Lamp,1")
    job_id = bring(api, "A,Lamp,1")
    job = api.get(f"/jobs/{job_id}")
    assert (job["revertible_until"], "revert" in job["links"]) == (None, False)
    answer = api.call("POST", f"/jobs/{job_id}/revert", json={})
    read_problem(answer, 409, "nothing_to_revert")
