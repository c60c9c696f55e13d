"""Write the journal: what a change of products replaces, in the transaction of the change.

docs/decisions/0021-journal-and-undo.md has the design.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Self

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.http.callers import Caller
from chalicelib.postgres import queries
from chalicelib.products.fields import FIELDS, NAMES
from chalicelib.settings import Settings

Action = Literal["create", "update", "delete", "restore"]

# What the journal has of the row before a change.
BEFORE = (*NAMES, "attributes", "source_job_id", "source_line", "created_at", "updated_at")
# Columns that are never null in a product, so null says that an update left them alone.
NEVER_NULL = (*(field.name for field in FIELDS if not field.nullable), "attributes", "created_at")
# Those that may be long: an update stores them only where it changed their value.
_LONG = (*(field.name for field in FIELDS if field.kind == "long_text"), "attributes")

_IF_CHANGED = "CASE WHEN old.{0} IS DISTINCT FROM new.{0} THEN old.{0} END AS {0}"
_NOTHING = sql.SQL("")


@dataclass(frozen=True)
class Journal:
    """The journal of one author: a job or a caller."""

    changed_by: str
    caller_name: str | None = None
    is_on: bool = True

    @classmethod
    def of_job(cls, settings: Settings, job_id: str) -> Self:
        """Return the journal of a job's changes."""
        return cls(job_id, is_on=settings.undo_days > 0)

    @classmethod
    def of_caller(cls, settings: Settings, caller: Caller) -> Self:
        """Return the journal of a caller's edits."""
        return cls(caller.caller_id, caller.name, is_on=settings.undo_days > 0)

    def updated_columns(self, changed: Collection[str] = BEFORE) -> sql.Composable:
        """Return what a MERGE or UPDATE of the columns `changed` returns beside the id."""
        columns = [
            sql.SQL(_IF_CHANGED if name in _LONG else "old.{0}").format(sql.Identifier(name))
            for name in _stored(changed)
        ]
        return self._if_on(sql.SQL(", ").join([sql.SQL("new.version AS version"), *columns]))

    def deleted_columns(self) -> sql.Composable:
        """Return what a DELETE returns beside the id."""
        version = sql.SQL("old.version + 1 AS version")
        columns = (sql.SQL("old.{}").format(sql.Identifier(name)) for name in BEFORE)
        return self._if_on(sql.SQL(", ").join([version, *columns]))

    def replaced(
        self, part: str, action: Action, changed: Collection[str] = BEFORE
    ) -> sql.Composable:
        """Return the part of a statement that stores the rows which its part `part` replaced."""
        return self._part(
            part,
            "note_replaced",
            replaced=sql.Identifier(part),
            action=sql.Literal(action),
            columns=_columns(changed),
        )

    def created(self, part: str, number: int) -> sql.Composable:
        """Return the part of a statement that stores the ids which its part `part` created.

        `number`: of the statement within the job, such as its key range.
        """
        return self._part(
            part,
            "note_created",
            created=sql.Identifier(part),
            job_id=sql.Literal(self.changed_by),
            part=sql.Literal(number),
        )

    def restored(self, part: str) -> sql.Composable:
        """Return the part of a statement that stores which products its part `part` brought back.

        `part` has their id and version.
        """
        return self._part(part, "note_restored", restored=sql.Identifier(part))

    def note(
        self, cursor: Cursor, product_id: int, action: Action, changed: Collection[str] = BEFORE
    ) -> None:
        """Store a product as it is before an edit of the columns `changed`; its row is locked."""
        self._run(
            cursor,
            "note_product",
            product_id=sql.Literal(product_id),
            action=sql.Literal(action),
            columns=_columns(changed),
        )

    def note_new(
        self, cursor: Cursor, product_id: int, version: int, action: Action = "create"
    ) -> None:
        """Store that a product was created, or came back."""
        self._run(
            cursor,
            "note_new",
            product_id=sql.Literal(product_id),
            version=sql.Literal(version),
            action=sql.Literal(action),
        )

    def _if_on(self, columns: sql.Composable) -> sql.Composable:
        return sql.SQL(", ") + columns if self.is_on else _NOTHING

    def _part(self, noted: str, query: str, **parts: sql.Composable) -> sql.Composable:
        """Return a part of a statement, named after the part that it notes."""
        if not self.is_on:
            return _NOTHING
        name = sql.Identifier(f"{noted}_in_journal")
        return sql.SQL(", {} AS ({})").format(name, _compose(query, self, parts))

    def _run(self, cursor: Cursor, query: str, **parts: sql.Composable) -> None:
        if self.is_on:
            cursor.execute(_compose(query, self, parts))


def _compose(query: str, journal: Journal, parts: dict[str, sql.Composable]) -> sql.Composable:
    author: dict[str, sql.Composable] = {
        "changed_by": sql.Literal(journal.changed_by),
        "caller_name": sql.Literal(journal.caller_name),
    }
    return sql.SQL(queries("products")[query]).format(**author | parts)


def _stored(changed: Collection[str]) -> list[str]:
    """Return the columns of the row before that a change of some columns stores."""
    return [name for name in BEFORE if name in changed or name not in NEVER_NULL]


def _columns(changed: Collection[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, _stored(changed)))
