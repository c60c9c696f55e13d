"""The statements of a revert: what becomes of each product of a job, for some of them or all."""

from collections.abc import Sequence

from psycopg2 import sql

from chalicelib.postgres import queries
from chalicelib.products.batches.work import Batch
from chalicelib.products.fields import NAMES
from chalicelib.products.journal.writing import NEVER_NULL, Journal
from chalicelib.products.reverts.job import OnConflict
from chalicelib.products.reverts.target import Target

MOST_CONFLICTS = 100  # of a preview
# What a product gets back; its time of update is new, because readers look for changes by it.
_RESTORED = (*NAMES, "attributes", "source_job_id", "source_line")
_RECREATED = (*_RESTORED, "created_at")


def make_preview(target: Target, on_conflict: OnConflict) -> sql.Composable:
    """Return the statement that counts what a revert would do, and lists the first conflicts."""
    job_id = sql.Literal(target.job_id)
    changed = _changed(target, ["sku"], sql.SQL("true"))
    creations = _format("creations_only", by_job=target.by_job(), job_id=job_id)
    created = _format("created_products", columns=_nulls(["sku"]), created=creations)
    both = sql.SQL("({}) UNION ALL ({})").format(changed, created)
    decided = _decided(target, on_conflict, both, ["sku"], "checked_for_good")
    return _format("preview_revert", decided=decided, most=sql.Literal(MOST_CONFLICTS))


def make_search(
    target: Target, on_conflict: OnConflict, job_id: str, among: sql.Composable | None = None
) -> sql.Composable:
    """Return the statement that finds products which the revert `job_id` left, and may now revert.

    It left them because others had their SKUs. `among`: the ids of some; None for all of them. Its
    row has how many those are, the ids of what it finds, and of what exists and gets another SKU.
    """
    left = _format("taken_products", job_id=sql.Literal(job_id))
    ids = sql.SQL("product_id = ANY ({})").format(among) if among else left
    changed = _changed(target, ["sku"], ids)
    decided = _decided(target, on_conflict, changed, ["sku"], "checked_for_good")
    return _format("find_free", decided=decided)


def make_deletion(batch: Batch, journal: Journal) -> sql.Composable:
    """Return the statement that deletes the products of a batch that are as they were created.

    Its row has how many products were deleted, and the ids of the others, if any.
    """
    ended = _format("untouched_ended", ids=batch.ids, journal=journal.replaced("written", "delete"))
    written = journal.deleted_columns()
    return _format("delete_untouched", ids=batch.ids, written=written, ended=ended)


def make_restoration(target: Target, batch: Batch, journal: Journal) -> sql.Composable:
    """Return the same for products that are as the target updated them."""
    values = [_unless_left_alone(name) for name in _RESTORED]
    return _format(
        "restore_untouched",
        by_job=target.by_job(),
        ids=batch.ids,
        columns=_names(_RESTORED),
        values=_join(values),
        written=journal.updated_columns(),
        ended=_format(
            "untouched_ended", ids=batch.ids, journal=journal.replaced("written", "update")
        ),
    )


def make_revert(
    target: Target,
    on_conflict: OnConflict,
    products: tuple[sql.Composable, str | None],
    journal: Journal,
) -> sql.Composable:
    """Return the statement that reverts products, given by their ids and label.

    Its row has how many products are planned, were found in the journal, have a SKU that is taken,
    and were restored, deleted and recreated.
    """
    ids, label = products
    if label == "create":
        created = sql.SQL("unnest({}) AS id").format(ids)
        changed = _format("created_products", columns=_nulls(_RECREATED), created=created)
    else:
        among = sql.SQL("product_id = ANY ({})").format(ids)
        changed = _changed(target, _RECREATED, among)
    restored = [sql.Identifier("decided", name) for name in _RESTORED]
    return _format(
        "revert_batch",
        job_id=sql.Literal(journal.changed_by),
        ids=ids,
        decided=_decided(target, on_conflict, changed, _RECREATED, "checked_now"),
        columns=_names(_RESTORED),
        restored_values=_join(restored),
        recreated_columns=_names(_RECREATED),
        is_whole=sql.SQL("num_nulls({}) = 0").format(_names(NEVER_NULL)),
        deleted_columns=journal.deleted_columns(),
        updated_columns=journal.updated_columns(),
        journal=journal.replaced("deleted", "delete")
        + journal.replaced("restored", "update")
        + journal.restored("recreated"),
    )


def _changed(target: Target, columns: Sequence[str], among: sql.Composable) -> sql.Composable:
    names = _names(columns)
    return _format("changed_products", by_job=target.by_job(), columns=names, among=among)


def _decided(
    target: Target,
    on_conflict: OnConflict,
    changed: sql.Composable,
    columns: Sequence[str],
    checked: str,
) -> sql.Composable:
    may_be_left_alone = [name for name in columns if name in NEVER_NULL]
    overwrites = sql.Literal(on_conflict == "overwrite")
    return _format(
        "decided",
        checked=_format(checked, overwrites=overwrites),
        changed=changed,
        values_before=_join([_before(name) for name in columns]),
        has_left_alone=_any_null("changed", may_be_left_alone),
        later_values=_join([_later(name) for name in may_be_left_alone]),
        later_slots=target.later_slots(),
        overwrites=overwrites,
    )


def _before(name: str) -> sql.Composable:
    """Return the select item of a column's value before the target."""
    if name not in NEVER_NULL:
        return sql.Identifier("changed", name)
    item = "coalesce(changed.{0}, later.{0}, product.{0}) AS {0}"
    return sql.SQL(item).format(sql.Identifier(name))


def _any_null(table: str, names: Sequence[str]) -> sql.Composable:
    """Return the condition that any of some columns is null."""
    columns = _join([sql.Identifier(table, name) for name in names])
    return sql.SQL("num_nulls({}) > 0").format(columns)


def _unless_left_alone(name: str) -> sql.Composable:
    """Return a column's value before an update that nothing followed."""
    kept = "coalesce(changed.{0}, product.{0})" if name in NEVER_NULL else "changed.{0}"
    return sql.SQL(kept).format(sql.Identifier(name))


def _later(name: str) -> sql.Composable:
    """Return the select item of a column's value in the first change that has it."""
    item = "(array_agg({0} ORDER BY version) FILTER (WHERE {0} IS NOT NULL))[1] AS {0}"
    return sql.SQL(item).format(sql.Identifier(name))


def _format(query: str, **parts: sql.Composable) -> sql.Composable:
    return sql.SQL(queries("products")[query]).format(**parts)


def _join(parts: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(parts)


def _names(columns: Sequence[str]) -> sql.Composable:
    return _join([sql.Identifier(name) for name in columns])


def _nulls(columns: Sequence[str]) -> sql.Composable:
    """Return the columns without values, each of its type."""
    of_none = "(NULL::products).{0} AS {0}"
    return _join([sql.SQL(of_none).format(sql.Identifier(name)) for name in columns])
