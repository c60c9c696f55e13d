"""Starting the workflow for another attempt at an import whose source is there."""

import json
from contextlib import suppress
from typing import Any

from chalicelib.jobs.models import Job


def start_attempt(client: Any, state_machine_arn: str, job: Job, moment: int) -> None:
    """Start the workflow for the job's source, with the same input as S3's event has.

    Safe twice: an execution that is running under the attempt's name is left alone, and of several
    executions only one is granted the job. A name whose execution has ended without claiming the
    job cannot be used again, so `moment` (epoch seconds) goes into the next.
    """
    name = f"{job.job_id}-{job.attempt}"
    try:
        _start(client, state_machine_arn, job, name)
    except client.exceptions.ExecutionAlreadyExists:
        # If that is taken, too, another request has started it within the same second.
        with suppress(client.exceptions.ExecutionAlreadyExists):
            _start(client, state_machine_arn, job, f"{name}-{moment}")


def _start(client: Any, state_machine_arn: str, job: Job, name: str) -> None:
    source = job.source or {}
    announced = {"key": source["key"], "size": source["size_bytes"], "etag": source["etag"]}
    event = {"detail": {"bucket": {"name": source["bucket"]}, "object": announced}}
    client.start_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(event))
