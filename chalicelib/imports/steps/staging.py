"""The staging table of one import: its columns, and its partitions by key range."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.plan import Plan
from chalicelib.postgres import queries
from chalicelib.products.fields import FIELDS

_TYPES = {field.name: field.sql_type for field in FIELDS} | {"id": "bigint", "attributes": "jsonb"}


def column_names(columns: Columns) -> list[str]:
    """Return the staging table's column for each column of the file, in the file's order."""
    return [field or f"column_{i}" for i, field in enumerate(columns.fields)]


def column_type(name: str) -> sql.SQL:
    """Return the type of a column that has a product field, an id or a text of the file."""
    return sql.SQL(_TYPES.get(name, "text"))


def composes_skus(plan: Plan) -> bool:
    """Whether the staging table says of each record what its SKU was composed of."""
    return bool(plan.reading.rows.sku_from) and "sku" in plan.columns.fields


def extra_columns(plan: Plan) -> tuple[str, ...]:
    """Return the staging table's columns, of type bigint, beside those of the file.

    `sku_parts` says what a SKU was composed of; it is null where the SKU is the text of its column.
    `parent_line` is the line that a rejects file says its record is from.
    """
    parts = ("sku_parts",) if composes_skus(plan) else ()
    return (*parts, "parent_line") if plan.reading.lineage else parts


def table(job_id: str) -> sql.Identifier:
    """Return the name of a job's staging table."""
    return sql.Identifier("staging", job_id)


def partition(whole: sql.Identifier, key_range: int) -> sql.Identifier:
    """Return the name of the partition of a table that holds one key range."""
    schema, name = whole.strings
    return sql.Identifier(schema, f"{name}_{key_range}")


def lookup(job_id: str) -> sql.Identifier:
    """Return the name of the table that has the product of each key, where no index has it."""
    return sql.Identifier("staging", f"{job_id}_lookup")


def named(job_id: str) -> sql.Identifier:
    """Return the name of the table of keys that rejected and skipped records name."""
    return sql.Identifier("staging", f"{job_id}_named")


def missing(job_id: str) -> sql.Identifier:
    """Return the name of the table of products that no record names."""
    return sql.Identifier("staging", f"{job_id}_missing")


def lock_staging(connection: Connection, job_id: str) -> None:
    """Keep others from creating or dropping a job's staging table until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (job_id,))


def create_staging(connection: Connection, job_id: str, plan: Plan) -> None:
    """Create the staging table of a plan. Idempotent: existing tables are left as they are."""
    definitions = [
        sql.SQL("{} {}").format(sql.Identifier(name), column_type(name))
        for name in column_names(plan.columns)
    ]
    extras = map(sql.Identifier, extra_columns(plan))
    definitions += [sql.SQL("{} bigint").format(name) for name in extras]
    lock_staging(connection, job_id)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} (line bigint NOT NULL, {}) PARTITION BY RANGE (({}))"
            ).format(table(job_id), sql.SQL(", ").join(definitions), staged_key(plan))
        )
        create_partitions(cursor, table(job_id), plan)
        if plan.options.is_snapshot:
            cursor.execute(sql.SQL(queries("imports")["create_named"]).format(named=named(job_id)))


def create_partitions(cursor: Cursor, whole: sql.Identifier, plan: Plan) -> None:
    """Create a table's partitions, one for each key range. Existing ones are left as they are."""
    for key_range, (low, high) in enumerate(_bounds(plan)):
        cursor.execute(
            sql.SQL(
                "CREATE UNLOGGED TABLE IF NOT EXISTS {} PARTITION OF {}"
                " FOR VALUES FROM ({}) TO ({}) WITH (autovacuum_enabled = off)"
            ).format(partition(whole, key_range), whole, low, high)
        )


def staged_key(plan: Plan) -> sql.Composable:
    """Return what finds the product of a staged record, which is also its order."""
    key = plan.reading.key
    if key.column is None:
        return sql.SQL('sku_key_of(sku) COLLATE "C"')
    name = sql.Identifier(column_names(plan.columns)[key.column])
    return name if key.by == "id" else sql.SQL('{} COLLATE "C"').format(name)


def boundary(plan: Plan, number: int) -> sql.Composable:
    """Return the first key of key range `number` + 1."""
    text = plan.boundaries[number]
    return sql.Literal(int(text) if plan.reading.key.by == "id" else text)


def _bounds(plan: Plan) -> list[tuple[sql.Composable, sql.Composable]]:
    keys = [boundary(plan, number) for number in range(len(plan.boundaries))]
    return list(zip([sql.SQL("MINVALUE"), *keys], [*keys, sql.SQL("MAXVALUE")], strict=True))


def drop_staging(connection: Connection, job_id: str) -> None:
    """Drop a job's staging tables and its ledger of staged ranges. Idempotent."""
    names = [name(job_id) for name in (table, lookup, named, missing)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.SQL(", ").join(names)))
        cursor.execute("DELETE FROM import_ranges WHERE job_id = %s", (job_id,))
