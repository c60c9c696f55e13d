"""Find the products of a file's keys before the merge, where no index has them: by an attribute."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps.staging import (
    create_partitions,
    lock_staging,
    lookup,
    staged_key,
    table,
)
from chalicelib.postgres import queries

_SHOWN_CHARACTERS = 64


def fill_lookup(connection: Connection, job_id: str, plan: Plan) -> None:
    """Fill the table that has the product of each key, in the connection's transaction.

    Idempotent: it finds the products again, as they are now. Raises JobEndedError if several
    products have the same key. Single edits later change nothing for the worse: the merge compares
    the key again.
    """
    key = plan.reading.key
    if key.by != "attribute" or key.column is None:
        return
    name = plan.columns.attribute(key.column)
    parts: dict[str, sql.Composable] = {
        "lookup": lookup(job_id),
        "staged": table(job_id),
        "key": staged_key(plan),
        "attribute": sql.Literal(name),
    }
    lock_staging(connection, job_id)
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["prepare_merge"])
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(lookup(job_id)))
        cursor.execute(sql.SQL(queries("imports")["create_lookup"]).format(**parts))
        create_partitions(cursor, lookup(job_id), plan)
        for query in ("fill_lookup", "repeated_keys"):
            cursor.execute(sql.SQL(queries("imports")[query]).format(**parts))
        if repeated := cursor.fetchone():
            raise _not_unique(name, *repeated)


def _not_unique(name: str, value: str, products: int, others: int) -> JobEndedError:
    shown = value[:_SHOWN_CHARACTERS] + ("…" if len(value) > _SHOWN_CHARACTERS else "")
    message = f"{products:,} products have the {name} {shown!r}"
    if others:
        message += f", and {others:,} more values aren't unique"
    return JobEndedError(
        "match_not_unique",
        f"{message}. Give each product its own value, or match by sku.",
    )
