"""In whatever order writes come: ended jobs stay ended, and progress never decreases."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.imports.job import ImportJob
from chalicelib.imports.transitions import UploadOverError
from chalicelib.jobs.models import Job, WrongKindError
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.transitions import (
    CancelTooLateError,
    JobFinalError,
    JobNotRetryableError,
)
from tests.fakes import changes
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import NOW, make_bulk_delete, make_job, make_source

_attempts = st.sampled_from([1, 1, 1, 2, 2, 3])
_percents = st.fixed_dictionaries(
    {}, optional={"percent": st.integers(0, 100) | st.just(100), "bytes_done": st.integers(0, 1200)}
)
_totals = st.fixed_dictionaries({}, optional={"records_total": st.integers(1, 50)})
_progress = st.none() | st.builds(lambda a, b: a | b, _percents, _totals)
_times = st.integers(0, 9000).map(lambda seconds: NOW + timedelta(seconds=seconds))


@dataclass(frozen=True)
class _Write:
    """One write to a job, by the function `name` of `changes`."""

    name: str
    values: dict[str, Any]

    def apply(self, store: JobStore, job: Job) -> None:
        values = dict(self.values)
        if "etag" in values:
            etag = values.pop("etag")
            values["source"] = make_source(job, etag) if isinstance(job, ImportJob) else None
        getattr(changes, self.name)(store, job.job_id, **values)


def _write(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[_Write]:
    return st.builds(_Write, st.just(name), st.fixed_dictionaries(arguments))


_claims = _write(
    "claim",
    execution=st.sampled_from("ABC"),
    etag=st.sampled_from(["abc", "abc", "abc", "other"]),
    now=_times,
)
_rare = st.one_of(
    _write("begin_merge", attempt=_attempts),
    _write("request_cancel", now=_times),
    _write("renew_upload", expires_at=_times),
    _write("renew_upload", expires_at=_times),
    _write("abandon", overdue=_times, error=st.just({"code": "z", "message": ""}), now=_times),
)


def _writes_to(kind: type[Job]) -> st.SearchStrategy[_Write]:
    outcomes = st.sampled_from([field.name for field in fields(kind.outcomes)])
    counts = st.none() | st.dictionaries(outcomes, st.integers(0, 9))
    advances = _write(
        "advance",
        attempt=_attempts,
        phase=st.sampled_from(kind.phases),
        progress=_progress,
        counts=counts,
    )
    ends = _write(
        "finish",
        attempt=_attempts,
        status=st.sampled_from(["FAILED", "FAILED", "FAILED", "CANCELLED", "COMPLETED"]),
        counts=counts,
        progress=_progress,
        error=st.none() | st.just({"code": "x", "message": "y"}),
        now=_times,
    )
    # Weighted towards writes that keep a job running, so that the others meet every state.
    weighted = [advances] * 6 + [_claims] * 3 + [ends, _write("retry", now=_times), _rare]
    return st.sampled_from(weighted).flatmap(lambda write: write)


_makers: list[Callable[[], Job]] = [make_job, make_bulk_delete]
_jobs = st.sampled_from(_makers).map(lambda make: make())
_begun = st.lists(_rare, max_size=3)


@st.composite
def _histories(draw: st.DrawFn, most: int = 30) -> tuple[Job, list[_Write]]:
    """Return a new job of any kind, and the writes to it."""
    job = draw(_jobs)
    return job, draw(_begun) + draw(st.lists(_writes_to(type(job)), max_size=most))


_refusals = (
    CancelTooLateError,
    JobFinalError,
    JobNotRetryableError,
    UploadOverError,
    WrongKindError,
)


def _apply(store: JobStore, job_id: str, write: _Write) -> tuple[Job, Job]:
    before = store.get(job_id)
    assert before is not None
    with suppress(*_refusals):
        write.apply(store, before)
    after = store.get(job_id)
    assert after is not None
    return before, after


def _check_attempts(write: _Write, before: Job, after: Job) -> None:
    if write.values.get("attempt", before.attempt) != before.attempt:
        assert after == before
    if not (isinstance(before, ImportJob) and isinstance(after, ImportJob)):
        assert type(before) is type(after)
        return
    if before.source is not None:
        assert after.source == before.source
    if before.expires_at is not None and after.expires_at is not None:
        assert after.expires_at >= before.expires_at


def _check_ends(before: Job, after: Job) -> None:
    if before.status in ("COMPLETED", "CANCELLED"):
        assert after == before
    if before.status == "FAILED" and after != before:
        assert (after.status, after.attempt) == ("PENDING", before.attempt + 1)


def _check_forwards(before: Job, after: Job) -> None:
    if after.attempt != before.attempt:
        return
    was, now = asdict(before.progress), asdict(after.progress)
    for name in ("percent", "bytes_done"):
        assert now[name] >= was[name]
    if not after.is_final:  # an end has the exact numbers
        assert (now["records_total"] or 0) >= (was["records_total"] or 0)
        counts = asdict(before.counts)
        assert all(asdict(after.counts)[name] >= number for name, number in counts.items())
    if before.phase is not None and after.phase is not None:
        assert after.phases.index(after.phase) >= before.phases.index(before.phase)


def _check_numbers(before: Job, after: Job) -> None:
    assert after.version == before.version + (after != before)
    assert after.progress.records_done == after.counts.records
    assert (after.progress.percent == 100) == (after.status == "COMPLETED")
    assert after.progress.bytes_done <= after.progress.bytes_total
    assert (after.finished_at is not None) == after.is_final
    if isinstance(after, ImportJob):
        assert (after.expires_at is not None) == after.is_awaiting_upload


@given(history=_histories())
def test_final_status_never_changes_and_progress_never_decreases(
    history: tuple[Job, list[_Write]],
) -> None:
    store, (job, writes) = FakeJobStore(), history
    store.create(job)
    for write in writes:
        before, after = _apply(store, job.job_id, write)
        _check_attempts(write, before, after)
        _check_ends(before, after)
        _check_forwards(before, after)
        _check_numbers(before, after)


@given(history=_histories())
def test_at_most_one_execution_holds_an_attempt(history: tuple[Job, list[_Write]]) -> None:
    store, (job, writes) = FakeJobStore(), history
    store.create(job)
    holders: dict[int, str] = {}
    for write in writes:
        _, after = _apply(store, job.job_id, write)
        if after.execution is not None:
            assert holders.setdefault(after.attempt, after.execution) == after.execution


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=_histories(most=10))
def test_fake_and_real_store_behave_alike(
    dynamo: JobStore, history: tuple[Job, list[_Write]]
) -> None:
    fake, (job, writes) = FakeJobStore(), history
    for store in (fake, dynamo):
        store.create(job)
    for write in writes:
        _, in_fake = _apply(fake, job.job_id, write)
        _, in_dynamo = _apply(dynamo, job.job_id, write)
        assert _shown(in_fake) == _shown(in_dynamo)


def _shown(job: Job) -> dict[str, Any]:
    return {name: value for name, value in asdict(job).items() if name != "updated_at"}
