"""The statements that compare a key range with the catalogue, and apply what was planned for it.

They consist of the same parts as the merge, so that a plan is what a merge would do.
"""

from collections.abc import Mapping

from psycopg2 import sql

from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.job import OnDrift
from chalicelib.imports.steps.change_lines import ChangeLines
from chalicelib.imports.steps.changes import before_after, changes_of, note_overwritten
from chalicelib.imports.steps.merge_statement import (
    make_journal,
    make_parts,
    make_source,
    updated_values,
)
from chalicelib.imports.steps.staging import partition
from chalicelib.postgres import queries
from chalicelib.products.journal.writing import Journal

PRICE_PERCENT = 50  # a price that changes by more is called out
_PLANNED = ("planned_id", "planned_version")
_AS_PLANNED = "product.id = latest.planned_id AND product.version = latest.planned_version"
_AS_ABSENT = "latest.planned_id IS NULL"
# The cheap part first: an initial import creates all of its products.
_IS_UPDATED = sql.SQL("product.id IS NOT NULL AND found.outcome = 'updated'")

Parts = Mapping[str, sql.Composable]


def make_compare_statement(job_id: str, plan: Plan, key_range: int) -> sql.Composable:
    """Return the statement that plans one key range, whose ledger row it updates."""
    values = updated_values(plan)
    columns = [column for name in values for column in before_after(name)]
    parts = make_parts(Journal(job_id, is_on=False), plan, key_range) | {
        "changes": changes_of(job_id),
        "key_range": sql.Literal(key_range),
        "columns": _prefixed(columns),
        "order": sql.SQL("latest.found_id" if plan.reading.key.by == "attribute" else "latest.key"),
        "is_updated": _IS_UPDATED,
        "changed": _names_of_changed(values),
        "compared": _prefixed([part for name in values for part in _compared(name, values[name])]),
        "outcome": _outcome(plan, make_parts(Journal(job_id, is_on=False), plan, key_range)),
        "field_counts": sql.SQL(", ").join(map(_count, values)),
        "price_changes": _price_changes() if "price" in values else sql.SQL("false"),
        "quantity_to_zero": _to_zero() if "quantity" in values else sql.SQL("false"),
    }
    return sql.SQL(queries("imports")["compare_key_range"]).format(**parts)


def make_apply_statement(
    journal: Journal, plan: Plan, key_range: int, on_drift: OnDrift, lines: ChangeLines
) -> sql.Composable:
    """Return the statement that applies what is planned for one key range.

    Its row has how many changes were planned, how many products were created and updated, and how
    many records were skipped because their product isn't as it was.
    """
    job_id = journal.changed_by
    parts = make_parts(journal, plan, key_range)
    overwrites, changes = on_drift == "overwrite", partition(changes_of(job_id), key_range)
    allowed = _allow_always(plan, parts) if overwrites else _allow_as_planned(plan)
    noted = note_overwritten(changes, key_range, "merged", sql.Identifier("line"))
    return sql.SQL(queries("imports")["apply_key_range"]).format(
        **parts
        | {
            "changes": changes,
            "key_range": sql.Literal(key_range),
            "as_found": sql.SQL(queries("imports")["as_found"] if overwrites else ""),
            "overwritten": noted if overwrites else sql.SQL(""),
            "source": make_source(job_id, plan, key_range, "chosen", _PLANNED),
            "left_out": make_source(job_id, plan, key_range, "left_out"),
            "clauses": _clauses(allowed, parts),
            "is_drift": _drift(on_drift, parts),
            "journal": make_journal(journal, plan, "upsert", key_range),
        }
        | lines.of_merge(updated_values(plan), "merged")
    )


def _clauses(allowed: Parts, parts: Parts) -> sql.Composable:
    clauses = [
        sql.SQL(queries("imports")[name]).format(condition=condition, **parts)
        for name, condition in allowed.items()
    ]
    return sql.SQL("\n").join(clauses)


def _allow_as_planned(plan: Plan) -> Parts:
    """Return the conditions of the writes that a mode allows: the product is as it was planned."""
    allowed = {
        "update_as_planned": sql.SQL(_AS_PLANNED),
        "create_as_planned": sql.SQL(_AS_ABSENT),
    }
    return _of_mode(plan, allowed)


def _allow_always(plan: Plan, parts: Parts) -> Parts:
    """Return the conditions of the writes that a mode allows, whatever was changed since."""
    may_update = sql.SQL("{} AND ({}) IS NULL").format(parts["changes"], parts["problem"])
    return _of_mode(plan, {"update_as_planned": may_update, "create_as_planned": sql.SQL("true")})


def _of_mode(plan: Plan, allowed: Parts) -> Parts:
    other = {"update": "create_as_planned", "create": "update_as_planned"}
    left_out = other.get(plan.options.merge_mode)
    return {name: condition for name, condition in allowed.items() if name != left_out}


def _drift(on_drift: OnDrift, parts: Parts) -> sql.Composable:
    """Return the condition that a planned record which wrote nothing is drift.

    Where records overwrite products, one that has the values already is unchanged.
    """
    if on_drift != "overwrite":
        return sql.SQL("true")
    return sql.SQL("product.id IS NULL OR {}").format(parts["changes"])


def _outcome(plan: Plan, parts: Parts) -> sql.Composable:
    name = f"{plan.options.merge_mode}_outcome"
    return sql.SQL(queries("imports")[name]).format(**parts)


def _prefixed(columns: list[sql.Composable] | list[sql.Identifier]) -> sql.Composable:
    return sql.SQL("").join(map(sql.SQL(", {}").format, columns))


def _differs(name: str, value: sql.Composable) -> sql.Composable:
    column = sql.Identifier("product", name)
    return sql.SQL("{} AND {} IS DISTINCT FROM {}").format(_IS_UPDATED, column, value)


def _compared(name: str, value: sql.Composable) -> list[sql.Composable]:
    """Return the columns with the value before and after, both null if it doesn't change."""
    before, after = before_after(name)
    query = sql.SQL("CASE WHEN {} THEN {} END AS {}")
    return [
        query.format(_differs(name, value), sql.Identifier("product", name), before),
        query.format(_differs(name, value), value, after),
    ]


def _names_of_changed(values: Mapping[str, sql.Composable]) -> sql.Composable:
    if not values:
        return sql.SQL("'{{}}'::text[]")
    names = (
        sql.SQL("CASE WHEN {} THEN {} END").format(_differs(name, value), sql.Literal(name))
        for name, value in values.items()
    )
    return sql.SQL("array_remove(ARRAY[{}], NULL)").format(sql.SQL(", ").join(names))


def _count(name: str) -> sql.Composable:
    text = sql.Literal(name)
    return sql.SQL("{}, count(*) FILTER (WHERE {} = ANY (changed))").format(text, text)


def _price_changes() -> sql.Composable:
    """Return the condition that a price changes by more, as one that is cleared or given does."""
    percent = sql.Literal(PRICE_PERCENT)
    query = """
        'price' = ANY (changed)
        AND coalesce(abs(price_after - price_before) > price_before * {} / 100, true)
    """
    return sql.SQL(query).format(percent)


def _to_zero() -> sql.Composable:
    return sql.SQL("quantity_before > 0 AND quantity_after = 0")
