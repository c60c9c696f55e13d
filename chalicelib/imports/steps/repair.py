"""Count which rejects of its parent an import repairs.

A reject counts as repaired once a record with its `_line` is merged. That is noted in the
transaction of the merge, and each reject once, so neither a retry nor a second import of the same
file counts it again; it no longer counts once the import is reverted. The number that the parent
shows is read from there, by one at a time, so that an older number never replaces a newer one.
"""

from contextlib import suppress

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.job import ImportJob
from chalicelib.imports.repair import set_repaired
from chalicelib.imports.steps.staging import partition, table
from chalicelib.jobs.kind import JobContext
from chalicelib.jobs.store import JobMissingError, JobStore
from chalicelib.postgres import connect, fetch_row, queries


def note_repairs(connection: Connection, job: ImportJob, plan: Plan, key_range: int) -> None:
    """Note the parent's rejects that a key range repairs, in the transaction of its merge."""
    if job.parent_job_id is None or plan.reading.lineage is None:
        return
    statement = sql.SQL(queries("imports")["note_repairs"]).format(
        partition=partition(table(job.job_id), key_range),
        job_id=sql.Literal(job.job_id),
        parent=sql.Literal(job.parent_job_id),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def show_repairs(
    connection: Connection, jobs: JobStore, job: ImportJob, *, has_completed: bool
) -> None:
    """Show at the parent how many of its rejects are repaired. Idempotent.

    An import that failed is named there only if it repaired some before. Others wait with their
    numbers until the transaction ends.
    """
    parent_id = job.parent_job_id
    if parent_id is None:
        return
    names = {"job_id": job.job_id, "parent": parent_id}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["lock_repairs"], names)
        cursor.execute(queries("imports")["count_repairs"], names)
        fixed, own = fetch_row(cursor)
    if not own and not has_completed:
        return
    with suppress(JobMissingError):  # it has expired meanwhile
        jobs.update(parent_id, lambda parent: set_repaired(parent, job.job_id, fixed))


def note_reverted(job: ImportJob, context: JobContext, *, is_reverted: bool) -> None:
    """Count what an import repaired no longer once it is reverted, or again. Idempotent."""
    if job.parent_job_id is None:
        return
    names = {"job_id": job.job_id, "parent": job.parent_job_id, "is_reverted": is_reverted}
    with connect(context.settings, "note_reverted") as connection:
        with connection.cursor() as cursor:
            cursor.execute(queries("imports")["mark_repairs"], names)
            if not cursor.rowcount:  # it repaired none, or they are purged
                return
        show_repairs(connection, context.jobs, job, has_completed=True)
