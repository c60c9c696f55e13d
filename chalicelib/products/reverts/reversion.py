"""The work of a revert: give each product of a job its row before, unless it changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import JobEndedError
from chalicelib.jobs.models import Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.batches.work import Batch
from chalicelib.products.fields import NAMES
from chalicelib.products.journal.writing import NEVER_NULL, Journal
from chalicelib.products.reverts.job import OnConflict, RevertJob
from chalicelib.products.reverts.target import Target

MOST_CONFLICTS = 100  # of a preview
# What a product gets back; a new time of update, because readers look for changes by it.
_RESTORED = (*NAMES, "attributes", "source_job_id", "source_line")
_RECREATED = (*_RESTORED, "created_at")
_NOTHING = sql.SQL("NULL")


class Preview(NamedTuple):
    """What a revert would do: products by outcome, and the first conflicts."""

    counts: dict[str, int]
    conflicts: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Reversion:
    """Takes back what the target changed; `on_conflict` is for products that changed since."""

    target: Target
    on_conflict: OnConflict

    @classmethod
    def of_job(cls, job: RevertJob, request: Json) -> Self:
        """Return the work of a revert; `request` is its target."""
        return cls(Target.from_json(request), job.on_conflict)

    def find(self) -> sql.Composable:
        """Return the query for the products of the target."""
        return self.target.find()

    def check_plan(self, products: int) -> None:
        """Raise JobEndedError if the journal no longer has all that the target changed."""
        if products < self.target.changed:
            raise _expired_error()

    def run(self, cursor: Cursor, batch: Batch, journal: Journal) -> dict[str, int]:
        """Revert the products of a batch, all of them changed or all of them created."""
        lock = sql.SQL(queries("products")["lock_products"])
        cursor.execute(lock.format(ids=batch.ids))
        statement: sql.Composable = self._make_statement(batch, journal)
        cursor.execute(statement)
        planned, found, restored, deleted, recreated = fetch_row(cursor)
        if found != planned:  # the journal was emptied since the plan
            raise _expired_error()
        conflicts = planned - restored - deleted - recreated
        return {
            "restored": restored,
            "deleted": deleted,
            "recreated": recreated,
            "conflicts": conflicts,
        }

    def preview(self, cursor: Cursor) -> Preview:
        """Return what a revert would do now. Writes nothing."""
        changed = self._changed(["sku"], sql.SQL("true"))
        creations = _format("creations_only", by_job=self.target.by_job(), job_id=self._job_id())
        created = _format("created_products", columns=_nulls(["sku"]), created=creations)
        both = sql.SQL("({}) UNION ALL ({})").format(changed, created)
        statement: sql.Composable = _format(
            "preview_revert", decided=self._decided(both), most=sql.Literal(MOST_CONFLICTS)
        )
        cursor.execute(statement)
        *numbers, conflicts = fetch_row(cursor)
        outcomes = ("restored", "deleted", "recreated", "conflicts")
        return Preview(dict(zip(outcomes, numbers, strict=True)), conflicts)

    def _make_statement(self, batch: Batch, journal: Journal) -> sql.Composable:
        if batch.label == "created":
            ids = sql.SQL("unnest({}) AS id").format(batch.ids)
            changed = _format("created_products", columns=_nulls(_RECREATED), created=ids)
        else:
            among = sql.SQL("product_id = ANY ({})").format(batch.ids)
            changed = self._changed(_RECREATED, among)
        return _format(
            "revert_batch",
            job_id=sql.Literal(journal.changed_by),
            ids=batch.ids,
            decided=self._decided(changed),
            columns=_names(_RESTORED),
            restored_values=_join([self._before(name, "product") for name in _RESTORED]),
            recreated_columns=_names(_RECREATED),
            recreated_values=_join([_alias(self._before(n, None), n) for n in _RECREATED]),
            is_whole=sql.SQL("num_nulls({}) = 0").format(_names(NEVER_NULL)),
            deleted_columns=journal.deleted_columns(),
            updated_columns=journal.updated_columns(),
            journal=journal.replaced("deleted", "delete")
            + journal.replaced("restored", "update")
            + journal.restored("recreated"),
        )

    def _changed(self, columns: Sequence[str], among: sql.Composable) -> sql.Composable:
        by_job = self.target.by_job()
        return _format("changed_products", by_job=by_job, columns=_names(columns), among=among)

    def _decided(self, changed: sql.Composable) -> sql.Composable:
        return _format(
            "decided",
            changed=changed,
            later_slots=self.target.later_slots(),
            sku=self._value_before(
                "sku", "changed", sql.Identifier("product", "version"), "product"
            ),
            overwrites=sql.Literal(self.on_conflict == "overwrite"),
        )

    def _before(self, name: str, now: str | None) -> sql.Composable:
        """Return a column's value before the target; `now`: the product as it is, if it exists."""
        if name == "sku":
            return sql.Identifier("decided", "sku_before")
        if name not in NEVER_NULL:
            return sql.Identifier("decided", name)
        return self._value_before(name, "decided", sql.Identifier("decided", "now_version"), now)

    def _value_before(
        self, name: str, change: str, now_version: sql.Composable, now: str | None
    ) -> sql.Composable:
        return _format(
            "value_before",
            column=sql.Identifier(name),
            change=sql.Identifier(change),
            now_version=now_version,
            later_slots=self.target.later_slots(),
            now=sql.Identifier(now, name) if now else _NOTHING,
        )

    def _job_id(self) -> sql.Composable:
        return sql.Literal(self.target.job_id)


def _expired_error() -> JobEndedError:
    return JobEndedError(
        "journal_expired",
        "The journal no longer has all that the job changed. Products reverted so far stay"
        " reverted; the others can't be.",
    )


def _format(query: str, **parts: sql.Composable) -> sql.Composable:
    return sql.SQL(queries("products")[query]).format(**parts)


def _join(parts: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(parts)


def _names(columns: Sequence[str]) -> sql.Composable:
    return _join([sql.Identifier(name) for name in columns])


def _alias(value: sql.Composable, name: str) -> sql.Composable:
    return sql.SQL("{} AS {}").format(value, sql.Identifier(name))


def _nulls(columns: Sequence[str]) -> sql.Composable:
    """Return the columns without values, each of its type."""
    of_none = "(NULL::products).{0} AS {0}"
    return _join([sql.SQL(of_none).format(sql.Identifier(name)) for name in columns])
