"""Start the workflow for an attempt at a job."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime

from chalicelib.ids import ULID
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.models import Job

_NAME = re.compile(rf":job_{ULID}-(\d+)(-\d+)?$")  # as start_workflow names executions


def start_workflow(job: Job, context: JobContext) -> None:
    """Start the workflow of the job's kind. Idempotent.

    An execution that is running under the attempt's name is left alone, and only one execution can
    claim the job. The name of an execution that ended without claiming the job can't be used
    again, so the next name ends with the time in epoch seconds.
    """
    client, name = context.client("stepfunctions"), f"{job.job_id}-{job.attempt}"
    asked = {
        "stateMachineArn": context.settings.workflows[job.kind],
        "input": json.dumps(context.kinds[job.kind].make_input(job)),
    }
    try:
        client.start_execution(name=name, **asked)
    except client.exceptions.ExecutionAlreadyExists:
        # If the second name is taken too, another request used it within the same second.
        with suppress(client.exceptions.ExecutionAlreadyExists):
            now = int(datetime.now(UTC).timestamp())
            client.start_execution(name=f"{name}-{now}", **asked)


def attempt_of(execution: str) -> int:
    """Return the attempt that `execution`, an ARN, was started for; S3's events start the first."""
    found = _NAME.search(execution)
    return int(found[1]) if found else 1
