"""Run a batch of a plan: its changes and its row in the ledger are one transaction."""

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from chalicelib.postgres import queries
from chalicelib.products.batches import ledger
from chalicelib.products.batches.work import Batch, BatchWork
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import hold_lease, record_activity


def run_batch(
    connection: Connection, number: int, work: BatchWork, journal: Journal
) -> dict[str, int] | None:
    """Run one batch in the connection's transaction; return how many products had each outcome.

    `journal`: of the job, which stores what the batch replaces. Returns None for a batch that was
    done before. Raises LeaseLostError if another job has the lease. Nothing counts until the
    caller commits.
    """
    job_id = journal.changed_by
    names = {"job_id": job_id, "batch": number}
    with connection.cursor() as cursor:
        hold_lease(cursor, job_id)
        cursor.execute(queries("products")["claim_batch"], names)
        found = cursor.fetchone()
        if found is None:
            return None
        counts = work.run(cursor, Batch(job_id, number, found[0]), journal)
        cursor.execute(queries("products")["record_batch"], names | {"counts": Json(counts)})
        record_activity(cursor, job_id)
    return counts


def settle(connection: Connection, work: BatchWork, journal: Journal) -> None:
    """Do what is left once every batch is done, in the connection's transaction.

    Idempotent: the ledger has a row of its own for it. Raises LeaseLostError if another job has the
    lease.
    """
    job_id = journal.changed_by
    ledger.lock_batch_job(connection, job_id)
    with connection.cursor() as cursor:
        hold_lease(cursor, job_id)
        cursor.execute(queries("products")["find_settled"], {"job_id": job_id})
        if cursor.rowcount:
            return
        counts = work.settle(cursor, job_id, journal)
        if counts:
            names = {"job_id": job_id, "counts": Json(counts)}
            cursor.execute(queries("products")["record_settled"], names)
