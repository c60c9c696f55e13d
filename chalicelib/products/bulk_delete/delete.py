"""Delete one batch of the planned products."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.postgres import fetch_row, queries
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import hold_lease, record_activity


def delete_batch(
    connection: Connection, job_id: str, batch: int, selection: Selection, journal: Journal
) -> int | None:
    """Delete one batch in the connection's transaction; return how many products were deleted.

    Returns None for a batch that was deleted before. A product that an edit since the plan made
    different, so that the selection no longer matches it, stays. Raises LeaseLostError if another
    job has the lease. Nothing counts until the caller commits.
    """
    names: dict[str, str | int] = {"job_id": job_id, "batch": batch}
    with connection.cursor() as cursor:
        hold_lease(cursor, job_id)
        cursor.execute(queries("products")["claim_batch"], names)
        if not cursor.rowcount:
            return None
        deleted = _delete(cursor, names, selection, journal)
        cursor.execute(queries("products")["record_batch"], names | {"deleted": deleted})
        record_activity(cursor, job_id)
    return deleted


def _delete(
    cursor: Cursor, names: dict[str, str | int], selection: Selection, journal: Journal
) -> int:
    query = "delete_batch" if selection.is_everything else "delete_matching"
    if not selection.is_everything:  # an edit may change what matches
        cursor.execute(queries("products")["lock_products"], names)
    values = {name: sql.Literal(value) for name, value in names.items()}
    cursor.execute(
        sql.SQL(queries("products")[query]).format(
            condition=selection.condition(),
            replaced=journal.deleted_columns(),
            journal=journal.replaced("deleted", "delete"),
            **values,
        )
    )
    deleted: int = fetch_row(cursor)[0]
    return deleted
