"""Faults: a failed import reports its error, and a retry resumes it."""

import pytest

from tests.imports.oracle import import_serially
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, read_problem
from tests.stack.emulator import Emulator, kill_end
from tests.stack.files import make_catalogue, make_csv, make_numbered
from tests.stack.reach import needs_this_machine
from tests.stack.running import running_import

pytestmark = pytest.mark.stack


def test_retry_stages_only_what_is_missing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content, held = make_catalogue(25_000), 3
    expected = import_serially(content, {})
    created = api.announce(len(content))
    job_id = created["job_id"]
    # The worker that claims the held range waits until the database goes away.
    with catalogue.transaction(
        "INSERT INTO import_ranges (job_id, range) VALUES (%s, %s)", job_id, held
    ):
        api.upload(created, content)
        catalogue.wait_for("stage_range", job_id, is_waiting=True)
        ranges = set(range(-(-len(content) // (512 * 1024)))) - {held}
        wait_until(lambda: catalogue.staged_ranges(job_id) == ranges, f"all ranges but {held}")
        with catalogue.away():
            followed = api.follow(job_id)
    failed = followed.job
    assert (failed["status"], failed["error"]["code"]) == ("FAILED", "internal_error")
    assert "Retry" in failed["error"]["message"]
    assert failed["links"]["retry"] == f"/imports/{job_id}/retry"
    assert catalogue.products() == {}
    assert catalogue.staged_ranges(job_id) == ranges

    answer = api.call("POST", f"/imports/{job_id}/retry")
    assert (answer.status_code, answer.json()["attempt"]) == (202, 2)
    assert answer.headers["Location"].endswith(f"jobs/{job_id}")
    job = api.follow(job_id, followed=followed).job

    assert (job["status"], job["attempt"], job["error"]) == ("COMPLETED", 2, None)
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
    staged = emulator.log_entries(step="stage_range", job_id=job_id, attempt=2)
    assert {entry["range"] for entry in staged} == {held}


def test_retry_merges_only_what_is_missing(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_numbered(range(0, 100_000, 1_000)))
    content = make_numbered(range(100_000), price="2.00")  # two key ranges
    created = api.announce(len(content))
    job_id = created["job_id"]
    with catalogue.transaction(
        "INSERT INTO import_merges (job_id, key_range) VALUES (%s, 1)", job_id
    ):
        api.upload(created, content)
        catalogue.wait_for("merge_key_range", job_id, is_waiting=True)
        merged = "SELECT created FROM import_merges WHERE job_id = %s AND key_range = 0"
        [(created_by_first,)] = wait_until(
            lambda: catalogue.query(merged, job_id), "the first key range merged"
        )
        with catalogue.away():
            followed = api.follow(job_id)
    assert followed.job["status"] == "FAILED"
    assert 0 < followed.job["counts"]["created"] == created_by_first
    versions = catalogue.row_versions()
    assert len(versions) == 100 + created_by_first

    with catalogue.hold("import_merges"):
        assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
        # The first attempt has changed the catalogue, so the second goes through with it.
        cancelled = api.call("POST", f"/imports/{job_id}/cancel")
        read_problem(cancelled, 409, "cancel_too_late")
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 2)
    assert job["counts"] == {
        "created": 99_900, "updated": 100, "unchanged": 0, "duplicate": 0,
        "skipped": 0, "rejected": 0, "missing": 0
    }  # fmt: skip
    after = catalogue.row_versions()
    assert len(after) == 100_000
    rewritten = {key for key, version in versions.items() if after[key] != version}
    assert len(rewritten) < 100  # of the second key range: those that were there before


@pytest.mark.wiring
def test_failed_job_stays_unchanged_until_its_retry_and_others_continue(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content = make_csv("A,Bulb,1")
    with running_import(api, catalogue, content) as job_id:
        emulator.put(f"uploads/{job_id}", make_csv("A,Pipe,2"))
    followed = api.follow(job_id)
    assert followed.job["error"]["code"] == "source_changed"
    assert api.complete(make_csv("B,Lamp,1")) == {"created": 1}
    assert api.follow(job_id).versions == followed.versions[-1:]
    cancelled = api.call("POST", f"/imports/{job_id}/cancel")
    assert "FAILED" in read_problem(cancelled, 409, "job_final")["detail"]

    emulator.put(f"uploads/{job_id}", content)
    with catalogue.hold("import_merges"):
        assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
        api.follow(job_id, lambda job: job["status"] == "PROCESSING", followed)
        again = api.call("POST", f"/imports/{job_id}/retry")
        assert "PROCESSING" in read_problem(again, 409, "job_not_retryable")["detail"]
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["counts"]["created"]) == ("COMPLETED", 1)
    assert catalogue.names() == {"A": "Bulb", "B": "Lamp"}
    completed = api.call("POST", f"/imports/{job_id}/retry")
    assert "COMPLETED" in read_problem(completed, 409, "job_not_retryable")["detail"]


def test_job_that_has_not_failed_cannot_be_retried(api: Api) -> None:
    job_id = api.announce(10)["job_id"]
    answer = api.call("POST", f"/imports/{job_id}/retry")
    assert "PENDING" in read_problem(answer, 409, "job_not_retryable")["detail"]


@needs_this_machine
def test_crash_of_the_database_during_the_merge_loses_nothing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content = make_catalogue(10_000)
    expected = import_serially(content, {})
    with catalogue.hold("import_merges"):
        job_id = api.begin(content)
        port = catalogue.wait_for("merge_key_range", job_id, is_waiting=True)
        # The server ends every session, recovers, and with that empties the staging tables.
        assert kill_end(catalogue.database.port, port)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1), job
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
    merges = emulator.log_entries(step="merge_key_range", job_id=job_id)
    assert {entry.get("outcome") for entry in merges} >= {"stage_lost", "merged"}
