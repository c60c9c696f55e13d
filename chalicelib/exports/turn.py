"""Plan: take the lease, then fix the ranges and the columns of the file."""

from psycopg2.extensions import connection as Connection

from chalicelib.exports.attempt import Attempt, Plan
from chalicelib.exports.columns import Column, choose_columns
from chalicelib.exports.layouts import arrange_columns
from chalicelib.exports.plan import IdRange, progress_of_plan
from chalicelib.exports.requests import ATTRIBUTES
from chalicelib.exports.selection import plan_ranges, read_attribute_names
from chalicelib.exports.storage import encode
from chalicelib.exports.tables import write_header
from chalicelib.exports.workbook import check_rows
from chalicelib.imports.formats.catalogue import find_layout
from chalicelib.objects.assembly import Piece
from chalicelib.objects.writing import write_object
from chalicelib.products.lease import hold_lease, next_wait_seconds, record_activity, try_lease
from chalicelib.telemetry import Event


def plan(attempt: Attempt, event: Event) -> Event:
    """Return the outcome wait or export, with the input of the next state.

    The products are selected after the job has the lease, so that no import and no bulk delete
    comes between two ranges.
    """
    with attempt.database("plan_export") as connection:
        if not try_lease(connection, attempt.jobs, attempt.job_id):
            return {
                "outcome": "wait",
                "wait_seconds": next_wait_seconds(event.get("wait_seconds", 0)),
            }
        connection.commit()  # others that try the lease need not wait for the plan
        with connection.cursor() as cursor:
            hold_lease(cursor, attempt.job_id)
            columns = _choose_columns(connection, attempt)
            ranges = _plan_ranges(connection, attempt)
            record_activity(cursor, attempt.job_id)
    has_header = attempt.request.format in ("csv", "csv.gz")
    header = _write_header(attempt, columns) if has_header else None
    found = Plan(columns, ranges, header)
    attempt.report("plan", progress_of_plan(found.products))
    return {
        "outcome": "export",
        "plan": attempt.keep_plan(found),
        "ranges": list(range(len(ranges))),
    }


def _choose_columns(connection: Connection, attempt: Attempt) -> list[Column]:
    """Return the columns of a table; none for a file that isn't one."""
    request = attempt.request
    if request.format == "jsonl":
        return []
    has_all = request.fields is None or ATTRIBUTES in request.fields
    names = read_attribute_names(connection, request) if has_all else []
    shop = find_layout(request.layout)
    return arrange_columns(*shop, names) if shop else choose_columns(request.fields, names)


def _plan_ranges(connection: Connection, attempt: Attempt) -> list[IdRange]:
    """Return the ranges: one of a workbook, and one of a file whose products are sorted."""
    is_workbook = attempt.request.format == "xlsx"
    if not is_workbook and not find_layout(attempt.request.layout):
        return plan_ranges(connection, attempt.request)
    found = plan_ranges(connection, attempt.request, most=1) or [IdRange(0, 0, 0)]
    if is_workbook:
        check_rows(found[0].products)
    return found


def _write_header(attempt: Attempt, columns: list[Column]) -> Piece:
    key = attempt.work.key(attempt.new_name("header"))
    with (
        write_object(attempt.work.client, attempt.work.bucket, key) as target,
        encode(target, attempt.request.format) as writer,
    ):
        writer.write(write_header(columns))
    return Piece(key, target.size_bytes)
