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
from chalicelib.products.journal.writing import Journal
from chalicelib.products.reverts.job import OnConflict, RevertJob
from chalicelib.products.reverts.statements import (
    make_deletion,
    make_preview,
    make_restoration,
    make_revert,
)
from chalicelib.products.reverts.target import Target

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

    def _judge(
        self, cursor: Cursor, ids: sql.Composable, label: str | None, journal: Journal
    ) -> dict[str, int]:
        lock = sql.SQL(queries("products")["lock_products"])
        cursor.execute(lock.format(ids=ids))
        statement = make_revert(self.target, self.on_conflict, (ids, label), journal)
        planned, found, *done = _execute(cursor, statement)
        if found != planned:  # the journal was emptied since the plan
            raise _expired_error()
        return _name([*done, planned - sum(done)])

    def preview(self, cursor: Cursor) -> Preview:
        """Return what a revert would do now. Writes nothing."""
        *numbers, conflicts = _execute(cursor, make_preview(self.target, self.on_conflict))
        return Preview(_name(numbers), conflicts)


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
