"""A store of jobs in memory; it passes the same suite as the one in DynamoDB."""

from datetime import datetime
from typing import Any

from chalicelib.jobs.items import from_item, to_item
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.models import Job, Kind, Status
from chalicelib.jobs.store import JobExistsError, JobStore


class FakeJobStore(JobStore):
    """Keeps items, so that what cannot be kept in DynamoDB cannot be kept here either."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}

    def create(self, job: Job) -> None:
        if job.job_id in self._items:
            raise JobExistsError(job.job_id)
        self._items[job.job_id] = to_item(job, 30)

    def get(self, job_id: str) -> Job | None:
        return from_item(self._items[job_id]) if job_id in self._items else None

    def list_jobs(
        self,
        limit: int,
        after: str | None,
        kind: Kind | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        newest_first = [from_item(self._items[job_id]) for job_id in sorted(self._items)[::-1]]
        wanted = {name: value for name, value in {"kind": kind, "status": status}.items() if value}
        jobs = [
            job
            for job in newest_first
            if (after is None or job.job_id < after)
            and all(getattr(job, name) == value for name, value in wanted.items())
        ]
        return jobs[:limit], jobs[limit - 1].job_id if len(jobs) > limit else None

    def expired(self, now: datetime, limit: int) -> list[ImportJob]:
        jobs = [from_item(item) for item in self._items.values()]
        imports = [job for job in jobs if isinstance(job, ImportJob)]
        overdue = [job for job in imports if job.expires_at and job.expires_at < now]
        return overdue[:limit]

    def unstarted(self, before: datetime, limit: int) -> list[Job]:
        jobs = [from_item(item) for item in self._items.values()]
        waiting = [job for job in jobs if job.is_awaiting_workflow and job.updated_at < before]
        return waiting[:limit]

    def at_work(self, before: datetime, limit: int) -> list[Job]:
        jobs = [from_item(item) for item in self._items.values()]
        begun = [(job.started_at, job.job_id, job) for job in jobs if job.status == "PROCESSING"]
        working = sorted((at, job_id, job) for at, job_id, job in begun if at and at < before)
        return [job for _, _, job in working[:limit]]

    def replace(self, before: Job, after: Job) -> bool:
        if from_item(self._items[before.job_id]).version != before.version:
            return False
        self._items[after.job_id] = to_item(after, 30)
        return True
