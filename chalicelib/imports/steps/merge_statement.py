"""The statement that merges one key range, by the mode and the columns of the file."""

from collections.abc import Iterable, Mapping

from psycopg2 import sql

from chalicelib.http.sizes import MAX_ESCAPED_BYTE
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.steps.staging import (
    boundary,
    column_names,
    lookup,
    partition,
    staged_key,
)
from chalicelib.postgres import queries
from chalicelib.products.fields import OPTIONAL, REQUIRED, ProductField
from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, INTEGER_MAX, MOST_ATTRIBUTES

# An attribute takes 8 bytes of PostgreSQL's jsonb, and its name and text one or more each.
_BYTES_OF_NAMES = 10 * MOST_ATTRIBUTES
# The value of each column, by the column's name.
Values = Mapping[str, sql.Composable]


def make_statement(job_id: str, plan: Plan, key_range: int) -> sql.Composable:
    """Return the statement that merges one key range.

    Its row has the records staged, their different keys, how many products were created and
    updated, how many records were skipped, and how many met an edit of their product.
    """
    inserted, updated = _inserted_values(plan), _updated_values(plan)
    assignments = [sql.SQL("{} = {},").format(sql.Identifier(n), v) for n, v in updated.items()]
    return sql.SQL(queries("imports")[f"{plan.options.merge_mode}_key_range"]).format(
        partition=partition(job_id, key_range),
        job_id=sql.Literal(job_id),
        key=staged_key(plan),
        sku=sql.SQL("latest.sku" if plan.reading.key.by == "sku" else "NULL"),
        source=_source(job_id, plan),
        staged=_joined(_staged_values(plan)),
        matches=_matches(plan, key_range),
        changes=_changes(updated),
        problem=_problem(plan, updated),
        assignments=sql.SQL(" ").join(assignments),
        columns=_joined(map(sql.Identifier, inserted)),
        inserted=_joined(inserted.values()),
    )


def _joined(parts: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(parts)


def _changes(updated: Values) -> sql.Composable:
    """Return the condition that a record changes its product."""
    if not updated:
        return sql.SQL("false")
    return sql.SQL("(({}) IS DISTINCT FROM ({}))").format(
        _joined(sql.Identifier("product", name) for name in updated), _joined(updated.values())
    )


def _problem(plan: Plan, updated: Values) -> sql.Composable:
    """Return why a record can't update its product: both together have too many attributes.

    Where a file's attributes replace those of the product, its records were checked when staged.
    """
    if plan.options.mode != "update" or "attributes" not in updated:
        return sql.NULL
    return sql.SQL(queries("imports")["attributes_problem"]).format(
        attributes=updated["attributes"],
        sure_bytes=sql.Literal(min(_BYTES_OF_NAMES, ATTRIBUTES_MAX_BYTES // MAX_ESCAPED_BYTE)),
        most=sql.Literal(MOST_ATTRIBUTES),
        most_bytes=sql.Literal(ATTRIBUTES_MAX_BYTES),
    )


def _matches(plan: Plan, key_range: int) -> sql.Composable:
    """Return the join's condition, which limits it to the key range's slice of the index."""
    key = plan.reading.key
    if key.by == "attribute":  # an edit may have changed it since the lookup was filled
        attribute = sql.Literal(plan.columns.names[key.column or 0])
        condition = "product.id = latest.found_id AND product.attributes ->> {} = latest.key"
        return sql.SQL(condition).format(attribute)
    column = sql.Identifier("product", "id" if key.by == "id" else "sku_key")
    conditions = [sql.SQL("{} = latest.key").format(column)]
    if key_range:
        low = boundary(plan, key_range - 1)
        conditions.append(sql.SQL("{} >= {}").format(column, low))
    if key_range < len(plan.boundaries):
        high = boundary(plan, key_range)
        conditions.append(sql.SQL("{} < {}").format(column, high))
    return sql.SQL(" AND ").join(conditions)


def _source(job_id: str, plan: Plan) -> sql.Composable:
    """Return the last records, with the product that the lookup has for each, if there is one."""
    if plan.reading.key.by != "attribute":
        return sql.SQL("latest")
    found = "(SELECT latest.*, found.id AS found_id FROM latest LEFT JOIN {} AS found USING (key))"
    return sql.SQL(found).format(lookup(job_id))


def _staged_values(plan: Plan) -> list[sql.Composable]:
    """Return the select list: the product fields of the file, and its attributes as one object."""
    fields = [field for field in plan.columns.fields if field]
    summed = {"quantity"} if plan.reading.rows.summed_by else set()
    selected = [_sum(field) if field in summed else sql.Identifier(field) for field in fields]
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


def _sum(field: str) -> sql.Composable:
    """Return the sum of a whole number over all records of the product; null if none has one."""
    name, most = sql.Identifier(field), sql.Literal(INTEGER_MAX)
    total = sql.SQL("sum({}) OVER (PARTITION BY key)").format(name)
    limited = "(CASE WHEN {total} > {most} THEN {most} ELSE {total} END)::integer AS {name}"
    return sql.SQL(limited).format(total=total, most=most, name=name)


def _inserted_values(plan: Plan) -> Values:
    """Return the value of each column of a new product."""
    values = {"sku_key": sql.Identifier("latest", "key")} | _required_values()
    for field in _optional_fields(plan):
        values[field.name] = _optional_value(plan, field, sql.Literal(field.default))
    return values | _attributes(plan)


def _updated_values(plan: Plan) -> Values:
    """Return the value of each column of an existing product; other columns are left alone."""
    is_update = plan.options.mode == "update"
    values = _kept_if_blank(plan) if is_update else _required_values()
    for field in _optional_fields(plan):
        kept = sql.Identifier("product", field.name)
        values[field.name] = _optional_value(plan, field, kept)
    return values | (_merged_attributes(plan) if is_update else _attributes(plan))


def _required_values() -> dict[str, sql.Composable]:
    return {field.name: sql.Identifier("latest", field.name) for field in REQUIRED}


def _kept_if_blank(plan: Plan) -> dict[str, sql.Composable]:
    """Return the required fields that an update sets: not the sku, which only finds the product."""
    return {
        field.name: sql.SQL("coalesce({}, {})").format(
            sql.Identifier("latest", field.name), sql.Identifier("product", field.name)
        )
        for field in REQUIRED
        if field.name != "sku" and field.name in plan.columns.fields
    }


def _optional_fields(plan: Plan) -> list[ProductField]:
    return [field for field in OPTIONAL if field.name in plan.columns.fields]


def _optional_value(plan: Plan, field: ProductField, kept: sql.Composable) -> sql.Composable:
    """Return the record's value; of a blank, what the blank policy says."""
    usual = plan.reading.blank.get(field.name, "default")
    policy = plan.options.blank_policy(field.name, usual)
    blank = {
        "keep": kept,
        "clear": sql.Literal(field.cleared),
        "default": sql.Literal(field.default),
    }[policy]
    return sql.SQL("coalesce({}, {})").format(sql.Identifier("latest", field.name), blank)


def _attributes(plan: Plan) -> dict[str, sql.Composable]:
    has_attributes = bool(plan.columns.attributes)
    return {"attributes": sql.Identifier("latest", "attributes")} if has_attributes else {}


def _merged_attributes(plan: Plan) -> dict[str, sql.Composable]:
    """Return the product's attributes with those of the record, which leaves out blank ones."""
    if not plan.columns.attributes:
        return {}
    return {"attributes": sql.SQL("(product.attributes || latest.attributes)")}
