"""The changes of a plan: a table of a job's own, with a partition for each key range."""

from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.job import ImportJob
from chalicelib.imports.skips import OF_MERGE
from chalicelib.imports.steps.staging import column_type, lock_staging, partition
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.fields import NAMES

COMPARED = (*NAMES, "attributes")  # the members of a product that a plan may change


class PlanDroppedError(Exception):
    """The plan was applied, discarded or expired since the job was read."""


def changes_of(job_id: str) -> sql.Identifier:
    """Return the name of the table of a job's planned changes."""
    return sql.Identifier("plans", job_id)


def before_after(name: str) -> tuple[sql.Identifier, sql.Identifier]:
    """Return the columns with a field's value before and after."""
    return sql.Identifier(f"{name}_before"), sql.Identifier(f"{name}_after")


def create_changes(connection: Connection, job_id: str, plan: Plan) -> None:
    """Create the table of a job's planned changes. Idempotent: an existing one is left as it is.

    What is left of a plan that was dropped is forgotten.
    """
    lock_staging(connection, job_id)
    if has_changes(connection, job_id):
        return
    columns = [
        sql.SQL("{} {}").format(column, column_type(name))
        for name in COMPARED
        for column in before_after(name)
    ]
    whole, names = changes_of(job_id), {"job_id": job_id}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["forget_plan"], names)
        skips = names | {"of_merge": list(OF_MERGE)}
        cursor.execute(queries("imports")["forget_planned_skips"], skips)
        cursor.execute(
            sql.SQL(queries("imports")["create_changes"]).format(
                changes=whole, columns=sql.SQL(", ").join(columns)
            )
        )
        for key_range in range(plan.key_ranges):
            cursor.execute(
                sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES IN ({})").format(
                    partition(whole, key_range), whole, sql.Literal(key_range)
                )
            )


def note_overwritten(
    changes: sql.Identifier, key_range: int, written: str, line: sql.Composable = sql.NULL
) -> sql.Composable:
    """Return the part of a statement that notes which products its part `written` overwrote."""
    return sql.SQL(queries("imports")["note_overwritten"]).format(
        changes=changes,
        key_range=sql.Literal(key_range),
        line=line,
        written=sql.Identifier(written),
    )


def renew_changes(connection: Connection, job: ImportJob, plan: Plan) -> None:
    """Create the table of a job's planned changes, without those of a plan that has expired.

    The job has such a plan until this is committed. Idempotent: nothing is compared before that.
    """
    if job.plan is not None:
        lock_staging(connection, job.job_id)
        drop_changes(connection, job.job_id)
    create_changes(connection, job.job_id, plan)


def has_changes(connection: Connection, job_id: str) -> bool:
    """Whether a job's plan has its table of changes."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["has_changes_table"], {"job_id": job_id})
        return bool(fetch_row(cursor)[0])


def hold_changes(connection: Connection, job_id: str) -> None:
    """Keep a job's plan from being dropped until the transaction ends; raises PlanDroppedError."""
    statement = sql.SQL(queries("imports")["hold_changes"]).format(changes=changes_of(job_id))
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except errors.UndefinedTable as error:
            raise PlanDroppedError from error


def drop_changes(connection: Connection, job_id: str) -> None:
    """Forget a job's plan. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(changes_of(job_id)))
        cursor.execute(queries("imports")["forget_plan"], {"job_id": job_id})
