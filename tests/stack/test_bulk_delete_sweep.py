"""What bulk deletes that never started leave behind, and what clients see when it is swept."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from chalicelib.products.batches import ledger
from chalicelib.products.bulk_delete.requests import Selection
from tests.fakes.jobs import make_bulk_delete
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

TWO_HOURS, TWO_MONTHS = timedelta(hours=2), timedelta(days=60)


@pytest.fixture(autouse=True)
def shelf(api: Api, catalogue: Catalogue) -> None:
    """Two products."""
    assert api.complete(make_csv("A,Lamp,1", "B,Lamp,2")) == {"created": 2}


def leave(catalogue: Catalogue, emulator: Emulator, age: timedelta, *, has_job: bool = True) -> str:
    """Leave what a request to delete all products left so long ago, whose workflow never began."""
    job = make_bulk_delete(datetime.now(UTC) - age)
    with closing(psycopg2.connect(catalogue.database.dsn)) as connection:
        ledger.keep_request(connection, job.job_id, Selection(all=True).to_json())
        connection.commit()
    if has_job:
        emulator.keep_job(job)
    return job.job_id


def selections(catalogue: Catalogue, *job_ids: str) -> list[bool | None]:
    """Return of each job whether its selection is kept; None where nothing is."""
    query = "SELECT job_id, request IS NOT NULL FROM batch_jobs"
    found = dict(catalogue.query(query))
    return [found.get(job_id) for job_id in job_ids]


def test_one_that_was_cancelled_before_it_began_is_forgotten(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    cancelled, waiting = (leave(catalogue, emulator, TWO_HOURS) for _ in range(2))
    young = leave(catalogue, emulator, timedelta())
    for job_id in (cancelled, young):
        answer = api.call("POST", f"/jobs/{job_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (202, "CANCELLED")

    for jobs in (1, 0):
        swept = emulator.invoke("SweepBatchJobs", {})
        assert swept == {"outcome": "swept", "jobs": jobs}

    assert selections(catalogue, cancelled, waiting, young) == [False, True, True]
    job = api.get(f"/jobs/{cancelled}")
    assert (job["status"], job["counts"]) == ("CANCELLED", {"deleted": 0, "skipped": 0})
    assert sorted(catalogue.names()) == ["A", "B"]
    assert api.call("POST", f"/jobs/{waiting}/cancel").status_code == 202
    assert emulator.invoke("SweepBatchJobs", {})["jobs"] == 1


def test_one_that_failed_can_be_retried_after_every_sweep(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    job_id = leave(catalogue, emulator, TWO_HOURS)
    assert emulator.invoke("SweepJobs", {})["jobs"] == 1
    job = api.get(f"/jobs/{job_id}")
    assert (job["status"], job["error"]["code"]) == ("FAILED", "not_started")

    assert emulator.invoke("SweepBatchJobs", {})["jobs"] == 0

    assert api.call("POST", f"/jobs/{job_id}/retry").status_code == 202
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 2)
    assert job["counts"] == {"deleted": 2, "skipped": 0}
    assert catalogue.names() == {}
    assert selections(catalogue, job_id) == [False]


def test_one_whose_job_is_kept_no_more_leaves_nothing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    expired = leave(catalogue, emulator, TWO_MONTHS, has_job=False)
    never_kept = leave(catalogue, emulator, TWO_HOURS, has_job=False)

    assert emulator.invoke("SweepBatchJobs", {})["jobs"] == 2

    assert selections(catalogue, expired, never_kept) == [None, None]
    read_problem(api.call("GET", f"/jobs/{expired}"), 404, "job_not_found")
    assert api.delete(all=True, expected_count=2) == {"deleted": 2, "skipped": 0}
