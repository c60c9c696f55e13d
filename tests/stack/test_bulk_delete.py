"""Bulk deletes through the deployed API: what is deleted, what stays, cancel and retry."""

import threading
import time

import pytest

from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, Json, fields_of, read_problem
from tests.stack.emulator import Emulator, kill_end
from tests.stack.files import make_csv, make_numbered
from tests.stack.reach import needs_this_machine

pytestmark = pytest.mark.stack

HEADER = "sku,name,price,active"
ROUTE = "/products/bulk-delete"


@pytest.fixture
def shelf(api: Api, catalogue: Catalogue) -> list[str]:
    """Ten products, of which three are inactive."""
    records = [f"P-{n},Lamp {n},{n}.50,{'no' if n % 4 == 1 else 'yes'}" for n in range(10)]
    assert api.complete(make_csv(*records, header=HEADER)) == {"created": 10}
    return [f"P-{n}" for n in range(10)]


def count(api: Api, **body: object) -> int:
    answer = api.call("POST", ROUTE, json={**body, "dry_run": True})
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["count"]
    return found


def fill(api: Api, products: int) -> None:
    """Fill the catalogue with so many products."""
    assert api.complete(make_numbered(range(products))) == {"created": products}


@pytest.mark.wiring
def test_products_of_a_filter_are_deleted(api: Api, catalogue: Catalogue, shelf: list[str]) -> None:
    assert count(api, filter={"active": False}) == 3
    assert len(catalogue.names()) == len(shelf)  # nothing happened
    assert api.delete(filter={"active": False}) == {"deleted": 3, "skipped": 0}
    assert api.delete(filter={"price[gte]": "7.50", "sku[prefix]": "p-"}) == {
        "deleted": 2, "skipped": 0
    }  # fmt: skip
    assert sorted(catalogue.names()) == ["P-0", "P-2", "P-3", "P-4", "P-6"]


