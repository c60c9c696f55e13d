"""The plan of a batch job and its ledger: the products to change, and the batches that are done.

A batch's row is written in the transaction of its changes, so the ledger is always exact.
"""

from dataclasses import dataclass

from psycopg2 import extras, sql
from psycopg2.extensions import connection as Connection

from chalicelib.jobs.models import Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.batches.plan import BATCH_PRODUCTS


@dataclass(frozen=True)
class Totals:
    """The totals of a batch job so far. `done`: products of batches that are done."""

    batches: int
    products: int
    done: int
    counts: dict[str, int]  # of products by outcome


def keep_request(connection: Connection, job_id: str, request: Json) -> None:
    """Store the request of a batch job."""
    with connection.cursor() as cursor:
        names = {"job_id": job_id, "request": extras.Json(request)}
        cursor.execute(queries("products")["keep_request"], names)


def read_request(connection: Connection, job_id: str) -> Json:
    """Return the request of a batch job; raises LookupError if it is forgotten."""
    request = find_request(connection, job_id)
    if request is None:
        raise LookupError(f"{job_id} has no request")
    return request


def find_request(connection: Connection, job_id: str) -> Json | None:
    """Return the request of a batch job; None once it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["read_request"], {"job_id": job_id})
        request: Json | None = fetch_row(cursor)[0]
        return request


def lock_batch_job(connection: Connection, job_id: str) -> bool:
    """Keep others from planning or ending a batch job until the transaction ends.

    Returns whether it has a plan.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["lock_batch_job"], {"job_id": job_id})
        is_planned: bool = fetch_row(cursor)[0]
        return is_planned


def plan_batches(
    connection: Connection,
    job_id: str,
    found: sql.Composable,
    batch_products: int = BATCH_PRODUCTS,
) -> None:
    """Plan the products that the query `found` returns now. Nothing counts until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(queries("products")["plan_batches"]).format(
                job_id=sql.Literal(job_id),
                batch_products=sql.Literal(batch_products),
                found=found,
            )
        )
        cursor.execute(queries("products")["note_planned"], {"job_id": job_id})


def missing_batches(connection: Connection, job_id: str) -> set[int]:
    """Return the numbers of the batches that are not done."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["missing_batches"], {"job_id": job_id})
        return {batch for (batch,) in cursor.fetchall()}


def sum_batches(connection: Connection, job_id: str) -> Totals:
    """Return the totals of a batch job."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["sum_batches"], {"job_id": job_id})
        return Totals(*fetch_row(cursor))


def forget(connection: Connection, job_id: str) -> None:
    """Delete the request and the plan of a batch job that has ended. Idempotent."""
    with connection.cursor() as cursor:
        for statement in ("forget_request", "forget_missing_batches"):
            cursor.execute(queries("products")[statement], {"job_id": job_id})


def list_removable(connection: Connection, young: str, expired: str) -> list[str]:
    """Return the batch jobs below `young` with a request, and all below `expired`."""
    with connection.cursor() as cursor:
        names = {"young": young, "expired": expired}
        cursor.execute(queries("products")["list_removable"], names)
        return [job_id for (job_id,) in cursor.fetchall()]


def forget_all(connection: Connection, job_id: str) -> None:
    """Delete everything of a batch job whose job is no longer kept. Idempotent."""
    with connection.cursor() as cursor:
        for statement in ("forget_conflicts", "forget_batches", "forget_batch_job"):
            cursor.execute(queries("products")[statement], {"job_id": job_id})
