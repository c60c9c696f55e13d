"""The work of a revert: give each product of a job its row before, unless it changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import JobEndedError, TryAgainError
from chalicelib.jobs.models import Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.batches.work import Batch
from chalicelib.products.journal.writing import Journal
from chalicelib.products.reverts.job import OnConflict, RevertJob
from chalicelib.products.reverts.statements import (
    make_deletion,
    make_preview,
    make_restoration,
    make_revert,
    make_search,
)
from chalicelib.products.reverts.target import Target

_SETTLED = "several"  # the label of products of which the target may have done anything but create
_OUTCOMES = ("restored", "deleted", "recreated", "conflicts")


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
        """Revert the products of a batch, to all of which the target did the same.

        Most are as the target left them, and are quick to revert; the others are judged one by one.
        Those whose SKUs others have get their outcomes once every batch is done.
        """
        if batch.label == "create":
            deleted, others = _execute(cursor, make_deletion(batch, journal))
            quick = _name([0, deleted, 0, 0])
        elif batch.label == "update":
            statement = make_restoration(self.target, batch, journal)
            restored, others = _execute(cursor, statement)
            quick = _name([restored, 0, 0, 0])
        else:
            return self._judge(cursor, batch.ids, batch.label, journal)
        if not others:
            return quick
        ids = sql.SQL("{}::bigint[]").format(sql.Literal(others))
        judged = self._judge(cursor, ids, batch.label, journal)
        return {outcome: quick[outcome] + judged[outcome] for outcome in _OUTCOMES}

    def settle(self, cursor: Cursor, job_id: str, journal: Journal) -> dict[str, int]:
        """Revert the products that were left because others of the target had their SKUs.

        Now that every batch is done, a SKU is free if its holder moved, or moves at the same time:
        SKUs may have been swapped. Such holders lose their SKUs before any product gets one.
        """
        left, ids, _ = _execute(cursor, make_search(self.target, self.on_conflict, job_id))
        done = self._move(cursor, job_id, ids, journal) if ids else {}
        return done | {"conflicts": left - sum(done.values())} if left else {}

    def _move(
        self, cursor: Cursor, job_id: str, ids: Sequence[int], journal: Journal
    ) -> dict[str, int]:
        among = sql.SQL("{}::bigint[]").format(sql.Literal(ids))
        _lock(cursor, among)
        search = make_search(self.target, self.on_conflict, job_id, among)
        _, ids, moving = _execute(cursor, search)
        cursor.execute(queries("products")["park_skus"], {"ids": moving})
        cursor.execute(queries("products")["forget_taken"], {"job_id": job_id, "ids": ids})
        among = sql.SQL("{}::bigint[]").format(sql.Literal(ids))
        done = self._judge(cursor, among, _SETTLED, journal)
        if done["restored"] != len(moving):
            raise TryAgainError("a product took a SKU while others were about to get it")
        return {outcome: done[outcome] for outcome in _OUTCOMES if outcome != "conflicts"}

    def _judge(
        self, cursor: Cursor, ids: sql.Composable, label: str | None, journal: Journal
    ) -> dict[str, int]:
        _lock(cursor, ids)
        statement = make_revert(self.target, self.on_conflict, (ids, label), journal)
        planned, found, left, *done = _execute(cursor, statement)
        if found != planned:  # the journal was emptied since the plan
            raise _expired_error()
        return _name([*done, planned - left - sum(done)])

    def preview(self, cursor: Cursor) -> Preview:
        """Return what a revert would do now. Writes nothing."""
        *numbers, conflicts = _execute(cursor, make_preview(self.target, self.on_conflict))
        return Preview(_name(numbers), conflicts)


def _lock(cursor: Cursor, ids: sql.Composable) -> None:
    """Wait for edits of products, so that the next statement sees what they wrote."""
    cursor.execute(sql.SQL(queries("products")["lock_products"]).format(ids=ids))


def _execute(cursor: Cursor, statement: sql.Composable) -> tuple[Any, ...]:
    cursor.execute(statement)
    return fetch_row(cursor)


def _name(numbers: Sequence[int]) -> dict[str, int]:
    return dict(zip(_OUTCOMES, numbers, strict=True))


def _expired_error() -> JobEndedError:
    return JobEndedError(
        "journal_expired",
        "The journal no longer has all that the job changed. Products reverted so far stay"
        " reverted; the others can't be.",
    )
