"""What every store of jobs keeps and lists: the one in DynamoDB, and the fake."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.errors import TryAgainError
from chalicelib.imports.job import ImportCounts
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobExistsError, JobStore
from chalicelib.jobs.transitions import JobNotEndedError, note_revert
from tests.fakes import changes
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.jobs.stored import LATER, begin, create, read


def test_created_job_is_read_back_unchanged(store: JobStore) -> None:
    job = create(store)
    assert store.get(job.job_id) == job


def test_job_is_created_once(store: JobStore) -> None:
    job = create(store)
    with pytest.raises(JobExistsError):
        store.create(job)


@pytest.mark.parametrize("job_id", ["", "nothing", "job_" + "0" * 26, "x" * 5000, "steps/a/b"])
def test_unknown_id_finds_no_job(store: JobStore, job_id: str) -> None:
    assert store.get(job_id) is None


def test_detected_format_is_kept(store: JobStore) -> None:
    job = begin(store)
    detected = {"encoding": "utf-8", "delimiter": ";", "columns": {"Artikel": "sku", "x": None}}
    changes.set_detected(store, job.job_id, 1, detected)
    assert read(store, job).detected == detected


def test_warnings_are_kept_and_added_once(store: JobStore) -> None:
    job = begin(store)
    first = {"code": "sku_date", "message": "One.", "columns": ["sku"], "lines": [2]}
    later = first | {"message": "Two.", "lines": [900]}
    changes.set_detected(store, job.job_id, 1, {"encoding": "utf-8"}, first)
    for _ in range(2):
        changes.add_warnings(store, job.job_id, 1, later)
    assert read(store, job).warnings == [later | {"lines": [2, 900]}]
    changes.add_warnings(store, job.job_id, 2, first | {"code": "prices_equal"})  # not this attempt
    assert len(read(store, job).warnings) == 1


def test_detected_columns_that_exceed_an_item_are_left_out(store: JobStore) -> None:
    job = begin(store)
    columns = {f"{number}{'x' * 1000}": "attributes" for number in range(1000)}
    whole = {"encoding": "utf-8", "columns": columns, "header": list(columns)}
    changes.set_detected(store, job.job_id, 1, whole)
    detected = read(store, job).detected
    assert detected is not None
    assert 0 < len(detected["columns"]) < 100
    assert detected.get("header") is None


def test_jobs_are_listed_newest_first_page_by_page(store: JobStore) -> None:
    jobs = [create(store, now=NOW + timedelta(seconds=n)) for n in range(5)]
    newest_first = [job.job_id for job in jobs[::-1]]
    listed, cursor = [], None
    for _ in range(3):
        page, cursor = store.list_jobs(2, cursor)
        listed.append([job.job_id for job in page])
    assert listed == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert cursor is None


def test_full_last_page_has_no_next(store: JobStore) -> None:
    for n in range(2):
        create(store, now=NOW + timedelta(seconds=n))
    page, cursor = store.list_jobs(2, None)
    assert (len(page), cursor) == (2, None)


def test_jobs_are_listed_by_status(store: JobStore) -> None:
    jobs = [create(store, now=NOW + timedelta(seconds=n)) for n in range(6)]
    for job in jobs[::2]:
        changes.request_cancel(store, job.job_id, LATER)
    first, cursor = store.list_jobs(2, None, "import", "CANCELLED")
    rest, end = store.list_jobs(2, cursor, "import", "CANCELLED")
    assert [job.job_id for job in first + rest] == [jobs[n].job_id for n in (4, 2, 0)]
    assert end is None
    assert store.list_jobs(5, None, status="FAILED") == ([], None)


def test_new_store_has_no_jobs(store: JobStore) -> None:
    assert store.list_jobs(25, None) == ([], None)


def _let_in(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, others: list[Callable[[], object]]
) -> None:
    """Have each of `others` write between the read and the write of one try."""
    write = store.replace

    def write_late(before: Job, after: Job, created: Job | None = None) -> bool:
        if others:
            monkeypatch.setattr(store, "replace", write)
            others.pop()()
            monkeypatch.setattr(store, "replace", write_late)
        return write(before, after, created)

    monkeypatch.setattr(store, "replace", write_late)


def test_concurrent_write_is_not_lost(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begin(store)
    _let_in(
        store,
        monkeypatch,
        [lambda: changes.advance(store, job.job_id, 1, "stage", {"percent": 20})],
    )
    counted = changes.advance(store, job.job_id, 1, "scan", None, {"rejected": 2})
    assert (counted.phase, counted.progress.percent) == ("stage", 20)
    assert counted.counts == ImportCounts(rejected=2)
    assert counted.version == job.version + 2


def test_concurrent_cancel_prevents_the_merge(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(store)
    _let_in(store, monkeypatch, [lambda: changes.request_cancel(store, job.job_id, LATER)])
    assert not changes.begin_merge(store, job.job_id, 1)


def test_update_raises_after_too_many_conflicts(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(store)
    monkeypatch.setattr("chalicelib.jobs.store._LONGEST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(store, "replace", lambda *jobs: False)
    with pytest.raises(TryAgainError):
        changes.advance(store, job.job_id, 1, "stage")


def test_job_is_created_together_with_the_change_of_another(
    store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = begin(store)
    created = make_bulk_delete(LATER)
    _let_in(store, monkeypatch, [lambda: changes.advance(store, noted.job_id, 1, "stage")])
    changed = store.update(
        noted.job_id, lambda job: replace(job, reverted_by=created.job_id), creating=created
    )
    assert (read(store, noted), store.get(created.job_id)) == (changed, created)


def test_no_job_is_created_when_the_change_of_another_is_refused(store: JobStore) -> None:
    noted = begin(store)
    created = make_bulk_delete(LATER)
    with pytest.raises(JobNotEndedError):
        store.update(
            noted.job_id, lambda job: note_revert(job, created.job_id, None), creating=created
        )
    assert (read(store, noted), store.get(created.job_id)) == (noted, None)
