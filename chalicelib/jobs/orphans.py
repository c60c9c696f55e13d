"""Orphans: running jobs whose execution was stopped by hand or failed by the service.

The Fail function of their kind ends them. Their workflow did not reach it, so EventBridge calls it
when an execution ends, and the sweep calls it for executions that EventBridge did not report.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.jobs.models import Job, Json
from chalicelib.jobs.store import JobStore
from chalicelib.telemetry import Event

_MOST_JOBS = 200  # of one run, those that have run for longest
_FORGOTTEN = "FORGOTTEN"  # the service keeps an execution for 90 days


def read_end(event: Event) -> tuple[Json, str]:
    """Return the workflow's state, and the execution, that a Fail function is called for.

    `event`: from the workflow itself, or an event of EventBridge, which has the input as text. A
    long input is left out of it: that state names no job, and the sweep ends the job later.
    """
    if "detail-type" not in event:
        return event["state"], event["execution"]
    detail = event["detail"]
    given: Json = json.loads(detail.get("input") or "{}")
    return given | {"caught": {"Error": detail["status"]}}, detail["executionArn"]


def find_orphans(jobs: JobStore, client: Any, before: datetime) -> Iterator[tuple[Job, str]]:
    """Yield the jobs running since before `before` whose execution has ended, and how it ended."""
    for job in jobs.list_waiting("end", before, _MOST_JOBS):
        status = _find_status(client, str(job.execution))
        # A job ends before its execution does: one that is still running now was left behind.
        now = jobs.get(job.job_id) if status != "RUNNING" else None
        if now and (now.status, now.execution) == (job.status, job.execution):
            yield now, status


def end_orphan(client: Any, fail_functions: Mapping[str, str], job: Job, status: str) -> None:
    """Have the Fail function of the job's kind end it. Idempotent, because the function is."""
    end_by_function(client, fail_functions, job, {"caught": {"Error": status}})


def end_by_function(client: Any, fail_functions: Mapping[str, str], job: Job, reason: Json) -> None:
    """Have the Fail function of the job's kind end this attempt, for a reason in its form."""
    names = {"job_id": job.job_id, "attempt": job.attempt}
    event = {"state": names | reason, "execution": job.execution}
    function = fail_functions[job.kind]
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))


def _find_status(client: Any, execution: str) -> str:
    try:
        return str(client.describe_execution(executionArn=execution)["status"])
    except client.exceptions.ExecutionDoesNotExist:
        return _FORGOTTEN
