"""The staging table of one import: its columns, and its partitions by key range."""

from collections.abc import Sequence

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.plan import Plan
from chalicelib.products.fields import FIELDS

_TYPES = {field.name: field.sql_type for field in FIELDS}


def column_names(columns: Columns) -> list[str]:
    """Return the staging table's column for each column of the file, in the file's order."""
    return [field or f"column_{i}" for i, field in enumerate(columns.fields)]


def table(job_id: str) -> sql.Identifier:
    """Return the name of a job's staging table."""
    return sql.Identifier("staging", job_id)


def partition(job_id: str, key_range: int) -> sql.Identifier:
    """Return the name of the partition that holds one key range."""
    return sql.Identifier("staging", f"{job_id}_{key_range}")


def lock_staging(connection: Connection, job_id: str) -> None:
    """Keep others from creating or dropping a job's staging table until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (job_id,))


def create_staging(connection: Connection, job_id: str, plan: Plan) -> None:
    """Create the staging table of a plan. Idempotent: existing tables are left as they are."""
    definitions = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_TYPES.get(name, "text")))
        for name in column_names(plan.columns)
    ]
    lock_staging(connection, job_id)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} (line bigint NOT NULL, {})"
                ' PARTITION BY RANGE ((sku_key_of(sku) COLLATE "C"))'
            ).format(table(job_id), sql.SQL(", ").join(definitions))
        )
        for key_range, (low, high) in enumerate(_bounds(plan.boundaries)):
            cursor.execute(
                sql.SQL(
                    "CREATE UNLOGGED TABLE IF NOT EXISTS {} PARTITION OF {}"
                    " FOR VALUES FROM ({}) TO ({}) WITH (autovacuum_enabled = off)"
                ).format(partition(job_id, key_range), table(job_id), low, high)
            )


def _bounds(boundaries: Sequence[str]) -> list[tuple[sql.Composable, sql.Composable]]:
    keys = [sql.Literal(key) for key in boundaries]
    return list(zip([sql.SQL("MINVALUE"), *keys], [*keys, sql.SQL("MAXVALUE")], strict=True))


def drop_staging(connection: Connection, job_id: str) -> None:
    """Drop a job's staging table and its ledger of staged ranges. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table(job_id)))
        cursor.execute("DELETE FROM import_ranges WHERE job_id = %s", (job_id,))
