"""Compare: plan one key range of the staging table, and sum up what is planned."""

from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.compare_statement import PRICE_PERCENT, make_compare_statement
from chalicelib.imports.steps.merge import check_staged, prepare_join
from chalicelib.imports.steps.missing_changes import count_planned, plan_missing
from chalicelib.postgres import fetch_row, queries


def compare_key_range(connection: Connection, job_id: str, plan: Plan, key_range: int) -> bool:
    """Plan one key range in the connection's transaction; return False if it was planned before.

    It needs no lease: a change since then is drift, which the apply finds.
    Raises StageLostError when the ledger no longer has every range.
    """
    names = {"job_id": job_id, "key_range": key_range}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["claim_compared"], names)
        if not cursor.rowcount:
            return False
        check_staged(cursor, job_id, plan)
        planned = plan_missing(cursor, job_id, plan, key_range)
        prepare_join(cursor, plan)
        _run(cursor, make_compare_statement(job_id, plan, key_range))
        if planned.missing:
            count_planned(cursor, job_id, plan, key_range, planned)
    return True


def _run(cursor: Cursor, statement: sql.Composable) -> None:
    cursor.execute(statement)


def sum_plan(connection: Connection, job_id: str) -> dict[str, Any]:
    """Return what a job's plan comes to, once all key ranges are compared."""
    names = {"job_id": job_id}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["sum_plan"], names)
        *outcomes, price_changes, quantity_to_zero = fetch_row(cursor)
        cursor.execute(queries("imports")["sum_planned_fields"], names)
        fields = {field: products for field, products in cursor if products}
    return {
        "counts": dict(zip(ledger.COUNTS, outcomes, strict=True)),
        "fields": fields,
        "price_changes": {"above_percent": PRICE_PERCENT, "count": price_changes},
        "quantity_to_zero": quantity_to_zero,
    }
