"""The lease on the catalogue: one job at a time changes many products.

So imports and bulk deletes take effect one after the other, never mixed. A job takes the lease, or
waits for its turn; each of its transactions holds it, so that none can commit once another job has
it; the end of the job gives it back.
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
    """A job that has the lease, as of this moment."""

    job_id: str
    held_at: datetime  # when it took it, or was at work: another one whenever it takes it anew
    is_gone: bool  # it has done nothing for half an hour, twice what a worker may take


class LeaseLostError(TryAgainError):
    """Another job took the lease, because this one had done nothing for half an hour."""


def take_turn(connection: Connection, jobs: JobStore, job_id: str) -> bool:
    """Try to take the lease, also from a job that is over without having given it back."""
    return take_lease(connection, job_id, _find_over(connection, jobs))


def free_lease(connection: Connection, jobs: JobStore) -> bool:
    """Take the lease from a job that is over without having given it back; say whether it was so.

    A job that is at work keeps it: also one that was FAILED, and is retried and takes the lease
    anew while this asks.
    """
    over = _find_over(connection, jobs)
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["free_lease"], _values_of(over))
        return bool(cursor.rowcount)


def wait_longer(waited_seconds: int) -> int:
    """Return for how long to wait for one's turn after having waited so long for it."""
    return min(_LONGEST_WAIT_SECONDS, 2 * waited_seconds or 1)


def find_holder(connection: Connection) -> Holder | None:
    """Return the job that may change the catalogue, if one has taken the lease."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["lease_holder"])
        holder = Holder(*fetch_row(cursor))
        return holder if holder.job_id else None


def take_lease(connection: Connection, job_id: str, over: Holder | None = None) -> bool:
    """Try to take the lease; true for the job that has it already.

    `over`: a holder that is over; it keeps the lease where it has taken it anew since.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["take_lease"], {"job_id": job_id, **_values_of(over)})
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


def _find_over(connection: Connection, jobs: JobStore) -> Holder | None:
    """Return the holder if it is over: it has ended while the database was away, or is gone."""
    holder = find_holder(connection)
    if holder is None or holder.is_gone:
        return holder
    job = jobs.get(holder.job_id)
    return None if job and not job.is_final else holder


def _values_of(over: Holder | None) -> dict[str, object]:
    return {"over": over and over.job_id, "over_at": over and over.held_at}
