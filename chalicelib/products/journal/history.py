"""The history of one product: its versions, from the product as it is now back to the first kept.

A change in the journal has the row before it. The row after it is the row before the next change,
or the product as it is now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.products.fields import NAMES
from chalicelib.products.journal.writing import NEVER_NULL, Action

Row = dict[str, Any]  # a product by column


@dataclass(frozen=True)
class Entry:
    """A change as the journal has it; `before` has no row for a product that did not exist."""

    version: int
    changed_at: datetime
    changed_by: str | None
    caller_name: str | None
    action: Action
    before: Row | None


@dataclass(frozen=True)
class Change:
    """A field that a change of the product changed; attributes are `attributes.<name>`."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    """A version of a product: the change that made it and the row that the change left."""

    entry: Entry
    after: Row | None  # None: the product was deleted

    @property
    def changes(self) -> list[Change]:
        """What the change changed; nothing for a product that came or went."""
        before, after = self.entry.before, self.after
        return [] if before is None or after is None else list(_compare(before, after))


def walk(now: tuple[int, Row] | None, entries: Iterable[Entry]) -> Iterator[Version]:
    """Yield the versions of a product, newest first.

    `now`: its version and row, None if it doesn't exist. `entries`: its changes, newest first. The
    walk ends where the journal has a gap, because it was off or has been emptied.
    """
    version, after = now or (None, None)
    for entry in entries:
        if version is not None and entry.version != version:
            break
        before = _fill(entry.before, after)
        made = Entry(**vars(entry) | {"before": before})
        yield Version(made, after)
        version, after = entry.version - 1, before
    if version == 1 and after is not None:
        yield Version(_describe_creation(after), after)


def _fill(before: Row | None, after: Row | None) -> Row | None:
    """Return the row before a change, with the columns that the change left alone."""
    if before is None or after is None:
        return before
    return before | {name: after[name] for name in NEVER_NULL if before[name] is None}


def _describe_creation(first: Row) -> Entry:
    """Return the creation of a product by an import: the journal has its id only."""
    return Entry(1, first["created_at"], first["source_job_id"], None, "create", None)


def _compare(before: Row, after: Row) -> Iterator[Change]:
    for name in NAMES:
        if before[name] != after[name]:
            yield Change(name, before[name], after[name])
    old, new = before["attributes"], after["attributes"]
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(f"attributes.{name}", old.get(name), new.get(name))
