"""The usage and the cost of a job, by numbers that were added up by hand."""

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.errors import JobCancelledError
from chalicelib.jobs import metering, transitions
from chalicelib.jobs.attempts import Attempt, make_metered, make_step
from chalicelib.jobs.cost import describe_cost
from chalicelib.jobs.metering import MeteredJobs, meter_call
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.usage import Usage
from chalicelib.telemetry import Event
from tests.fakes import changes
from tests.fakes.api import Api
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.jobs.stored import begin


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds that a meter reads, in a function of 512 MB that started at once."""
    now = [100.0]
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    monkeypatch.setattr(metering, "perf_counter", lambda: now[0])
    monkeypatch.setattr(metering, "_take_init_seconds", lambda: 0.0)
    return now


def test_usage_is_added_with_the_calls_writes_and_only_once(
    store: JobStore, clock: list[float]
) -> None:
    job = begin(store)
    for _ in range(2):
        jobs = meter_call(store, "stage_range")
        clock[0] += 2.0
        changes.advance(jobs, job.job_id, 1, "stage", {"percent": 20})
        clock[0] += 0.5
        changes.advance(jobs, job.job_id, 1, "stage", {"percent": 30})
        clock[0] += 9.0  # after its last write: it is added to no job
        changes.advance(store, job.job_id, 1, "stage", {"percent": 40})  # outside of the call
    found = store.get(job.job_id)
    assert found
    # The second call wrote nothing, because the job was further.
    assert found.usage == Usage(2_500 * 512, requests=1, transitions=1)


def test_conflicting_write_adds_its_usage_once(store: JobStore, clock: list[float]) -> None:
    job = begin(store)
    tries: list[int] = []

    def change(found: Job) -> Job:
        tries.append(found.version)
        if len(tries) == 1:
            changes.advance(store, job.job_id, 1, "stage", {"percent": 20})
        clock[0] += 1.0
        return transitions.advance(found, 1, "stage", {"percent": 30})

    meter_call(store, "stage_range").update(job.job_id, change)
    found = store.get(job.job_id)
    assert found
    assert (len(tries), found.progress.percent) == (2, 30)
    assert found.usage == Usage(2_000 * 512, requests=1, transitions=1)


def test_usage_of_calls_and_attempts_adds_up(store: JobStore, clock: list[float]) -> None:
    job = begin(store)

    @make_metered(lambda: store)
    def fail_import(event: Event, jobs: MeteredJobs) -> Event:
        clock[0] += 1.0
        error = {"code": "internal_error", "message": "It failed."}
        changes.finish(jobs, job.job_id, event["attempt"], "FAILED", error=error, now=NOW)
        return {}

    fail_import({"attempt": 1}, None)
    changes.retry(store, job.job_id, NOW)
    changes.claim(store, job.job_id, "second", job.source, NOW)
    fail_import({"attempt": 2}, None)
    fail_import({"attempt": 2}, None)  # changes nothing: the job has ended
    found = store.get(job.job_id)
    assert found
    assert found.usage == Usage(2 * 1_000 * 512, requests=2, transitions=2 * 3)


@pytest.mark.parametrize("broken", [RuntimeError, JobCancelledError])
def test_usage_of_a_step_that_wrote_nothing_is_added(
    account: None, clock: list[float], broken: type[Exception]
) -> None:
    store = services().jobs
    job = begin(store)

    def merge_key_range(event: Event, attempt: Any) -> Event:
        clock[0] += 3.0
        raise broken

    step = make_step(lambda: store, lambda event, jobs: Attempt(services().settings, jobs, job))(
        merge_key_range
    )
    event = {"job_id": job.job_id, "attempt": 1}
    if broken is RuntimeError:
        with pytest.raises(broken):
            step(event, None)
    else:
        assert step(event, None)["outcome"] == "cancelled"
    found = store.get(job.job_id)
    assert found
    assert found.usage == Usage(3_000 * 512, requests=1, transitions=1)


def test_start_of_a_process_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metering, "process_time", lambda: 0.75)
    metering._init_seconds.cache_clear()
    assert [metering._take_init_seconds() for _ in range(3)] == [0.75, 0.0, 0.0]


def make_ended(**used: int) -> Job:
    return make_bulk_delete(status="COMPLETED", finished_at=NOW, usage=Usage(**used))


def test_cost_is_usage_by_the_prices_of_the_region() -> None:
    # 100 GB-seconds, 10 calls and 40 transitions, by the table:
    # 100 x 0.0000166667 + 10 x 0.0000002 + 40 x 0.000025 = 0.00166667 + 0.000002 + 0.001
    job = make_ended(megabyte_milliseconds=100 * 1024 * 1000, requests=10, transitions=40)
    assert describe_cost(job, "eu-central-1", "x86_64") == {
        "usd": "0.00266867",
        "gigabyte_seconds": 100.0,
        "requests": 10,
        "transitions": 40,
        "region": "eu-central-1",
        "prices_as_of": "2026-11-25",
    }
    # 100 x 0.0000133334 + 0.000002 + 40 x 0.0000297 = 0.00133334 + 0.000002 + 0.001188
    found = describe_cost(job, "eu-west-3", "aarch64")
    assert found
    assert found["usd"] == "0.00252334"


def test_cost_is_null_before_the_end_and_without_prices() -> None:
    assert describe_cost(make_bulk_delete(), "eu-central-1") is None
    assert describe_cost(make_ended(), "mars-north-1") is None


def test_api_shows_the_cost_of_an_ended_job(api: Api, clock: list[float]) -> None:
    store = services().jobs
    job = begin(store)
    assert api.get(f"/jobs/{job.job_id}").json_body["cost"] is None

    @make_metered(lambda: store)
    def finish_import(event: Event, jobs: MeteredJobs) -> Event:
        clock[0] += 2.0
        changes.finish(jobs, job.job_id, 1, "COMPLETED", now=NOW)
        return {}

    finish_import({}, None)
    cost = api.get(f"/jobs/{job.job_id}").json_body["cost"]
    # 1 GB-second, a call, 4 transitions: 0.0000166667 + 0.0000002 + 0.0001
    assert (cost["usd"], cost["gigabyte_seconds"]) == ("0.00011687", 1.0)
    assert (cost["requests"], cost["transitions"]) == (1, 4)


def test_job_without_metering_has_no_usage(store: JobStore) -> None:
    job = begin(store)
    assert job.usage == Usage()
