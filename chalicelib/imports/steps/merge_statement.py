"""The statement that merges one key range, by the mode and the columns of the file."""

from collections.abc import Iterable, Mapping, Sequence

from psycopg2 import sql

from chalicelib.http.sizes import MAX_ESCAPED_BYTE
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.options import Mode
from chalicelib.imports.steps.change_lines import ChangeLines
from chalicelib.imports.steps.staging import (
    boundary,
    column_names,
    lookup,
    partition,
    staged_key,
    table,
)
from chalicelib.postgres import queries
from chalicelib.products.fields import OPTIONAL, REQUIRED, ProductField
from chalicelib.products.journal.writing import Journal
from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, INTEGER_MAX, MOST_ATTRIBUTES

# An attribute takes 8 bytes of PostgreSQL's jsonb, and its name and text one or more each.
_BYTES_OF_NAMES = 10 * MOST_ATTRIBUTES
# The value of each column, by the column's name.
Values = Mapping[str, sql.Composable]


def make_statement(
    journal: Journal, plan: Plan, key_range: int, lines: ChangeLines
) -> sql.Composable:
    """Return the statement that merges one key range.

    Its row has the records staged, their different keys, how many products were created and
    updated, how many records were skipped, and how many met an edit of their product.
    """
    parts, mode = make_parts(journal, plan, key_range), plan.options.merge_mode
    parts |= lines.of_merge(updated_values(plan), "created" if mode == "create" else "merged")
    parts["journal"] = make_journal(journal, plan, mode, key_range)
    return sql.SQL(queries("imports")[f"{mode}_key_range"]).format(**parts)


def make_parts(journal: Journal, plan: Plan, key_range: int) -> dict[str, sql.Composable]:
    """Return what statements consist of that compare or merge one key range."""
    job_id = journal.changed_by
    inserted, updated = _inserted_values(plan), updated_values(plan)
    assignments = [sql.SQL("{} = {},").format(sql.Identifier(n), v) for n, v in updated.items()]
    return {
        "partition": partition(table(job_id), key_range),
        "job_id": sql.Literal(job_id),
        "replaced": journal.updated_columns(updated),
        "key": staged_key(plan),
        "sku": sql.SQL("latest.sku" if plan.reading.key.by == "sku" else "NULL"),
        "source": make_source(job_id, plan, key_range, "latest"),
        "other_source": make_source(job_id, plan, key_range, "others"),
        "staged": sql.SQL("").join(map(sql.SQL(", {}").format, _staged_values(plan))),
        "matches": _matches(plan, key_range),
        "changes": _changes(plan, updated),
        "problem": _problem(plan, updated),
        "assignments": sql.SQL(" ").join(assignments),
        "columns": _joined(map(sql.Identifier, inserted)),
        "inserted": _joined(inserted.values()),
    }


def make_journal(journal: Journal, plan: Plan, mode: Mode, key_range: int) -> sql.Composable:
    """Return the parts of the statement that store what it replaces and creates."""
    updated = updated_values(plan)
    parts = {
        "upsert": [
            journal.replaced("updated", "update", updated),
            journal.created("created", key_range),
        ],
        "update": [journal.replaced("merged", "update", updated)],
        "create": [journal.created("created", key_range)],
    }
    return sql.SQL("").join(parts[mode])


def _joined(parts: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(parts)


def _changes(plan: Plan, updated: Values) -> sql.Composable:
    """Return the condition that a record changes its product."""
    merged = {"attributes"} if plan.options.mode == "update" else set()
    compared = {name: value for name, value in updated.items() if name not in merged}
    conditions: list[sql.Composable] = []
    if compared:
        fields = _joined(sql.Identifier("product", name) for name in compared)
        differ = sql.SQL("(({}) IS DISTINCT FROM ({}))").format(fields, _joined(compared.values()))
        conditions.append(differ)
    if merged & updated.keys():  # quicker than merging them to compare
        conditions.append(sql.SQL("NOT product.attributes @> latest.attributes"))
    return sql.SQL("({})").format(sql.SQL(" OR ").join(conditions or [sql.SQL("false")]))


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
        attribute = sql.Literal(plan.columns.attribute(key.column or 0))
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


def make_source(
    job_id: str, plan: Plan, key_range: int, records: str, more: Sequence[str] = ()
) -> sql.Composable:
    """Return the records with their attributes as one object, and the products of the lookup.

    Texts take less memory to sort than the object, so it is made after that; OFFSET keeps
    PostgreSQL from making it again wherever it is used. The records are in the order of the index
    that finds their products, so each page of the catalogue is read once. `more`: columns that the
    records have beside those of the file.
    """
    fields = map(sql.Identifier, filter(None, plan.columns.fields))
    columns: list[sql.Composable] = [sql.SQL("key, line"), *fields, *map(sql.Identifier, more)]
    origin: sql.Composable = sql.Identifier(records)
    order = "key"
    if _attribute_columns(plan):
        columns.append(sql.SQL("{} AS attributes").format(_attributes_object(plan)))
    if plan.reading.key.by == "attribute":
        columns.append(sql.SQL("found.id AS found_id"))
        found = sql.SQL("{} LEFT JOIN {} AS found USING (key)")
        origin = found.format(origin, partition(lookup(job_id), key_range))
        order = "found.id"
    elif not _attribute_columns(plan):
        return origin
    query = sql.SQL("(SELECT {} FROM {} ORDER BY {} OFFSET 0)")
    return query.format(_joined(columns), origin, sql.SQL(order))


def _staged_values(plan: Plan) -> list[sql.Composable]:
    """Return the select list: the columns of the staging table that the catalogue gets."""
    summed = {"quantity"} if plan.reading.rows.summed_by else set()
    fields = [field for field in plan.columns.fields if field]
    names = column_names(plan.columns)
    texts = [sql.Identifier(names[i]) for i in _attribute_columns(plan)]
    return [_sum(field) if field in summed else sql.Identifier(field) for field in fields] + texts


def _attribute_columns(plan: Plan) -> tuple[int, ...]:
    """Return the columns that become attributes; the one that finds products is in them already."""
    key = plan.reading.key
    found_by = key.column if key.by == "attribute" else None
    return tuple(i for i in plan.columns.attributes if i != found_by)


def _attributes_object(plan: Plan) -> sql.Composable:
    """Return the attributes of a record that aren't blank, as jsonb."""
    columns, names = _attribute_columns(plan), column_names(plan.columns)
    texts = _joined(sql.Identifier(names[i]) for i in columns)
    keys = _joined(sql.Literal(plan.columns.attribute(i)) for i in columns)
    made = sql.SQL("jsonb_object(ARRAY[{}], ARRAY[{}])").format(keys, texts)
    query = "CASE WHEN ROW({}) IS NOT NULL THEN {} ELSE jsonb_strip_nulls({}) END"
    return sql.SQL(query).format(texts, made, made)


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


def updated_values(plan: Plan) -> Values:
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
    cleared, default = sql.Literal(field.cleared), sql.Literal(field.default)
    blank = {"keep": kept, "clear": cleared, "default": default}[policy]
    return sql.SQL("coalesce({}, {})").format(sql.Identifier("latest", field.name), blank)


def _attributes(plan: Plan) -> dict[str, sql.Composable]:
    return (
        {"attributes": sql.Identifier("latest", "attributes")} if _attribute_columns(plan) else {}
    )


def _merged_attributes(plan: Plan) -> dict[str, sql.Composable]:
    """Return the product's attributes with those of the record, which leaves out blank ones."""
    if not _attribute_columns(plan):
        return {}
    return {"attributes": sql.SQL("(product.attributes || latest.attributes)")}
