"""The outbox: no event is lost between a job's end and the queue."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.bootstrap import services
from chalicelib.events.models import Event
from chalicelib.events.queue import EventsQueue
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import FinalStatus, Job
from chalicelib.jobs.store import JobStore
from tests.fakes import changes
from tests.fakes.aws import TABLES
from tests.fakes.jobs import NOW, make_bulk_delete, make_job, make_source
from tests.fakes.queues import take_bodies

LATER = datetime.now(UTC) + timedelta(hours=1)


def _left() -> list[Any]:
    found: list[Any] = boto3.client("dynamodb").scan(TableName=TABLES["OutboxTable"])["Items"]
    return found


def _begin(store: JobStore) -> ImportJob:
    job = make_job()
    store.create(job)
    claimed = changes.claim(store, job.job_id, "execution", make_source(job), NOW).job
    assert isinstance(claimed, ImportJob)
    return claimed


def _end(store: JobStore, job: Job, status: Any, **more: Any) -> Job:
    values = {"counts": None, "progress": None, "error": None, "now": NOW} | more
    return changes.finish(store, job.job_id, job.attempt, status, **values)


class DeadQueueError(BaseException):
    """The process is killed here: nothing catches it."""


def _die(self: EventsQueue, events: Any) -> None:
    raise DeadQueueError


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED"])
def test_the_end_of_an_import_is_an_event(account: None, status: str) -> None:
    store = services().jobs
    job = _begin(store)
    error = {"code": "x", "message": "y"} if status == "FAILED" else None
    ended = _end(store, job, status, counts={"created": 3, "rejected": 1}, error=error)
    [body] = take_bodies("EVENTS")
    assert body["type"] == f"import.{status.lower()}"
    data = body["data"]
    assert (data["job_id"], data["status"], data["error"]) == (job.job_id, status, error)
    assert data["counts"] == {
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "skipped": 0,
        "rejected": 1,
        "missing": 0,
    }
    assert data["links"] == {
        "job": f"/jobs/{job.job_id}",
        "rejects": f"/imports/{job.job_id}/rejects",
        "skipped": f"/imports/{job.job_id}/skipped",
    }
    assert _left() == []
    assert store.get(job.job_id) == ended


def test_the_end_of_a_bulk_delete_is_one_event(account: None) -> None:
    store = services().jobs
    job = make_bulk_delete()
    store.create(job)
    changes.claim(store, job.job_id, "execution", None, NOW)
    _end(store, job, "COMPLETED", counts={"deleted": 5, "skipped": 1})
    [body] = take_bodies("EVENTS")
    assert (body["type"], body["data"]["job_id"]) == ("products.deleted", job.job_id)
    assert body["data"]["counts"] == {"deleted": 5, "skipped": 1}
    assert body["data"]["links"] == {"job": f"/jobs/{job.job_id}"}


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_failed_bulk_delete_is_an_event_if_it_deleted_anything(
    status: FinalStatus, account: None
) -> None:
    store = services().jobs
    nothing, something = make_bulk_delete(), make_bulk_delete()
    for job, deleted in ((nothing, 0), (something, 5)):
        store.create(job)
        changes.claim(store, job.job_id, "execution", None, NOW)
        _end(store, job, status, counts={"deleted": deleted, "skipped": 1})
    [body] = take_bodies("EVENTS")
    assert (body["type"], body["data"]["job_id"]) == ("products.deleted", something.job_id)
    assert (body["data"]["status"], body["data"]["counts"]["deleted"]) == (status, 5)


def test_the_event_has_the_known_counts_when_the_end_has_none(account: None) -> None:
    store = services().jobs
    job = make_bulk_delete()
    store.create(job)
    changes.claim(store, job.job_id, "execution", None, NOW)
    changes.advance(store, job.job_id, 1, "delete", {}, {"deleted": 3})
    _end(store, job, "FAILED", counts=None)
    [body] = take_bodies("EVENTS")
    assert body["data"]["counts"] == {"deleted": 3, "skipped": 0}


def test_an_end_that_is_repeated_is_one_event(account: None) -> None:
    store = services().jobs
    job = _begin(store)
    _end(store, job, "COMPLETED")
    _end(store, job, "FAILED")
    assert [body["type"] for body in take_bodies("EVENTS")] == ["import.completed"]


def test_the_end_of_each_attempt_is_an_event(account: None) -> None:
    store = services().jobs
    job = _begin(store)
    _end(store, job, "FAILED", error={"code": "x", "message": "y"})
    retried = changes.retry(store, job.job_id, NOW)
    changes.claim(store, job.job_id, "execution-2", make_source(job), NOW)
    _end(store, retried, "COMPLETED")
    sent = [(body["type"], body["data"]["attempt"]) for body in take_bodies("EVENTS")]
    assert sent == [("import.failed", 1), ("import.completed", 2)]


def test_other_changes_are_not_events(account: None) -> None:
    store = services().jobs
    job = _begin(store)
    changes.advance(store, job.job_id, 1, "stage", {"percent": 5})
    changes.begin_merge(store, job.job_id, 1)
    assert (take_bodies("EVENTS"), _left()) == ([], [])


def test_a_process_that_dies_after_the_end_leaves_the_event_to_the_sweep(
    account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = services().jobs
    job = _begin(store)
    with monkeypatch.context() as patch:
        patch.setattr(EventsQueue, "send", _die)
        with pytest.raises(DeadQueueError):
            _end(store, job, "COMPLETED")
    found = store.get(job.job_id)
    assert found is not None
    assert found.status == "COMPLETED"
    assert take_bodies("EVENTS") == []
    assert services().outbox.forward_left(LATER) == 1
    assert [body["data"]["job_id"] for body in take_bodies("EVENTS")] == [job.job_id]
    assert services().outbox.forward_left(LATER) == 0


def test_an_end_that_is_not_written_leaves_no_event(account: None) -> None:
    store = services().jobs
    job = _begin(store)
    boto3.client("dynamodb").delete_table(TableName=TABLES["OutboxTable"])
    with pytest.raises(Exception, match="ResourceNotFound"):
        _end(store, job, "COMPLETED")
    assert store.get(job.job_id) == job
    assert take_bodies("EVENTS") == []


def test_an_unavailable_queue_does_not_undo_the_end(account: None) -> None:
    boto3.client("sqs").delete_queue(
        QueueUrl=boto3.client("sqs").get_queue_url(QueueName="events")["QueueUrl"]
    )
    store = services().jobs
    job = _begin(store)
    assert _end(store, job, "COMPLETED").status == "COMPLETED"
    assert len(_left()) == 1
    boto3.client("sqs").create_queue(QueueName="events")
    assert services().outbox.forward_left(LATER) == 1
    assert len(take_bodies("EVENTS")) == 1


def test_a_young_event_is_left_to_its_writer(
    account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = services().jobs
    job = _begin(store)
    with monkeypatch.context() as patch:
        patch.setattr(EventsQueue, "send", _die)
        with pytest.raises(DeadQueueError):
            _end(store, job, "COMPLETED")
    assert services().outbox.forward_left(datetime.now(UTC)) == 0


def test_an_event_is_read_back_as_it_was(account: None) -> None:
    event = Event("evt_1", "import.failed", NOW, {"a": 1})
    assert Event.from_json(event.to_json()) == event
