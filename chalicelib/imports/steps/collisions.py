"""Find SKUs that were composed of several columns and that records with other texts have too."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.summing import SKU_COLLISION, NoteSum
from chalicelib.imports.steps.staging import composes_skus, staged_key, table
from chalicelib.postgres import queries


def find_collisions(connection: Connection, job_id: str, plan: Plan) -> dict[str, NoteSum]:
    """Return the note of a job's composed SKUs that aren't one product's, once all is staged."""
    if not composes_skus(plan):
        return {}
    statement = sql.SQL(queries("imports")["colliding_skus"])
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["prepare_merge"])
        cursor.execute(statement.format(staged=table(job_id), key=staged_key(plan)))
        found = cursor.fetchall()
    if not found:
        return {}
    names = [plan.columns.names[column] for column in plan.reading.rows.sku_from]
    lines = sorted({line for first, last, _ in found for line in (first, last)})
    return {SKU_COLLISION: NoteSum(names, count=found[0][2], lines=lines)}
