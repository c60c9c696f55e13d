"""Merge: bring one key range of the staging table into the catalogue.

The last record of a sku in the file wins, and a product that wouldn't change isn't written. Key
ranges are disjoint, so workers never wait for each other's rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps.staging import column_names, partition
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.fields import OPTIONAL, REQUIRED, ProductField
from chalicelib.products.lease import hold_lease, record_activity

# Few records are looked up one by one instead of reading all products between them.
_FEW_RECORDS = 20_000

# The value of each column, by the column's name.
Values = Mapping[str, sql.Composable]


@dataclass(frozen=True)
class Merged:
    """The outcomes of the records of a key range."""

    created: int
    updated: int
    unchanged: int
    duplicate: int


class StageLostError(Exception):
    """The staging tables were emptied by a crash of the server; the ranges are staged again."""


def merge_key_range(
    connection: Connection, job_id: str, plan: Plan, key_range: int
) -> Merged | None:
    """Merge one key range in the connection's transaction; None if it was merged before.

    Raises StageLostError when the ledger no longer has every range, LeaseLostError when another
    job holds the lease. Nothing counts until the caller commits.
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
        record_activity(cursor, job_id)
    return merged


def _merge(cursor: Cursor, job_id: str, plan: Plan, key_range: int) -> Merged:
    cursor.execute(queries("imports")["prepare_merge"])
    if plan.records > _FEW_RECORDS:
        cursor.execute(queries("imports")["join_by_merging"])
    cursor.execute(_merge_statement(job_id, plan, key_range))
    staged, distinct, created, updated = fetch_row(cursor)
    return Merged(created, updated, distinct - created - updated, staged - distinct)


def _merge_statement(job_id: str, plan: Plan, key_range: int) -> sql.Composable:
    inserted, updated = _inserted_values(plan), _updated_values(plan)
    assignments = [sql.SQL("{} = {}").format(sql.Identifier(n), v) for n, v in updated.items()]
    return sql.SQL(queries("imports")["merge_key_range"]).format(
        partition=partition(job_id, key_range),
        job_id=sql.Literal(job_id),
        staged=_joined(_staged_values(plan)),
        within=_within(plan, key_range),
        changed=_joined(sql.Identifier("product", name) for name in updated),
        new=_joined(updated.values()),
        assignments=_joined(assignments),
        columns=_joined(map(sql.Identifier, inserted)),
        inserted=_joined(inserted.values()),
    )


def _joined(parts: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(parts)


def _within(plan: Plan, key_range: int) -> sql.Composable:
    """Return the condition that limits the join to the key range's slice of the index."""
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
                _joined(keys), _joined(texts)
            )
        )
    return selected


def _inserted_values(plan: Plan) -> Values:
    """Return the value of each column of a new product."""
    values = {"sku_key": sql.Identifier("latest", "sku_key")} | _required_values()
    for field in _optional_fields(plan):
        values[field.name] = _optional_value(plan, field, sql.Literal(field.default))
    return values | _attributes(plan)


def _updated_values(plan: Plan) -> Values:
    """Return the value of each column of an existing product; other columns are left alone."""
    values = _required_values()
    for field in _optional_fields(plan):
        kept = sql.Identifier("product", field.name)
        values[field.name] = _optional_value(plan, field, kept)
    return values | _attributes(plan)


def _required_values() -> dict[str, sql.Composable]:
    return {field.name: sql.Identifier("latest", field.name) for field in REQUIRED}


def _optional_fields(plan: Plan) -> list[ProductField]:
    return [field for field in OPTIONAL if field.name in plan.columns.fields]


def _optional_value(plan: Plan, field: ProductField, kept: sql.Composable) -> sql.Composable:
    """Return the record's value; of a blank, what the blank policy says."""
    policy = plan.options.blank.policy(field.name)
    blank = {
        "keep": kept,
        "clear": sql.Literal(field.cleared),
        "default": sql.Literal(field.default),
    }[policy]
    return sql.SQL("coalesce({}, {})").format(sql.Identifier("latest", field.name), blank)


def _attributes(plan: Plan) -> dict[str, sql.Composable]:
    has_attributes = bool(plan.columns.attributes)
    return {"attributes": sql.Identifier("latest", "attributes")} if has_attributes else {}
