"""Delete what the journal keeps no longer, on a schedule: whole weeks, partition by partition."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.postgres import connect, fetch_row, queries
from chalicelib.products.journal.slots import expired_slots
from chalicelib.telemetry import Event, count, worker

sweep = Blueprint(__name__)


# Its schedule is in infra/resources, beside its role.
@sweep.lambda_function(name="sweep_journal")
@worker
def sweep_journal(event: Event, context: Any) -> Event:
    """Empty the partitions of weeks that are older than the journal is kept. Idempotent."""
    settings, now = services().settings, datetime.now(UTC)
    before = now - timedelta(days=settings.undo_days)
    with connect(settings, "sweep_journal") as connection:
        emptied = forget_before(connection, before, now)
    count("JournalWeeksDeleted", emptied)
    return {"outcome": "swept", "weeks": emptied}


def forget_before(connection: Connection, before: datetime, now: datetime) -> int:
    """Delete whole weeks before a time; return how many had something. Commits after each."""
    emptied = 0
    for slot in expired_slots(before, now):
        partition = sql.Identifier(f"product_changes_{slot}")
        with connection.cursor() as cursor:
            cursor.execute(_format("has_changes", partition=partition))
            if fetch_row(cursor)[0]:  # emptying it waits for its readers
                cursor.execute(_format("empty_partition", partition=partition))
                emptied += 1
        connection.commit()
    with connection.cursor() as cursor:
        cursor.execute(_format("forget_creations", before=sql.Literal(before)))
    return emptied


def _format(query: str, **parts: sql.Composable) -> sql.Composable:
    return sql.SQL(queries("products")[query]).format(**parts)
