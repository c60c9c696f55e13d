"""The lease on the catalogue: one job at a time changes many products, or reads them all.

So imports, bulk deletes and exports take effect one after the other, never mixed. A job takes the
lease or waits for it. Each of its transactions holds the lease, so that none can commit after
another job has taken it. The end of the job releases it.
"""

from datetime import datetime
from typing import NamedTuple

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import TryAgainError
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import fetch_row, queries

_LONGEST_WAIT_SECONDS = 30


class Holder(NamedTuple):
    """The job that has the lease."""

    job_id: str
    held_at: datetime  # when it took the lease or was last active; new whenever it is taken
    is_gone: bool  # not active for half an hour, twice the longest time of a worker


class LeaseLostError(TryAgainError):
    """Another job took the lease, because this one was not active for half an hour."""


def try_lease(connection: Connection, jobs: JobStore, job_id: str) -> bool:
    """Try to take the lease, also from an ended job that didn't release it."""
    return take_lease(connection, job_id, _find_ended(connection, jobs))


def free_lease(connection: Connection, jobs: JobStore) -> bool:
    """Release the lease of an ended job that didn't do so; return whether it was released.

    A running job keeps the lease, including a FAILED one that is retried and takes it again during
    the call.
    """
    ended = _find_ended(connection, jobs)
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["free_lease"], _values_of(ended))
        return bool(cursor.rowcount)


def next_wait_seconds(waited_seconds: int) -> int:
    """Return the next backoff delay of a job that waits for the lease."""
    return min(_LONGEST_WAIT_SECONDS, 2 * waited_seconds or 1)


def find_holder(connection: Connection) -> Holder | None:
    """Return the job that has the lease, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["lease_holder"])
        holder = Holder(*fetch_row(cursor))
        return holder if holder.job_id else None


def take_lease(connection: Connection, job_id: str, ended: Holder | None = None) -> bool:
    """Try to take the lease; true for the job that already has it.

    `ended`: a holder that has ended; it keeps the lease if it has taken it again since.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["take_lease"], {"job_id": job_id, **_values_of(ended)})
        return bool(cursor.rowcount)


def hold_lease(cursor: Cursor, job_id: str) -> None:
    """Keep the lease until the transaction ends; raises LeaseLostError if another job has it."""
    cursor.execute(queries("products")["hold_lease"], {"job_id": job_id})
    if not cursor.rowcount:
        raise LeaseLostError("the lease on the catalogue belongs to another job")


def record_activity(cursor: Cursor, job_id: str) -> None:
    """Record that the job is active. Call it at a transaction's end: others wait for its row."""
    cursor.execute(queries("products")["record_activity"], {"job_id": job_id})


def release_lease(connection: Connection, job_id: str) -> None:
    """Release the lease, once the transactions of the job's workers have ended. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["release_lease"], {"job_id": job_id})


def _find_ended(connection: Connection, jobs: JobStore) -> Holder | None:
    """Return the holder if its job has ended without releasing the lease, or is gone."""
    holder = find_holder(connection)
    if holder is None or holder.is_gone:
        return holder
    job = jobs.get(holder.job_id)
    return None if job and not job.is_final else holder


def _values_of(ended: Holder | None) -> dict[str, object]:
    return {"ended": ended and ended.job_id, "ended_at": ended and ended.held_at}
