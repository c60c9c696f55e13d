"""What a job used and what that costs, by numbers that were added up by hand."""

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.errors import JobCancelledError
from chalicelib.jobs import metering
from chalicelib.jobs.attempts import Attempt, make_step
from chalicelib.jobs.cost import describe_cost
from chalicelib.jobs.metering import current_meter, metered
from chalicelib.jobs.models import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.usage import Usage
from chalicelib.telemetry import Event
from tests.fakes.api import Api
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.jobs.stored import begin


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds that a meter reads, and a function of 512 MB that began at once."""
    now = [100.0]
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    monkeypatch.setattr(metering, "perf_counter", lambda: now[0])
    monkeypatch.setattr(metering, "_take_init_seconds", lambda: 0.0)
    return now


def test_a_call_is_added_with_its_own_writes_and_no_millisecond_twice(
    store: JobStore, clock: list[float]
) -> None:
    job = begin(store)

    @metered
    def stage_range(event: Event, context: Any) -> Event:
        clock[0] += 2.0
        store.advance(job.job_id, 1, "stage", {"percent": 20})
        clock[0] += 0.5
        store.advance(job.job_id, 1, "stage", {"percent": 30})
        clock[0] += 9.0  # after its last write: it is in no job
        return {}

    for _ in range(2):
        stage_range({}, None)
        store.advance(job.job_id, 1, "stage", {"percent": 40})  # of no step
    found = store.get(job.job_id)
    assert found
    # The second call found nothing to write, for the job was further.
    assert found.usage == Usage(2_500 * 512, requests=1, transitions=1)
    assert current_meter() is None


def test_many_calls_and_attempts_add_up(store: JobStore, clock: list[float]) -> None:
    job = begin(store)

    @metered
    def fail_import(event: Event, context: Any) -> Event:
        clock[0] += 1.0
        error = {"code": "internal_error", "message": "It broke off."}
        store.finish(
            job.job_id, event["attempt"], "FAILED", counts=None, progress=None, error=error, now=NOW
        )
        return {}

    fail_import({"attempt": 1}, None)
    store.retry(job.job_id, NOW)
    store.claim(job.job_id, "second", job.source, NOW)
    fail_import({"attempt": 2}, None)
    fail_import({"attempt": 2}, None)  # changes nothing: the job has ended
    found = store.get(job.job_id)
    assert found
    assert found.usage == Usage(2 * 1_000 * 512, requests=2, transitions=2 * 3)


@pytest.mark.parametrize("broken", [RuntimeError, JobCancelledError])
def test_a_step_that_wrote_nothing_is_added_all_the_same(
    account: None, clock: list[float], broken: type[Exception]
) -> None:
    store = services().jobs
    job = begin(store)

    def merge_key_range(event: Event, attempt: Any) -> Event:
        clock[0] += 3.0
        raise broken

    step = make_step(lambda event: Attempt(services().settings, store, job))(merge_key_range)
    event = {"job_id": job.job_id, "attempt": 1}
    if broken is RuntimeError:
        with pytest.raises(broken):
            step(event, None)
    else:
        assert step(event, None)["outcome"] == "cancelled"
    found = store.get(job.job_id)
    assert found
    assert found.usage == Usage(3_000 * 512, requests=1, transitions=1)


def test_a_process_pays_once_for_having_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metering, "process_time", lambda: 0.75)
    metering._init_seconds.cache_clear()
    assert [metering._take_init_seconds() for _ in range(3)] == [0.75, 0.0, 0.0]


def ended(**used: int) -> Job:
    return make_bulk_delete(status="COMPLETED", finished_at=NOW, usage=Usage(**used))


def test_a_cost_is_what_was_used_by_the_prices_of_the_region() -> None:
    # 100 GB-seconds, 10 calls and 40 transitions, by the table:
    # 100 x 0.0000166667 + 10 x 0.0000002 + 40 x 0.000025 = 0.00166667 + 0.000002 + 0.001
    job = ended(megabyte_milliseconds=100 * 1024 * 1000, requests=10, transitions=40)
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


def test_there_is_no_cost_before_the_end_or_where_no_prices_are_known() -> None:
    assert describe_cost(make_bulk_delete(), "eu-central-1") is None
    assert describe_cost(ended(), "mars-north-1") is None


def test_the_api_shows_the_cost_of_a_job_that_has_ended(api: Api, clock: list[float]) -> None:
    store = services().jobs
    job = begin(store)
    assert api.get(f"/jobs/{job.job_id}").json_body["cost"] is None

    @metered
    def finish_import(event: Event, context: Any) -> Event:
        clock[0] += 2.0
        store.finish(job.job_id, 1, "COMPLETED", counts=None, progress=None, error=None, now=NOW)
        return {}

    finish_import({}, None)
    cost = api.get(f"/jobs/{job.job_id}").json_body["cost"]
    # 1 GB-second, a call, 4 transitions: 0.0000166667 + 0.0000002 + 0.0001
    assert (cost["usd"], cost["gigabyte_seconds"]) == ("0.00011687", 1.0)
    assert (cost["requests"], cost["transitions"]) == (1, 4)


def test_a_job_of_before_there_was_a_meter_has_used_nothing(store: JobStore) -> None:
    job = begin(store)
    assert job.usage == Usage()
