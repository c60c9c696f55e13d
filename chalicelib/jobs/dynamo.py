"""Jobs in DynamoDB: every write is conditional on the version that was read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.events.models import Event
from chalicelib.events.outbox import Outbox
from chalicelib.jobs.events import tell_end
from chalicelib.jobs.items import END, LISTING, UPLOAD, WORKFLOW, Item, from_item, to_item
from chalicelib.jobs.kinds import ImportJob
from chalicelib.jobs.models import Job, Json, Kind, Status, is_job_id
from chalicelib.jobs.store import JobExistsError, JobStore
from chalicelib.times import format_time

_MOST_QUERIES = 10  # for one page; with a filter that little matches the page comes back short
_FILTERED_ITEMS = 500  # read at a time, to be filtered
# Another writer was there first, or is at it in a transaction.
_LOST_RACES = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoJobStore(JobStore):
    """The jobs table. Items expire `retention_days` after their last change.

    A job's end and the event that tells it are written in one transaction.
    """

    def __init__(self, client: Any, table: str, retention_days: int, outbox: Outbox) -> None:
        self._client, self._table, self._retention_days = client, table, retention_days
        self._outbox = outbox

    def create(self, job: Job) -> None:
        """Keep a new job; raises JobExistsError."""
        if not self._put(job, ConditionExpression="attribute_not_exists(job_id)"):
            raise JobExistsError(job.job_id)

    def get(self, job_id: str) -> Job | None:
        """Return the job, by a consistent read."""
        if not is_job_id(job_id):
            return None
        found = self._client.get_item(
            TableName=self._table, Key={"job_id": {"S": job_id}}, ConsistentRead=True
        )
        return from_item(found["Item"]) if "Item" in found else None

    def replace(self, before: Job, after: Job) -> bool:
        """Write `after` if the job still has the version of `before`; say whether it had."""
        condition = {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
        }
        event = tell_end(before, after)
        if event is None:
            return self._put(after, **condition)
        if not self._put_with_event(after, event, condition):
            return False
        self._outbox.forward(event)
        return True

    def list_jobs(
        self,
        limit: int,
        after: str | None,
        kind: Kind | None = None,
        status: Status | None = None,
    ) -> tuple[list[Job], str | None]:
        """Return a page of jobs by the index by_created, which is a moment behind the table."""
        jobs: list[Job] = []
        reached = after
        filters = {"kind": kind, "status": status}
        for items, last in self._query_listing(limit + 1, after, filters):
            jobs += [from_item(item) for item in items]
            if len(jobs) > limit:
                return jobs[:limit], jobs[limit - 1].job_id
            reached = last
        return jobs, reached

    def expired(self, now: datetime, limit: int) -> list[ImportJob]:
        """Return imports whose upload was awaited until before `now`, by a sparse index."""
        imports = [job for job in self._awaiting(UPLOAD, now, limit) if isinstance(job, ImportJob)]
        return [job for job in imports if job.expires_at and job.expires_at < now]

    def unstarted(self, before: datetime, limit: int) -> list[Job]:
        """Return jobs that have waited for their workflow since before `before`, by the same."""
        return [job for job in self._awaiting(WORKFLOW, before, limit) if job.is_awaiting_workflow]

    def at_work(self, before: datetime, limit: int) -> list[Job]:
        """Return jobs that have been at work since before `before`, oldest first, by the same."""
        return [job for job in self._awaiting(END, before, limit) if job.status == "PROCESSING"]

    def _awaiting(self, awaiting: str, before: datetime, limit: int) -> list[Job]:
        found = self._client.query(
            TableName=self._table,
            IndexName="by_upload_expiry",
            KeyConditionExpression="awaiting = :awaiting AND expires_at < :before",
            ExpressionAttributeValues={
                ":awaiting": {"S": awaiting},
                ":before": {"S": format_time(before)},
            },
            Limit=limit,
        )
        # The index is a moment behind: what it names is looked at again.
        jobs = [self.get(item["job_id"]["S"]) for item in found["Items"]]
        return [job for job in jobs if job is not None]

    def _put(self, job: Job, **condition: Any) -> bool:
        try:
            self._client.put_item(
                TableName=self._table, Item=to_item(job, self._retention_days), **condition
            )
        except ClientError as error:
            if error.response["Error"]["Code"].removesuffix("Exception") in _LOST_RACES:
                return False
            raise
        return True

    def _put_with_event(self, job: Job, event: Event, condition: Json) -> bool:
        item = to_item(job, self._retention_days)
        put = {"Put": {"TableName": self._table, "Item": item, **condition}}
        try:
            outbox = self._outbox.make_put(event)
            self._client.transact_write_items(TransactItems=[put, {outbox.kind: outbox.request}])
        except ClientError as error:
            reasons: Any = error.response.get("CancellationReasons", [])
            if {reason.get("Code") for reason in reasons} & _LOST_RACES:
                return False
            raise
        return True

    def _query_listing(
        self, limit: int, after: str | None, filters: Mapping[str, str | None]
    ) -> Iterator[tuple[list[Item], str | None]]:
        """Yield what each query finds, and the job_id it got to; None at the end of all jobs."""
        query = self._make_query(limit, {name: value for name, value in filters.items() if value})
        for _ in range(_MOST_QUERIES):
            if after:
                query["ExclusiveStartKey"] = {"listing": {"S": LISTING}, "job_id": {"S": after}}
            found = self._client.query(**query)
            last = found.get("LastEvaluatedKey")
            after = last["job_id"]["S"] if last else None
            yield found["Items"], after
            if after is None:
                return

    def _make_query(self, limit: int, filters: Mapping[str, str]) -> Json:
        query: Json = {
            "TableName": self._table,
            "IndexName": "by_created",
            "ScanIndexForward": False,
            "Limit": _FILTERED_ITEMS if filters else limit,
            "KeyConditionExpression": "listing = :listing",
            "ExpressionAttributeValues": {":listing": {"S": LISTING}},
        }
        if filters:
            query["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in filters)
            query["ExpressionAttributeNames"] = {f"#{name}": name for name in filters}
            query["ExpressionAttributeValues"] |= {f":{n}": {"S": v} for n, v in filters.items()}
        return query
