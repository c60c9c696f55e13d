"""Merge: one key range of the staging table into the catalogue.

The last record of a sku in the file wins, and a product that would not change is not written. Key
ranges are disjoint, so workers never wait for each other's rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps.staging import column_names, partition
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.lease import hold_lease, note_held

# Both sides come in the order of sku_key: a merge join needs neither a hash nor statistics, which
# a table that was just filled does not have.
_MERGE_JOIN = ("SET LOCAL enable_hashjoin = off", "SET LOCAL enable_nestloop = off")
_SESSION = ("SET LOCAL work_mem = '64MB'", "SET LOCAL jit = off")
# Few records are looked up one by one instead of reading all products between them.
_FEW_RECORDS = 20_000
_DEFAULTS = {"description": "''", "price": "0", "quantity": "0", "active": "true"}
# Blank and "clear" leave no value; a description that has none is empty, so that it is never null.
_CLEARED = {"description": "''", "price": "NULL", "quantity": "NULL"}


@dataclass(frozen=True)
class Merged:
    """What became of the records of a key range."""

    created: int
    updated: int
    unchanged: int
    duplicate: int


class StageLostError(Exception):
    """The staging tables were emptied by a crash of the server; the ranges are staged again."""


def merge_key_range(
    connection: Connection, job_id: str, plan: Plan, key_range: int
) -> Merged | None:
    """Merge one key range in the connection's transaction; None where it has been merged before.

    Raises StageLostError where the ledger no longer has every range, LeaseLostError where another
    job merges now. Nothing counts until the caller commits.
    """
    names = {"job_id": job_id, "key_range": key_range}
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["claim_key_range"], names)
        if not cursor.rowcount:
            return None
        hold_lease(cursor, job_id)
        cursor.execute(queries("imports")["staged_totals"], names)
        if fetch_row(cursor)[0] != len(plan.ranges):
            raise StageLostError
        merged = _merge(cursor, job_id, plan, key_range)
        cursor.execute(queries("imports")["record_key_range"], names | vars(merged))
        note_held(cursor, job_id)
    return merged


def _merge(cursor: Cursor, job_id: str, plan: Plan, key_range: int) -> Merged:
    for statement in _SESSION + (_MERGE_JOIN if plan.records > _FEW_RECORDS else ()):
        cursor.execute(statement)
    cursor.execute(_merge_statement(job_id, plan, key_range))
    staged, distinct, created, updated = fetch_row(cursor)
    return Merged(created, updated, distinct - created - updated, staged - distinct)


def _merge_statement(job_id: str, plan: Plan, key_range: int) -> sql.Composable:
    inserted, updated = _inserted_values(plan), _updated_values(plan)
    return sql.SQL(queries("imports")["merge_key_range"]).format(
        partition=partition(job_id, key_range),
        job_id=sql.Literal(job_id),
        staged=sql.SQL(", ").join(_staged_values(plan)),
        within=_within(plan, key_range),
        changed=_row(f"product.{name}" for name in updated),
        wanted=_row(updated.values()),
        assignments=sql.SQL(", ".join(f"{name} = {value}" for name, value in updated.items())),
        columns=sql.SQL(", ".join(inserted)),
        inserted=sql.SQL(", ".join(inserted.values())),
    )


def _row(expressions: Iterable[str]) -> sql.Composable:
    return sql.SQL("({})").format(sql.SQL(", ".join(expressions)))


def _within(plan: Plan, key_range: int) -> sql.Composable:
    """Return the condition that keeps the join to the key range's slice of the index."""
    low = plan.boundaries[key_range - 1] if key_range else None
    high = plan.boundaries[key_range] if key_range < len(plan.boundaries) else None
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if low is not None:
        conditions.append(sql.SQL("product.sku_key >= {}").format(sql.Literal(low)))
    if high is not None:
        conditions.append(sql.SQL("product.sku_key < {}").format(sql.Literal(high)))
    return sql.SQL(" AND ").join(conditions)


def _staged_values(plan: Plan) -> list[sql.Composable]:
    """Return the select list: the product fields of the file, and its attributes as one object."""
    fields = [field for field in plan.columns.fields if field]
    selected: list[sql.Composable] = [sql.Identifier(field) for field in fields]
    if plan.columns.attributes:
        names = column_names(plan.columns)
        keys = [sql.Literal(plan.columns.names[i]) for i in plan.columns.attributes]
        texts = [sql.Identifier(names[i]) for i in plan.columns.attributes]
        selected.append(
            sql.SQL("jsonb_strip_nulls(jsonb_object(ARRAY[{}], ARRAY[{}])) AS attributes").format(
                sql.SQL(", ").join(keys), sql.SQL(", ").join(texts)
            )
        )
    return selected


def _blank_value(plan: Plan, field: str, kept: str) -> str:
    policy = plan.options.blank.policy(field)
    return {"keep": kept, "clear": _CLEARED.get(field, "NULL"), "default": _DEFAULTS[field]}[policy]


def _inserted_values(plan: Plan) -> dict[str, str]:
    """Return the value of each column of a product that is new."""
    values = {"sku": "latest.sku", "sku_key": "latest.sku_key", "name": "latest.name"}
    for field, default in _DEFAULTS.items():
        if field in plan.columns.fields:
            values[field] = f"coalesce(latest.{field}, {_blank_value(plan, field, default)})"
    return values | _attributes(plan)


def _updated_values(plan: Plan) -> dict[str, str]:
    """Return the value of each column of a product that is there; other columns are left alone."""
    values = {"sku": "latest.sku", "name": "latest.name"}
    for field in _DEFAULTS:
        if field in plan.columns.fields:
            kept = f"product.{field}"
            values[field] = f"coalesce(latest.{field}, {_blank_value(plan, field, kept)})"
    return values | _attributes(plan)


def _attributes(plan: Plan) -> dict[str, str]:
    return {"attributes": "latest.attributes"} if plan.columns.attributes else {}