def test_products_that_a_search_finds_are_deleted(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    assert api.delete(filter={"search": "lamp 7"}) == {"deleted": 1, "skipped": 0}
    assert "P-7" not in catalogue.names()
    assert api.delete(filter={"search": "nothing like it"}) == {"deleted": 0, "skipped": 0}


def test_products_of_some_skus_are_deleted_whatever_their_case(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    skus = ["p-1", " P-2 ", "P-2", "unknown"]
    assert count(api, skus=skus) == 2
    assert api.delete(skus=skus) == {"deleted": 2, "skipped": 0}
    assert sorted(catalogue.names()) == sorted(set(shelf) - {"P-1", "P-2"})


def test_products_that_an_import_wrote_are_deleted(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    job = api.run(make_csv("P-0,Lamp new,1,yes", "Q-0,Lamp,1,yes", header=HEADER))
    assert api.delete(filter={"job_id": job["job_id"]}) == {"deleted": 2, "skipped": 0}
    assert sorted(catalogue.names()) == shelf[1:]


def test_all_products_are_deleted_and_lists_know_it(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    assert api.delete(all=True, expected_count=10) == {"deleted": 10, "skipped": 0}
    assert catalogue.names() == {}
    assert api.get("/products")["items"] == []
    assert api.delete(all=True) == {"deleted": 0, "skipped": 0}


def test_another_count_than_expected_deletes_nothing(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    for more in ({}, {"dry_run": True}):
        answer = api.call("POST", ROUTE, json={"all": True, "expected_count": 9, **more})
        problem = read_problem(answer, 409, "count_mismatch")
        assert problem["count"] == 10
    assert len(catalogue.names()) == 10


def test_a_count_that_changes_while_the_job_waits_deletes_nothing(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    with catalogue.hold("batch_jobs"):
        answers: list[str] = []
        asking = threading.Thread(
            target=lambda: answers.append(api.begin_delete(all=True, expected_count=10))
        )
        asking.start()
        catalogue.wait_for_anyone("bulk_delete")
        catalogue.query("INSERT INTO products (sku, sku_key, name) VALUES ('N', 'n', 'New')")
    asking.join()
    job = api.follow(answers[0]).job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "count_mismatch")
    assert job["counts"] == {"deleted": 0, "skipped": 0}
    assert len(catalogue.names()) == 11


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, [""]),
        ({"all": True, "skus": ["A"]}, [""]),
        ({"filter": {}}, ["filter"]),
        ({"filter": {"colour": "red"}}, ["filter.colour"]),
    ],
)
def test_what_means_nothing_certain_is_refused(api: Api, body: Json, fields: list[str]) -> None:
    answer = api.call("POST", ROUTE, json=body)
    assert fields_of(read_problem(answer, 422, "invalid_body")) == fields


def test_a_request_that_is_repeated_is_one_job(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    key = {"Idempotency-Key": f"delete-{time.time_ns()}"}
    first, again = (
        api.call("POST", ROUTE, json={"all": True, "expected_count": 10}, headers=key)
        for _ in range(2)
    )
    assert first.json()["job_id"] == again.json()["job_id"]
    job = api.follow(first.json()["job_id"]).job
    assert job["counts"] == {"deleted": 10, "skipped": 0}
    late = api.call("POST", ROUTE, json={"all": True, "expected_count": 10}, headers=key)
    assert (late.status_code, late.json()["status"]) == (202, "COMPLETED")
    other = api.call("POST", ROUTE, json={"all": True}, headers=key)
    read_problem(other, 422, "idempotency_key_reused")


def test_bulk_deletes_are_listed_by_their_kind(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    job_id = api.begin_delete(skus=["P-1"])
    api.follow(job_id)
    [newest] = api.get("/jobs?kind=bulk_delete&limit=1")["items"]
    assert newest["job_id"] == job_id
    assert newest["selection"] == {"sku_count": 1}
    own = f"/jobs/{job_id}"
    assert newest["links"] == {"self": own, "revert": f"{own}/revert"}
    assert all(job["kind"] == "import" for job in api.get("/jobs?kind=import")["items"])
    read_problem(api.call("POST", f"/imports/{job_id}/cancel"), 404, "job_not_found")


@pytest.mark.wiring
def test_cancelled_between_batches_what_was_deleted_is_counted(
    api: Api, catalogue: Catalogue
) -> None:
    fill(api, 50_000)
    first = "SELECT 1 FROM products WHERE id = (SELECT min(id) FROM products) FOR UPDATE"
    with catalogue.transaction(first):
        job_id = api.begin_delete(all=True)
        # One worker waits in the first of its two batches, the other deletes all but these.
        followed = api.follow(job_id, lambda job: job["counts"]["deleted"] == 30_000)
        answer = api.call("POST", f"/jobs/{job_id}/cancel")
        assert (answer.status_code, answer.json()["cancel_requested"]) == (202, True)
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["error"]) == ("CANCELLED", None)
    deleted = job["counts"]["deleted"]
    assert job["counts"] == {"deleted": deleted, "skipped": 0}
    assert deleted in (30_000, 40_000)  # the batch that waited was deleted, or heard of the cancel
    left = 50_000 - deleted
    assert catalogue.query("SELECT count(*) FROM products") == [(left,)]
    assert catalogue.leftovers(job_id)["lease"] == 0
    again = api.call("POST", f"/jobs/{job_id}/cancel")
    assert (again.status_code, again.json()["status"]) == (202, "CANCELLED")
    read_problem(api.call("POST", f"/jobs/{job_id}/retry"), 409, "job_not_retryable")
    time.sleep(0.5)
    assert catalogue.query("SELECT count(*) FROM products") == [(left,)]


def test_cancelled_while_it_waits_for_its_turn(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    with catalogue.hold("import_merges"):
        importing = api.begin(make_csv("P-0,Lamp,9,yes", header=HEADER))
        catalogue.wait_for("merge_key_range", importing, is_waiting=True)
        job_id = api.begin_delete(all=True)
        api.follow(job_id, lambda job: job["phase"] == "plan")
        assert api.call("POST", f"/jobs/{job_id}/cancel").status_code == 202
        job = api.follow(job_id).job
        assert (job["status"], job["counts"]["deleted"]) == ("CANCELLED", 0)
    assert api.follow(importing).job["status"] == "COMPLETED"
    assert len(catalogue.names()) == 10


def test_an_import_and_a_bulk_delete_take_effect_one_after_the_other(
    api: Api, catalogue: Catalogue, shelf: list[str]
) -> None:
    content = make_csv("P-0,Lamp new,9,yes", "N-0,Lamp,1,yes", header=HEADER)
    with catalogue.hold("import_merges"):
        importing = api.begin(content)
        catalogue.wait_for("merge_key_range", importing, is_waiting=True)
        deleting = api.begin_delete(all=True)
        api.follow(deleting, lambda job: job["phase"] == "plan")
    assert api.follow(importing).job["counts"]["created"] == 1
    assert api.follow(deleting).job["counts"] == {"deleted": 11, "skipped": 0}
    assert catalogue.names() == {}

    api.complete(content)
    with catalogue.transaction("SELECT 1 FROM products WHERE sku = 'P-0' FOR UPDATE"):
        deleting = api.begin_delete(all=True)
        catalogue.wait_for("run_key_range", deleting, is_waiting=True)
        importing = api.begin(content)
        wait_until(lambda: catalogue.staged_ranges(importing), "the import staged")
        assert catalogue.leftovers(deleting)["lease"] == 1
    assert api.follow(deleting).job["counts"] == {"deleted": 2, "skipped": 0}
    assert api.follow(importing).job["counts"]["created"] == 2
    assert sorted(catalogue.names()) == ["N-0", "P-0"]


def test_retry_resumes_with_what_is_left(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    fill(api, 30_000)
    last = "SELECT 1 FROM products WHERE id = (SELECT max(id) FROM products) FOR UPDATE"
    with catalogue.transaction(last):
        job_id = api.begin_delete(all=True)
        deleted = "SELECT sum((counts ->> 'deleted')::integer) FROM batches WHERE job_id = %s"
        wait_until(lambda: catalogue.query(deleted, job_id) == [(20_000,)], "all but the last")
        with catalogue.away():
            followed = api.follow(job_id)
    failed = followed.job
    assert (failed["status"], failed["error"]["code"]) == ("FAILED", "internal_error")
    assert failed["links"]["retry"] == f"/jobs/{job_id}/retry"
    [(left,)] = catalogue.query("SELECT count(*) FROM products")
    assert left == 10_000

    answer = api.call("POST", f"/jobs/{job_id}/retry")
    assert (answer.status_code, answer.json()["attempt"]) == (202, 2)
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 2)
    assert job["counts"] == {"deleted": 30_000, "skipped": 0}
    assert catalogue.names() == {}


@pytest.mark.wiring
@needs_this_machine
def test_a_worker_that_is_killed_deletes_and_counts_nothing_twice(
    api: Api, catalogue: Catalogue
) -> None:
    fill(api, 50_000)
    with catalogue.hold("document_backlog"):  # written once products are deleted
        job_id = api.begin_delete(filter={"sku[prefix]": "n-"})
        port = catalogue.wait_for("run_key_range", job_id, is_waiting=True)
        assert kill_end(port, catalogue.database.port)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1)
    assert job["counts"] == {"deleted": 50_000, "skipped": 0}
    assert catalogue.names() == {}


def test_requests_are_answered_while_50_000_products_are_deleted(
    api: Api, catalogue: Catalogue
) -> None:
    fill(api, 50_000)
    job_id = api.begin_delete(all=True, expected_count=50_000)
    seconds, has_ended = [], False
    while not has_ended:
        began = time.perf_counter()
        assert api.call("GET", "/products?limit=1").status_code == 200
        assert api.call("GET", "/health").status_code == 200
        seconds.append(time.perf_counter() - began)
        has_ended = api.get(f"/jobs/{job_id}")["status"] not in ("PENDING", "PROCESSING")
    job = api.follow(job_id).job
    assert job["counts"] == {"deleted": 50_000, "skipped": 0}
    assert max(seconds) < 5
    assert catalogue.names() == {}
