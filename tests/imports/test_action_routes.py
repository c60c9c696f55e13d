"""Cancelling and retrying imports."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from chalicelib.bootstrap import services
from tests.fakes import changes
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import BUCKET
from tests.fakes.workflow import FakeWorkflow
from tests.imports.announced import announce, claim, finish, keep, read_import

MiB = 1024**2


def test_pending_import_is_cancelled_at_once_and_its_parts_are_deleted(api: Api) -> None:
    job_id = announce(api, 15 * MiB)["job_id"]
    for _ in range(2):
        answer = api.post(f"/imports/{job_id}/cancel")
        assert (answer.status_code, answer.json_body["status"]) == (202, "CANCELLED")
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_running_import_is_asked_to_stop(api: Api) -> None:
    job = keep()
    claim(job)
    answer = api.post(f"/imports/{job.job_id}/cancel")
    assert (answer.status_code, answer.json_body["status"]) == (202, "PROCESSING")
    assert answer.json_body["cancel_requested"]
    assert "cancel" in answer.json_body["links"]
    assert read_import(job.job_id).cancel_requested


def test_merging_import_is_not_cancelled(api: Api) -> None:
    job = keep()
    claim(job)
    changes.begin_merge(services().jobs, job.job_id, 1)
    assert problem_of(api.post(f"/imports/{job.job_id}/cancel")) == (409, "cancel_too_late")


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_ended_import_is_not_cancelled(api: Api, status: str) -> None:
    job = keep()
    claim(job)
    finish(job, status)
    assert problem_of(api.post(f"/imports/{job.job_id}/cancel")) == (409, "job_final")
    assert read_import(job.job_id).status == status


def test_failed_import_is_retried_with_its_source(api: Api, workflow: FakeWorkflow) -> None:
    job = keep()
    claim(job)
    finish(job, "FAILED")
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    assert answer.json_body["status"] == "PENDING"
    [started] = workflow.started
    assert started["name"] == f"{job.job_id}-2"
    source = {"key": f"uploads/{job.job_id}", "size": 1000, "etag": "abc"}
    assert json.loads(started["input"]) == {
        "detail": {"bucket": {"name": "bucket"}, "object": source}
    }


def test_interrupted_retry_completes_when_requested_again(api: Api, workflow: FakeWorkflow) -> None:
    job = keep()
    claim(job)
    finish(job, "FAILED")
    workflow.breaks = True
    assert problem_of(api.post(f"/imports/{job.job_id}/retry")) == (500, "internal_error")
    assert read_import(job.job_id).attempt == 2
    workflow.breaks = False
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert (answer.status_code, answer.json_body["attempt"]) == (202, 2)
    assert [started["name"] for started in workflow.started] == [f"{job.job_id}-2"]


def test_execution_that_ended_without_claiming_the_job_is_followed_by_another(
    api: Api, workflow: FakeWorkflow
) -> None:
    job = keep()
    claim(job)
    finish(job, "FAILED")
    workflow.taken.add(f"{job.job_id}-2")
    assert api.post(f"/imports/{job.job_id}/retry").status_code == 202
    [started] = workflow.started
    assert started["name"].startswith(f"{job.job_id}-2-")
    assert len(started["name"]) <= 80  # the most of Step Functions


def test_retries_within_one_second_start_one_execution(api: Api, workflow: FakeWorkflow) -> None:
    job = keep()
    claim(job)
    finish(job, "FAILED")
    now = int(datetime.now(UTC).timestamp())
    workflow.taken |= {f"{job.job_id}-2", *(f"{job.job_id}-2-{now + s}" for s in range(60))}
    assert api.post(f"/imports/{job.job_id}/retry").status_code == 202
    assert workflow.started == []


def test_retry_of_running_attempt_is_rejected(api: Api, workflow: FakeWorkflow) -> None:
    job = keep()
    claim(job)
    finish(job, "FAILED")
    api.post(f"/imports/{job.job_id}/retry")
    claim(job, "execution-2")
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert problem_of(answer) == (409, "job_not_retryable")
    assert len(workflow.started) == 1


@pytest.mark.parametrize("status", ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"])
def test_import_that_did_not_fail_is_not_retried(
    api: Api, workflow: FakeWorkflow, status: str
) -> None:
    job = keep()
    if status != "PENDING":
        claim(job)
    if status not in ("PENDING", "PROCESSING"):
        finish(job, status)
    answer = api.post(f"/imports/{job.job_id}/retry")
    assert problem_of(answer) == (409, "job_not_retryable")
    assert status in answer.json_body["detail"]
    assert workflow.started == []


def test_import_without_its_file_is_not_retried(api: Api, workflow: FakeWorkflow) -> None:
    job = keep()
    finish(job, "FAILED")
    assert problem_of(api.post(f"/imports/{job.job_id}/retry")) == (409, "job_not_retryable")
    assert workflow.started == []
