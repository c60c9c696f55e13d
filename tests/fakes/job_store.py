"""A store of jobs in memory; it passes the same tests as the one in DynamoDB."""

from datetime import datetime
from typing import Any

from chalicelib.bootstrap import job_kinds
from chalicelib.items import deserialize, serialize
from chalicelib.jobs.items import from_item, to_item
from chalicelib.jobs.models import Job, Status, WaitReason
from chalicelib.jobs.store import JobExistsError, JobStore


class FakeJobStore(JobStore):
    """Keeps items, so that a value that DynamoDB can't keep fails here too."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}

    def create(self, job: Job) -> None:
        if job.job_id in self._items:
            raise JobExistsError(job.job_id)
        self._items[job.job_id] = serialize(to_item(job, 30))

    def get(self, job_id: str) -> Job | None:
        return self._read(job_id) if job_id in self._items else None

    def list_jobs(
        self,
        limit: int,
        after: str | None,
        kind: str | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        newest_first = [self._read(job_id) for job_id in sorted(self._items)[::-1]]
        filters = {name: value for name, value in {"kind": kind, "status": status}.items() if value}
        jobs = [
            job
            for job in newest_first
            if (after is None or job.job_id < after)
            and all(getattr(job, name) == value for name, value in filters.items())
        ]
        return jobs[:limit], jobs[limit - 1].job_id if len(jobs) > limit else None

    def list_waiting(self, reason: WaitReason, before: datetime, limit: int) -> list[Job]:
        jobs = [self._read(job_id) for job_id in self._items]
        waits = [
            (job.wait.time, job.job_id, job)
            for job in jobs
            if job.wait and job.is_waiting(reason, before)
        ]
        return [job for _, _, job in sorted(waits)[:limit]]

    def replace(self, before: Job, after: Job, created: Job | None = None) -> bool:
        if self._read(before.job_id).version != before.version:
            return False
        if created:
            self.create(created)
        self._items[after.job_id] = serialize(to_item(after, 30))
        return True

    def _read(self, job_id: str) -> Job:
        return from_item(deserialize(self._items[job_id]), job_kinds())
