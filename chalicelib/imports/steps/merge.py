"""Merge: bring one key range of the staging table into the catalogue.

The last record of a key in the file wins, and a product that wouldn't change isn't written. Key
ranges are disjoint, so workers never wait for each other's rows.
"""

from dataclasses import dataclass, replace
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import TryAgainError
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.job import OnDrift
from chalicelib.imports.steps.change_lines import ChangeLines
from chalicelib.imports.steps.changes_file import ChangesPieces
from chalicelib.imports.steps.compare_statement import make_apply_statement
from chalicelib.imports.steps.merge_statement import make_statement
from chalicelib.imports.steps.missing_changes import change_missing
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import hold_lease, record_activity

# Few records are looked up one by one instead of reading all products between them. So are those
# that find their products by an attribute: the products of a key range are all over the catalogue.
_FEW_RECORDS = 20_000
_MOST_TRIES = 5  # of a statement that meets edits of the same products


@dataclass(frozen=True)
class Merged:
    """The outcomes of the records of a key range, and its missing products."""

    created: int
    updated: int
    unchanged: int
    duplicate: int
    skipped: int
    missing: int = 0

    @property
    def changed(self) -> int:
        """How many products were created, changed or deleted."""
        return self.created + self.updated + self.missing


class StageLostError(Exception):
    """The staging tables were emptied by a crash of the server; the ranges are staged again."""


class EditedMeanwhileError(TryAgainError):
    """Edits of the key range's products came in between, each time that it was merged."""


def merge_key_range(
    connection: Connection,
    journal: Journal,
    plan: Plan,
    key_range: int,
    on_drift: OnDrift | None = None,
    pieces: ChangesPieces | None = None,
) -> Merged | None:
    """Merge one key range in the connection's transaction; None if it was merged before.

    `journal`: of the job, which stores what the merge replaces. `on_drift`: of a plan, of which
    then exactly what is planned is merged. `pieces`: take the changes as lines of JSON, if anybody
    gets them.
    Raises StageLostError when the ledger no longer has every range, LeaseLostError when another
    job holds the lease. Nothing counts until the caller commits.
    """
    job_id, lines = journal.changed_by, ChangeLines(is_on=pieces is not None)
    names = {"job_id": job_id, "key_range": key_range}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["claim_key_range"], names)
        if not cursor.rowcount:
            return None
        hold_lease(cursor, job_id)
        check_staged(cursor, job_id, plan)
        lines.begin(cursor)
        missing = change_missing(cursor, journal, plan, key_range, on_drift, lines)
        prepare_join(cursor, plan)
        if on_drift is None:
            merged = _merge(cursor, make_statement(journal, plan, key_range, lines))
        else:
            merged = _apply(cursor, journal, plan, key_range, on_drift, lines)
        merged = replace(merged, missing=missing)
        piece = pieces.write(cursor, key_range, merged.changed) if pieces else None
        written = {"changes_key": piece and piece.key, "changes_bytes": piece and piece.size_bytes}
        cursor.execute(queries("imports")["record_key_range"], names | vars(merged) | written)
        record_activity(cursor, job_id)
    return merged


def check_staged(cursor: Cursor, job_id: str, plan: Plan) -> None:
    """Raise StageLostError unless the ledger has every range."""
    cursor.execute(queries("imports")["staged_totals"], {"job_id": job_id})
    if fetch_row(cursor)[0] != len(plan.ranges):
        raise StageLostError


def prepare_join(cursor: Cursor, plan: Plan) -> None:
    """Set how PostgreSQL joins the records of a key range with their products."""
    cursor.execute(queries("imports")["prepare_merge"])
    if plan.records > _FEW_RECORDS and plan.reading.key.by != "attribute":
        cursor.execute(queries("imports")["join_by_merging"])


def _apply(
    cursor: Cursor,
    journal: Journal,
    plan: Plan,
    key_range: int,
    on_drift: OnDrift,
    lines: ChangeLines,
) -> Merged:
    """Apply what is planned; records that change nothing were counted by the plan."""
    names = {"job_id": journal.changed_by, "key_range": key_range}
    cursor.execute(queries("imports")["compared_totals"], names)
    unchanged, duplicate = fetch_row(cursor)
    statement = make_apply_statement(journal, plan, key_range, on_drift, lines)
    planned, created, updated, skipped = _run(cursor, statement)
    left = planned - created - updated - skipped
    return Merged(created, updated, unchanged + left, duplicate, skipped)


def _run(cursor: Cursor, statement: sql.Composable) -> tuple[Any, ...]:
    cursor.execute(statement)
    return fetch_row(cursor)


def _merge(cursor: Cursor, statement: sql.Composable) -> Merged:
    """Run a statement until no edit of its products comes in between."""
    for _ in range(_MOST_TRIES):
        cursor.execute("SAVEPOINT before_merge")
        staged, distinct, created, updated, skipped, edited = _run(cursor, statement)
        if not edited:
            unchanged = distinct - created - updated - skipped
            return Merged(created, updated, unchanged, staged - distinct, skipped)
        cursor.execute("ROLLBACK TO before_merge")
    raise EditedMeanwhileError("products were edited while their key range was merged")
