"""Change the missing products of a key range, or plan to, in the transaction of its records."""

from typing import NamedTuple

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.job import OnDrift
from chalicelib.imports.steps.change_lines import ChangeLines
from chalicelib.imports.steps.changes import before_after, changes_of, note_overwritten
from chalicelib.imports.steps.missing import AFFECTED, found_attribute, scope_condition
from chalicelib.imports.steps.staging import missing, partition
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.journal.writing import Journal

_NULL = sql.SQL("NULL")
# The field that changes, and its value.
_CHANGED = {
    "deactivate": ("active", sql.SQL("false")),
    "zero_stock": ("quantity", sql.SQL("0")),
}


class Planned(NamedTuple):
    """How many products of a key range are missing, and how many of these have a quantity."""

    missing: int = 0
    sold_out: int = 0


def plan_missing(cursor: Cursor, job_id: str, plan: Plan, key_range: int) -> Planned:
    """Store in a job's plan what would become of the missing products of a key range."""
    if not plan.options.is_snapshot:
        return Planned()
    field, after = _CHANGED.get(plan.options.missing or "", (None, _NULL))
    parts: dict[str, sql.Composable] = {
        "missing": missing(job_id),
        "changes": changes_of(job_id),
        "key_range": sql.Literal(key_range),
        "changed": sql.Literal([field] if field else []) + sql.SQL("::text[]"),
        "columns": sql.SQL(""),
        "values": sql.SQL(""),
        "sells_out": sql.SQL("quantity_before > 0" if field == "quantity" else "false"),
    }
    if field:
        before = sql.Identifier("product", field)
        parts["columns"] = sql.SQL(", {}, {}").format(*before_after(field))
        parts["values"] = sql.SQL(", {}, {}").format(before, after)
    cursor.execute(sql.SQL(queries("imports")["plan_missing"]).format(**parts))
    return Planned(*fetch_row(cursor))


def count_planned(
    cursor: Cursor, job_id: str, plan: Plan, key_range: int, planned: Planned
) -> None:
    """Add the missing products of a key range to what its records come to."""
    field, _ = _CHANGED.get(plan.options.missing or "", (None, _NULL))
    names = {"job_id": job_id, "key_range": key_range, "field": field, **planned._asdict()}
    cursor.execute(queries("imports")["count_planned_missing"], names)


def change_missing(
    cursor: Cursor,
    journal: Journal,
    plan: Plan,
    key_range: int,
    on_drift: OnDrift | None,
    lines: ChangeLines,
) -> int:
    """Change the missing products of a key range; return how many. `journal`: of the job.

    An edit since the list was made may have taken a product out of the scope, or done the same.
    `on_drift`: of a plan, whose list then counts.
    """
    if (action := plan.options.missing) is None or not plan.options.is_snapshot:
        return 0
    is_deleted = action == "delete"
    field, after = _CHANGED.get(action, ("id", _NULL))
    list_of = "planned_missing" if on_drift else "listed_missing"
    job_changes = partition(changes_of(journal.changed_by), key_range)
    lists: dict[str, sql.Composable] = {
        "missing": missing(journal.changed_by),
        "changes": job_changes,
        "key_range": sql.Literal(key_range),
    }
    overwrites = on_drift == "overwrite"
    noted = sql.SQL(queries("imports")["note_left"]).format(**lists)
    if overwrites:
        noted += note_overwritten(job_changes, key_range, "changed")
    parts: dict[str, sql.Composable] = lists | {
        **lines.of_missing(None if is_deleted else field, "changed"),
        "listed": sql.SQL(queries("imports")[list_of]).format(**lists),
        "assignment": sql.SQL("{} = {}").format(sql.Identifier(field), after),
        "as_found": sql.SQL(queries("imports")["missing_as_found"] if overwrites else ""),
        "left_out": noted if on_drift else sql.SQL(""),
        "is_missing": _still_missing(plan, on_drift),
        "replaced": journal.updated_columns([field]),
        "journal": journal.replaced("changed", "update", [field]),
    }
    if is_deleted:
        parts["replaced"] = journal.deleted_columns()
        parts["journal"] = journal.replaced("changed", "delete")
    for query in ("lock_missing", "delete_missing" if is_deleted else "update_missing"):
        cursor.execute(sql.SQL(queries("imports")[query]).format(**parts))
    return int(fetch_row(cursor)[0])


def _still_missing(plan: Plan, on_drift: OnDrift | None) -> sql.Composable:
    """Return the condition of a listed product whose row is locked.

    A plan overwrites products that were edited since, as long as they match the options. It doesn't
    have the attributes that find products, so there it leaves edited ones alone.
    """
    as_planned = sql.SQL("product.version = missing.version")
    is_found_by_attribute = plan.reading.key.by == "attribute"
    if on_drift and (on_drift != "overwrite" or is_found_by_attribute):
        return as_planned
    conditions: list[sql.Composable] = [AFFECTED[plan.options.missing or "delete"]]
    if is_found_by_attribute:
        conditions.append(
            sql.SQL("missing.key IS NOT DISTINCT FROM {}").format(found_attribute(plan))
        )
    if plan.options.scope is not None:
        query = sql.SQL(queries("imports")["still_in_scope"])
        conditions.append(query.format(condition=scope_condition(plan.options.scope)))
    return sql.SQL(" AND ").join(conditions)
