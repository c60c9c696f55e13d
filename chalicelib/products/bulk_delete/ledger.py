"""The plan of a bulk delete and its ledger: the selected products and the deleted batches.

A batch's row is written in the transaction of its deletes, so the ledger is always exact.
"""

from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from chalicelib.postgres import fetch_row, queries
from chalicelib.products.bulk_delete.plan import BATCH_PRODUCTS
from chalicelib.products.bulk_delete.requests import Selection


@dataclass(frozen=True)
class Totals:
    """The totals of a bulk delete so far. `done`: products of deleted batches."""

    batches: int
    products: int
    done: int
    deleted: int

    @property
    def counts(self) -> dict[str, int]:
        """The products done, by outcome."""
        return {"deleted": self.deleted, "skipped": self.done - self.deleted}


def count_selected(connection: Connection, selection: Selection) -> int:
    """Return how many products a selection matches now."""
    with connection.cursor() as cursor:
        statement = sql.SQL(queries("products")["count_selected"])
        cursor.execute(statement.format(found=_find(selection)))
        count: int = fetch_row(cursor)[0]
        return count


def keep_selection(connection: Connection, job_id: str, selection: Selection) -> None:
    """Store the selection of a bulk delete."""
    with connection.cursor() as cursor:
        names = {"job_id": job_id, "selection": Json(selection.to_json())}
        cursor.execute(queries("products")["keep_selection"], names)


def read_selection(connection: Connection, job_id: str) -> Selection:
    """Return the selection of a bulk delete."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["read_selection"], {"job_id": job_id})
        return Selection.model_validate_json(fetch_row(cursor)[0])


def lock_bulk_delete(connection: Connection, job_id: str) -> bool:
    """Keep others from planning or ending a bulk delete until the transaction ends.

    Returns whether it has a plan.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["lock_bulk_delete"], {"job_id": job_id})
        is_planned: bool = fetch_row(cursor)[0]
        return is_planned


def plan_batches(
    connection: Connection,
    job_id: str,
    selection: Selection,
    batch_products: int = BATCH_PRODUCTS,
) -> None:
    """Plan the products that a selection matches now. Nothing counts until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(queries("products")["plan_batches"]).format(
                job_id=sql.Literal(job_id),
                batch_products=sql.Literal(batch_products),
                found=_find(selection),
            )
        )
        cursor.execute(queries("products")["note_planned"], {"job_id": job_id})


def missing_batches(connection: Connection, job_id: str) -> set[int]:
    """Return the numbers of the batches that are not deleted."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["missing_batches"], {"job_id": job_id})
        return {batch for (batch,) in cursor.fetchall()}


def sum_batches(connection: Connection, job_id: str) -> Totals:
    """Return the totals of a bulk delete."""
    with connection.cursor() as cursor:
        cursor.execute(queries("products")["sum_batches"], {"job_id": job_id})
        return Totals(*fetch_row(cursor))


def forget(connection: Connection, job_id: str) -> None:
    """Delete the selection and the plan of a bulk delete that has ended. Idempotent."""
    with connection.cursor() as cursor:
        for statement in ("forget_selection", "forget_missing_batches"):
            cursor.execute(queries("products")[statement], {"job_id": job_id})


def list_removable(connection: Connection, young: str, expired: str) -> list[str]:
    """Return the bulk deletes below `young` with a selection, and all below `expired`."""
    with connection.cursor() as cursor:
        names = {"young": young, "expired": expired}
        cursor.execute(queries("products")["list_removable"], names)
        return [job_id for (job_id,) in cursor.fetchall()]


def forget_all(connection: Connection, job_id: str) -> None:
    """Delete everything of a bulk delete whose job is no longer kept. Idempotent."""
    with connection.cursor() as cursor:
        for statement in ("forget_batches", "forget_bulk_delete"):
            cursor.execute(queries("products")[statement], {"job_id": job_id})


def _find(selection: Selection) -> sql.Composable:
    """Return the query for the ids of the selected products."""
    kinds = {"find_all": selection.is_everything, "find_filtered": selection.filter is not None}
    query = next((name for name, is_it in kinds.items() if is_it), "find_skus")
    return sql.SQL(queries("products")[query]).format(condition=selection.condition())
