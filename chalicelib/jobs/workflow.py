"""Starting the workflow for an attempt at a job."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.ids import ULID
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.models import Job, Json

_NAME = re.compile(rf":job_{ULID}-(\d+)(-\d+)?$")  # as it is given below


def start_workflow(job: Job) -> None:
    """Start the workflow of the job's kind.

    Safe twice: an execution that is running under the attempt's name is left alone, and of several
    executions only one is granted the job. A name whose execution has ended without claiming the
    job cannot be used again, so the moment (epoch seconds) goes into the next.
    """
    client, name = services().client("stepfunctions"), f"{job.job_id}-{job.attempt}"
    try:
        _start(client, job, name)
    except client.exceptions.ExecutionAlreadyExists:
        # If that is taken, too, another request has started it within the same second.
        with suppress(client.exceptions.ExecutionAlreadyExists):
            _start(client, job, f"{name}-{int(datetime.now(UTC).timestamp())}")


def attempt_of(execution: str) -> int:
    """Return which attempt an execution was started for, by its name: S3's events start the first.

    `execution`: its ARN.
    """
    found = _NAME.search(execution)
    return int(found[1]) if found else 1


def _start(client: Any, job: Job, name: str) -> None:
    arn = services().settings.workflows[job.kind]
    client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(_make_input(job)))


def _make_input(job: Job) -> Json:
    """Return the input that the workflow of the job's kind takes."""
    if isinstance(job, ImportJob):
        return _announce(job)
    return {"job_id": job.job_id, "attempt": job.attempt}


def _announce(job: ImportJob) -> Json:
    """Return the job's source as S3's event has it."""
    source = job.source or {}
    announced = {"key": source["key"], "size": source["size_bytes"], "etag": source["etag"]}
    return {"detail": {"bucket": {"name": source["bucket"]}, "object": announced}}
