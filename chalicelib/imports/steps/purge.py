"""Purge what old imports left in the database: staging tables, rejects, skips and ledger rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from chalice.app import Blueprint
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.imports.steps.changes import drop_changes
from chalicelib.imports.steps.staging import drop_staging, lock_staging
from chalicelib.jobs.models import first_job_id
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect, queries
from chalicelib.telemetry import Event, count, worker

purging = Blueprint(__name__)

_BATCH_ROWS = 5_000  # of one transaction
_MOST_SECONDS = 600.0  # of one run; the next run continues
# A retry resumes from the staging table. If that was dropped, it stages again.
_STAGING_KEPT = timedelta(days=3)
# The journal keeps a change for up to a week longer than UndoDays, until its daily sweep.
_JOURNAL_LASTS = timedelta(days=8)


# Its schedule is in infra/resources, beside its role.
@purging.lambda_function(name="purge_imports")
@worker
def purge_imports(event: Event, context: Any) -> Event:
    """Purge what imports that ended long ago have left. Idempotent: it deletes what it finds."""
    settings, now, limit = services().settings, datetime.now(UTC), monotonic() + _MOST_SECONDS
    kept = timedelta(days=settings.retention_days)
    with connect(settings, "purge_imports") as connection:
        purge = Purge(connection, services().jobs, lambda: monotonic() < limit)
        staging = purge.drop_stagings(now - min(kept, _STAGING_KEPT))
        rows = purge.delete_rows(now - kept)
        undo = timedelta(days=settings.undo_days) + _JOURNAL_LASTS
        rows += purge.delete_profiles(now - kept, now - undo, now)
    count("StagingsDropped", staging)
    count("RowsPurged", rows)
    return {"outcome": "purged", "stagings": staging, "rows": rows}


@dataclass(frozen=True)
class Purge:
    """One run of the purge, which starts nothing new once `has_time` returns false.

    Each transaction is short: at most one batch of rows, or one job's staging table.
    """

    connection: Connection
    jobs: JobStore
    has_time: Callable[[], bool]

    def drop_stagings(self, before: datetime) -> int:
        """Drop the staging tables of jobs that ended before `before`; return how many."""
        dropped = 0
        for job_id in self._find("jobs_with_staging", before):
            lock_staging(
                self.connection, job_id
            )  # a retry that starts now waits, then stages again
            if self._has_expired(job_id, before):
                drop_staging(self.connection, job_id)
                drop_changes(self.connection, job_id)
                dropped += 1
            self.connection.commit()
        return dropped

    def delete_rows(self, before: datetime) -> int:
        """Delete rejects, skips and ledger rows of jobs that ended before; return how many."""
        deleted = 0
        for query in ("jobs_with_rejects", "jobs_with_skips", "jobs_with_merges"):
            for job_id in self._find(query, before):
                if self._has_expired(job_id, before):
                    deleted += sum(self._delete_lines("purge_rejects", job_id))
                    deleted += sum(self._delete_lines("purge_skips", job_id))
                    deleted += self._execute("purge_merges", job_id=job_id)
        return deleted

    def delete_profiles(self, before: datetime, unnamed_before: datetime, now: datetime) -> int:
        """Delete the profiles of jobs that ended before `before`; return how many.

        A product names the import that last wrote it, and a scope finds it by the profile of that
        import. So a profile stays until no product has named the import since `unnamed_before`:
        no revert can restore such a product any more.
        """
        self._execute("mark_profiles", now=now, expired=first_job_id(before))
        found = self._find("jobs_with_unnamed_profiles", before, unnamed_before=unnamed_before)
        expired = [job_id for job_id in found if self._has_expired(job_id, before)]
        return sum(self._execute("purge_profile", job_id=job_id) for job_id in expired)

    def _delete_lines(self, statement: str, job_id: str) -> Iterator[int]:
        rows = _BATCH_ROWS
        while rows == _BATCH_ROWS and self.has_time():
            rows = self._execute(statement, job_id=job_id, limit=_BATCH_ROWS)
            yield rows

    def _find(self, query: str, before: datetime, **values: Any) -> Iterator[str]:
        """Yield jobs that were created before `before`: only they can have ended by then."""
        with self.connection.cursor() as cursor:
            names = {"expired": first_job_id(before), **values}
            cursor.execute(queries("imports")[query], names)
            found = [job_id for (job_id,) in cursor.fetchall()]
        self.connection.commit()  # hold no snapshot while rows are deleted
        for job_id in found:
            if self.has_time():
                yield job_id

    def _has_expired(self, job_id: str, before: datetime) -> bool:
        """Return whether clients can't see the job any more; its item may expire late."""
        job = self.jobs.get(job_id)
        return job is None or (job.is_final and job.updated_at < before)

    def _execute(self, statement: str, **values: Any) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(queries("imports")[statement], values)
            rows = cursor.rowcount
        self.connection.commit()
        return rows
