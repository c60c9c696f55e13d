"""Missing products: those of the scope that no record of the file names.

They are listed once all records are staged, under the lease, and counted before anything is merged.
Each key range then changes its share of the list in the transaction of its merge, so each product
is changed once. No record names them, so no merge touches them.
"""

from collections.abc import Sequence

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.summing import UNNAMED, NoteSum
from chalicelib.imports.missing_options import MISSING_DONE, Scope
from chalicelib.imports.steps.staging import (
    lock_staging,
    missing,
    named,
    staged_key,
    table,
)
from chalicelib.jobs.models import Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lists.conditions import where

_MOST_SHOWN = 5  # lines of a message
_TRUE, _NULL = sql.SQL("true"), sql.SQL("NULL")
# Products that are as they must be already aren't missing.
AFFECTED = {
    "deactivate": sql.SQL("product.active"),
    "zero_stock": sql.SQL("product.quantity IS DISTINCT FROM 0"),
    "delete": _TRUE,
}


def keep_profile(connection: Connection, job_id: str, profile: Json | None) -> None:
    """Note the profile of an import, if it has one, before it writes products. Idempotent."""
    if profile is None:
        return
    names = {"job_id": job_id, "profile_id": profile["profile_id"]}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["keep_profile"], names)


def list_missing(
    connection: Connection,
    job_id: str,
    plan: Plan,
    *,
    has_begun: bool,
) -> dict[str, NoteSum]:
    """List the missing products in the connection's transaction, and return what is doubtful.

    Idempotent: it lists the products again, as they are now. Raises JobEndedError if it isn't
    certain which ones are missing, or if they are too many before the merge has begun.
    """
    if not plan.options.is_snapshot:
        return {}
    if plan.reading.lineage:
        raise JobEndedError(
            "missing_uncertain",
            "The file has rejected records of another import, so it doesn't name every product."
            " Nothing was imported. Set options.missing to keep.",
        )
    with connection.cursor() as cursor:
        notes = _note_unnamed(cursor, job_id, plan)
        lock_staging(connection, job_id)
        cursor.execute(queries("imports")["prepare_merge"])
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(missing(job_id)))
        parts = _list_parts(job_id, plan)
        for query in ("create_missing", "fill_missing", "index_missing", "count_missing"):
            cursor.execute(sql.SQL(queries("imports")[query]).format(**parts))
        found, scope = fetch_row(cursor)
    if not has_begun:
        _check_number(plan, found, scope)
    return notes


def _list_parts(job_id: str, plan: Plan) -> dict[str, sql.Composable]:
    keys = {
        "sku": (sql.SQL("product.sku_key"), sql.SQL('sku_key_of(key) COLLATE "C"')),
        "id": (sql.SQL("product.id"), sql.SQL("key::bigint")),
        "attribute": (found_attribute(plan), sql.SQL('key COLLATE "C"')),
    }
    product_key, named_key = keys[plan.reading.key.by]
    return {
        "missing": missing(job_id),
        "named": named(job_id),
        "staged": table(job_id),
        "key_ranges": sql.Literal(plan.key_ranges),
        "attribute": found_attribute(plan),
        "affected": AFFECTED[plan.options.missing or "delete"],
        "in_scope": _in_scope(plan.options.scope),
        "staged_key": staged_key(plan),
        "named_key": named_key,
        "product_key": product_key,
    }


def found_attribute(plan: Plan) -> sql.Composable:
    """Return the attribute that finds products, if one does."""
    key = plan.reading.key
    if key.by != "attribute" or key.column is None:
        return _NULL
    name = sql.Literal(plan.columns.attribute(key.column))
    return sql.SQL("product.attributes ->> {}").format(name)


def _in_scope(scope: Scope | None) -> sql.Composable:
    if scope is None:
        return _TRUE
    found = sql.SQL(queries("products")["find_filtered"]).format(condition=scope_condition(scope))
    return sql.SQL(queries("imports")["in_scope"]).format(found=found)


def scope_condition(scope: Scope) -> sql.Composable:
    """Return the condition of a scope on documents."""
    if scope.profile is None:
        return where(scope)
    by_profile = sql.SQL(queries("imports")["written_with_profile"])
    profile = by_profile.format(profile_id=sql.Literal(scope.profile))
    return sql.SQL("{} AND {}").format(where(scope), profile)


def _note_unnamed(cursor: Cursor, job_id: str, plan: Plan) -> dict[str, NoteSum]:
    """Return the note of rejects without a key; raises JobEndedError if any may name a product."""
    cursor.execute(sql.SQL(queries("imports")["unnamed_lines"]).format(named=named(job_id)))
    found = {is_unreadable: (number, lines) for is_unreadable, number, lines in cursor.fetchall()}
    if True in found:
        raise _uncertain(*found[True])
    if not found:
        return {}
    number, lines = found[False]
    return {UNNAMED: NoteSum([plan.columns.names[plan.reading.key_column]], number, lines)}


def _uncertain(number: int, lines: Sequence[int]) -> JobEndedError:
    shown = ", ".join(f"{line:,}" for line in lines[:_MOST_SHOWN])
    return JobEndedError(
        "missing_uncertain",
        f"{number:,} rejected records can't be read, for example on line {shown}. They may name any"
        " product, so it isn't certain which products are missing. Nothing was imported. Fix these"
        " records and import the file again, or set options.missing to keep.",
    )


def _check_number(plan: Plan, found: int, scope: int) -> None:
    limit = plan.options.missing_limit
    allowed = limit.count_allowed(scope)
    if found > allowed:
        raise JobEndedError(
            "too_many_missing",
            f"{found:,} of {scope:,} products are missing from the file and would be"
            f" {MISSING_DONE[plan.options.missing or 'delete']}, but options.max_missing allows"
            f" {allowed:,}: {limit.describe()}. Nothing was imported. Check that the file has"
            " every product of options.scope. If it has, raise options.max_missing and import the"
            " file again.",
        )
