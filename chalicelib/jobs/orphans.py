"""Jobs whose execution is over though they are not: stopped by hand, or broken off by the service.

What ends them is the Fail function of their kind, which their workflow never came to: EventBridge
tells it of the execution's end, and the sweep tells it of what EventBridge did not.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.jobs.models import Job, Json
from chalicelib.jobs.store import JobStore
from chalicelib.settings import Settings
from chalicelib.telemetry import Event

_MOST_JOBS = 200  # of one run, those that have been at work for longest
_FORGOTTEN = "FORGOTTEN"  # the service remembers an execution for 90 days


def read_end(event: Event) -> tuple[Json, str]:
    """Return the workflow's state, and the execution, that a Fail function is called for.

    `event`: from the workflow itself, or an event of EventBridge, which has the input as a text. A
    long input is left out of it: such a state names no job, which is the sweep's to end then.
    """
    if "detail-type" not in event:
        return event["state"], event["execution"]
    told = event["detail"]
    given: Json = json.loads(told.get("input") or "{}")
    return given | {"caught": {"Error": told["status"]}}, told["executionArn"]


def find_orphans(jobs: JobStore, client: Any, before: datetime) -> Iterator[tuple[Job, str]]:
    """Yield the jobs at work since before `before` whose execution is over, and how it ended."""
    for job in jobs.at_work(before, _MOST_JOBS):
        status = _find_status(client, str(job.execution))
        # A job ends before its execution does: one that is at work even now was left behind.
        now = jobs.get(job.job_id) if status != "RUNNING" else None
        if now and (now.status, now.execution) == (job.status, job.execution):
            yield now, status


def end_orphan(client: Any, settings: Settings, job: Job, status: str) -> None:
    """Have the Fail function of the job's kind end it. Safe twice: it is."""
    names = {"job_id": job.job_id, "attempt": job.attempt}
    event = {"state": names | {"caught": {"Error": status}}, "execution": job.execution}
    function = settings.fail_functions[job.kind]
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))


def _find_status(client: Any, execution: str) -> str:
    try:
        return str(client.describe_execution(executionArn=execution)["status"])
    except client.exceptions.ExecutionDoesNotExist:
        return _FORGOTTEN
