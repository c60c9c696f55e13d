"""Jobs in DynamoDB: every write is conditional on the version that was read."""

from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from chalicelib.dynamodb import ConditionFailedError, LostRaceError, Table, Write
from chalicelib.events.outbox import Outbox
from chalicelib.jobs.events import make_end_event
from chalicelib.jobs.items import LISTING, from_item, to_item
from chalicelib.jobs.kind import JobKinds
from chalicelib.jobs.models import Job, Status, WaitReason, is_job_id
from chalicelib.jobs.store import JobExistsError, JobStore
from chalicelib.times import format_time

_MOST_QUERIES = 10  # for one page; with a filter that matches little, the page is short
_FILTERED_ITEMS = 500  # read at a time, and then filtered
_IS_NEW = Attr("job_id").not_exists()


class DynamoJobStore(JobStore):
    """The jobs table. Items expire `retention_days` after their last change.

    A job's end and its event are written in one transaction; so are a job and one that it notes.
    """

    def __init__(
        self, client: Any, table: str, retention_days: int, outbox: Outbox, kinds: JobKinds
    ) -> None:
        self._table, self._retention_days = Table(client, table), retention_days
        self._outbox, self._kinds = outbox, kinds

    def create(self, job: Job) -> None:
        """Keep a new job; raises JobExistsError."""
        try:
            self._table.write_all([self._make_put(job, _IS_NEW)])
        except ConditionFailedError as error:
            raise JobExistsError(job.job_id) from error

    def get(self, job_id: str) -> Job | None:
        """Return the job, by a consistent read."""
        values = self._table.get({"job_id": job_id}) if is_job_id(job_id) else None
        return from_item(values, self._kinds) if values else None

    def replace(self, before: Job, after: Job, created: Job | None = None) -> bool:
        """Write `after` if the job still has the version of `before`; return whether it had."""
        event = make_end_event(before, after, self._kinds[after.kind].events)
        writes = [self._make_put(after, Attr("version").eq(before.version))]
        writes += [self._make_put(created, _IS_NEW)] if created else []
        writes += [self._outbox.make_put(event)] if event else []
        try:
            self._table.write_all(writes)
        except LostRaceError:
            return False
        if event:
            self._outbox.forward(event)
        return True

    def list_jobs(
        self,
        limit: int,
        after: str | None,
        kind: str | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        """Return a page of jobs by the index by_created, which is eventually consistent."""
        jobs: list[Job] = []
        reached = after
        condition = _match(kind=kind, status=status)
        pages = self._table.query_pages(
            Key("listing").eq(LISTING),
            most_queries=_MOST_QUERIES,
            start={"listing": LISTING, "job_id": after} if after else None,
            index="by_created",
            condition=condition,
            limit=_FILTERED_ITEMS if condition else limit + 1,
            descending=True,
        )
        for page in pages:
            jobs += [from_item(values, self._kinds) for values in page.items]
            if len(jobs) > limit:
                return jobs[:limit], jobs[limit - 1].job_id
            reached = page.last_key["job_id"] if page.last_key else None
        return jobs, reached

    def list_waiting(self, reason: WaitReason, before: datetime, limit: int) -> list[Job]:
        """Return jobs that wait, by the sparse index by_upload_expiry."""
        key = Key("awaiting").eq(reason) & Key("expires_at").lt(format_time(before))
        page = self._table.query(key, index="by_upload_expiry", limit=limit)
        # The index is eventually consistent, so each job is read again.
        jobs = [self.get(values["job_id"]) for values in page.items]
        return [job for job in jobs if job and job.is_waiting(reason, before)]

    def _make_put(self, job: Job, condition: ConditionBase) -> Write:
        return self._table.make_put(to_item(job, self._retention_days), condition)


def _match(**values: str | None) -> ConditionBase | None:
    """Return the condition that each attribute has its value, of those that have one."""
    condition: ConditionBase | None = None
    for name, value in values.items():
        if value is not None:
            term = Attr(name).eq(value)
            condition = condition & term if condition else term
    return condition
