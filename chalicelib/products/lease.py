"""The lease on the catalogue: one job at a time changes many products.

So imports and bulk deletes take effect one after the other, never mixed. A job takes the lease, or
waits for its turn; each of its transactions holds it, so that none can commit once another job has
it; the end of the job gives it back.
"""

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import TryAgainError
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import fetch_row, queries

_LONGEST_WAIT_SECONDS = 30


class LeaseLostError(TryAgainError):
    """Another job took the lease, because this one had done nothing for half an hour."""


def take_turn(connection: Connection, jobs: JobStore, job_id: str) -> bool:
    """Try to take the lease, also from a job that has ended: the database was away when it did."""
    holder = lease_holder(connection)
    job = jobs.get(holder) if holder else None
    return take_lease(connection, job_id, None if job and not job.is_final else holder)


def wait_longer(waited_seconds: int) -> int:
    """Return for how long to wait for one's turn after having waited so long for it."""
    return min(_LONGEST_WAIT_SECONDS, 2 * waited_seconds or 1)


def lease_holder(connection: Connection) -> str | None:
    """Return the job that may change the catalogue, if one has taken the lease."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["lease_holder"])
        holder: str | None = fetch_row(cursor)[0]
        return holder


def take_lease(connection: Connection, job_id: str, ended: str | None = None) -> bool:
    """Try to take the lease; true for the job that has it already.

    `ended`: a job that has ended, and holds nothing against another any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["take_lease"], {"job_id": job_id, "ended": ended})
        return bool(cursor.rowcount)


def hold_lease(cursor: Cursor, job_id: str) -> None:
    """Keep the lease until the transaction ends; raises LeaseLostError where another job has it."""
    cursor.execute(queries("products")["hold_lease"], {"job_id": job_id})
    if not cursor.rowcount:
        raise LeaseLostError("the lease on the catalogue belongs to another job")


def note_held(cursor: Cursor, job_id: str) -> None:
    """Note that the job is at work. It belongs at a transaction's end: others wait for its row."""
    cursor.execute(queries("products")["note_held"], {"job_id": job_id})


def leave_lease(connection: Connection, job_id: str) -> None:
    """Let the next job change the catalogue, once this one's workers have ended. Safe twice."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["leave_lease"], {"job_id": job_id})
