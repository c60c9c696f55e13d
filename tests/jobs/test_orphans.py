"""Orphans: running jobs whose execution has ended."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.jobs.models import Job
from chalicelib.jobs.orphans import end_orphan, find_orphans, read_end
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.sweep import sweep_jobs
from chalicelib.jobs.workflow import attempt_of
from tests.fakes import changes
from tests.fakes.jobs import NOW, make_bulk_delete, make_job, make_source
from tests.fakes.workflow import FakeExecutions, FakeFunctions, make_execution_end

LATER = NOW + timedelta(hours=1)
ARN = "arn:aws:states:eu-central-1:123456789012:execution:ImportProducts:"


def begin(store: JobStore, execution: str, minutes: int = 0) -> Job:
    """Return a running bulk delete that began `minutes` after NOW."""
    job = make_bulk_delete()
    store.create(job)
    began = NOW + timedelta(minutes=minutes)
    claimed = changes.claim(store, job.job_id, execution, None, began).job
    assert claimed
    return claimed


def finish(store: JobStore, job: Job, status: Any = "FAILED") -> None:
    changes.finish(store, job.job_id, job.attempt, status, now=LATER)


def test_running_jobs_are_listed_oldest_first(store: JobStore) -> None:
    second, first, young, ended = (begin(store, f"e{n}", n) for n in (2, 1, 61, 0))
    finish(store, ended)
    waiting = make_bulk_delete()
    store.create(waiting)
    imported = make_job()
    store.create(imported)
    changes.claim(store, imported.job_id, "e5", make_source(imported), NOW + timedelta(minutes=5))
    found = [job.job_id for job in store.list_waiting("end", LATER, 10)]
    assert found == [first.job_id, second.job_id, imported.job_id]
    assert [job.job_id for job in store.list_waiting("end", LATER, 1)] == [first.job_id]
    assert young.job_id in [
        job.job_id for job in store.list_waiting("end", LATER + timedelta(hours=1), 10)
    ]


def test_running_job_is_read_back_unchanged(store: JobStore) -> None:
    job = make_job()
    store.create(job)
    claimed = changes.claim(store, job.job_id, "execution", make_source(job), NOW).job
    assert store.get(job.job_id) == claimed
    changes.advance(store, job.job_id, 1, "stage", {"percent": 20})
    assert [found.progress.percent for found in store.list_waiting("end", LATER, 10)] == [20]


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED", "SUCCEEDED"])
def test_job_whose_execution_has_ended_is_an_orphan(store: JobStore, status: str) -> None:
    lost, working = begin(store, "lost"), begin(store, "working", 1)
    executions = FakeExecutions(lost=status, working="RUNNING")
    assert list(find_orphans(store, executions, LATER)) == [(lost, status)]
    assert executions.asked == [lost.execution, working.execution]


def test_job_whose_execution_has_expired_is_an_orphan(store: JobStore) -> None:
    lost = begin(store, "lost")
    assert list(find_orphans(store, FakeExecutions(), LATER)) == [(lost, "FORGOTTEN")]


def test_job_that_ended_or_was_retried_meanwhile_is_not_an_orphan(store: JobStore) -> None:
    ended, retried = begin(store, "ended"), begin(store, "retried", 1)

    class Late(FakeExecutions):
        def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
            job = {"ended": ended, "retried": retried}[executionArn]
            finish(store, job)
            if job is retried:
                changes.retry(store, job.job_id, LATER)
                changes.claim(store, job.job_id, "next", None, LATER)
            return {"status": "FAILED"}

    assert list(find_orphans(store, Late(), LATER)) == []


def test_sweep_calls_the_fail_function_of_the_orphans_kind(
    account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions, executions = FakeFunctions(), FakeExecutions(working="RUNNING", lost="ABORTED")
    services().use_client("stepfunctions", executions)
    services().use_client("lambda", functions)
    store = services().jobs
    lost, _ = begin(store, "lost"), begin(store, "working")
    imported = make_job()
    store.create(imported)
    changes.claim(store, imported.job_id, "gone", make_source(imported), NOW)
    assert sweep_jobs({}, None)["jobs"] == 2
    assert sorted(functions.called) == [
        ("fail-batch-job", called(lost.job_id, "lost", "ABORTED")),
        ("fail-import", called(imported.job_id, "gone", "FORGOTTEN")),
    ]


def called(job_id: str, execution: str, status: str) -> dict[str, Any]:
    state = {"job_id": job_id, "attempt": 1, "caught": {"Error": status}}
    return {"state": state, "execution": execution}


def test_sweep_measures_the_oldest_running_job(
    account: None, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep_jobs({}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["OldestJobSeconds"] for line in lines if "OldestJobSeconds" in line] == [[0.0]]


def test_calls_by_sweep_and_eventbridge_are_read_alike(account: None) -> None:
    functions, job = FakeFunctions(), make_bulk_delete(execution="lost")
    end_orphan(functions, services().settings.fail_functions, job, "ABORTED")
    [(_, by_sweep)] = functions.called
    given = {"job_id": job.job_id, "attempt": 1}
    assert read_end(by_sweep) == read_end(make_execution_end("lost", "ABORTED", given))


@pytest.mark.parametrize(
    ("name", "attempt"),
    [
        ("d3b07384-d113-49ec-a5fa-c2dbf4a4a5f1_0a1b2c3d-0000-1111-2222-333344445555", 1),
        ("job_01m85g57s7w6pgg03m8hrxcz85-1", 1),
        ("job_01m85g57s7w6pgg03m8hrxcz85-3", 3),
        ("job_01m85g57s7w6pgg03m8hrxcz85-12-1772366400", 12),
    ],
)
def test_execution_name_gives_the_attempt(name: str, attempt: int) -> None:
    assert attempt_of(ARN + name) == attempt
