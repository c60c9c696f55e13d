"""The changes of a plan for clients, in pages: updated, then created, then missing products."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from pydantic import Field

from chalicelib.imports.api.record_responses import (
    FieldValue,
    PlannedChangeResponse,
    PlannedValueResponse,
)
from chalicelib.imports.planning import ChangedField, PlannedAction
from chalicelib.imports.steps.changes import COMPARED, before_after, changes_of, hold_changes
from chalicelib.imports.steps.staging import partition
from chalicelib.postgres import queries

_SECTIONS: tuple[PlannedAction, ...] = ("updated", "created", "missing")


class Place(NamedTuple):
    """Where a page ends: in a section of the list, in a key range, after a position."""

    section: Annotated[int, Field(ge=0, lt=len(_SECTIONS))] = 0
    key_range: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    position: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


Found = tuple[Place, PlannedChangeResponse]


def read_changes(
    connection: Connection,
    job_id: str,
    after: Place,
    limit: int,
    action: PlannedAction | None,
    field: ChangedField | None,
) -> list[Found]:
    """Return up to `limit` planned changes after a place, each with its own place.

    Every field of a created product is new, so `field` leaves those out. Raises PlanDroppedError.
    """
    hold_changes(connection, job_id)
    reader = _Reader(connection, job_id, field)
    found: list[Found] = []
    for section, name in enumerate(_SECTIONS):
        if section < after.section or action not in (None, name) or (field and name == "created"):
            continue
        begin = after if section == after.section else Place(section)
        for key_range in reader.key_ranges(begin.key_range):
            at = begin.position if key_range == begin.key_range else 0
            found += reader.read(Place(section, key_range, at), limit - len(found))
            if len(found) == limit:
                return found
    return found


class _Reader:
    """Reads the sections of one job's plan."""

    def __init__(self, connection: Connection, job_id: str, field: str | None) -> None:
        self._connection, self._job_id, self._field = connection, job_id, field

    def key_ranges(self, first: int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute(queries("imports")["compared_key_ranges"], {"job_id": self._job_id})
            return sorted(number for (number,) in cursor if number >= first)

    def read(self, after: Place, limit: int) -> list[Found]:
        name = _SECTIONS[after.section]
        parts: dict[str, sql.Composable] = {
            "job_id": sql.Literal(self._job_id),
            "key_range": sql.Literal(after.key_range),
            "partition": partition(changes_of(self._job_id), after.key_range),
            "after": sql.Literal(after.position),
            "limit": sql.Literal(limit),
            "action": sql.Literal(name),
            "field": sql.Literal(self._field),
            "columns": sql.SQL(", ").join(c for name in COMPARED for c in before_after(name)),
        }
        query = "list_created" if name == "created" else "list_changed"
        with self._connection.cursor() as cursor:
            cursor.execute(sql.SQL(queries("imports")[query]).format(**parts))
            read = _read_created if name == "created" else _read_changed
            return [(after._replace(position=position), made) for position, made in read(cursor)]


def _read_changed(cursor: Cursor) -> Iterator[tuple[int, PlannedChangeResponse]]:
    for position, action, line, product_id, sku, changed, *values in cursor:
        pairs = dict(zip(COMPARED, zip(values[::2], values[1::2], strict=True), strict=True))
        changes = {name: _show(*pairs[name]) for name in COMPARED if name in changed}
        yield (
            position,
            PlannedChangeResponse(
                sku=sku, product_id=product_id, action=action, line=line, changes=changes
            ),
        )


def _read_created(cursor: Cursor) -> Iterator[tuple[int, PlannedChangeResponse]]:
    for position, line, sku in cursor:
        yield (
            position,
            PlannedChangeResponse(
                sku=sku, product_id=None, action="created", line=line, changes={}
            ),
        )


def _show(before: Any, after: Any) -> PlannedValueResponse:
    return PlannedValueResponse(before=_to_json(before), after=_to_json(after))


def _to_json(value: Any) -> FieldValue:
    shown: FieldValue = str(value) if isinstance(value, Decimal) else value
    return shown
