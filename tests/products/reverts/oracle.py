"""What a revert of any earlier job must leave, as the catalogue after each write tells it.

It doesn't read the journal: who changed which product is known from the states in between.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg2.extensions import connection as Connection

from tests.products.reverts.reverting import Row, read_catalogue

State = dict[int, tuple[int, Row]]  # versions and rows of products by id
_KEY = 2  # the place of sku_key in a row


@dataclass(frozen=True)
class Fate:
    """What becomes of a product: its row, and why it is a conflict, if it is one."""

    row: Row | None
    reason: str | None
    is_overwritten: bool | None  # None: no conflict


@dataclass
class Chronicle:
    """The writes of jobs and callers: the state before and after each of them."""

    connection: Connection
    writes: list[tuple[str, State, State]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self._read()

    def note(self, writer: str) -> None:
        """Note that `writer` made the catalogue what it is now."""
        before, self.now = self.now, self._read()
        self.writes.append((writer, before, self.now))

    def _read(self) -> State:
        rows = read_catalogue(self.connection)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT id, version FROM products")
            return {product_id: (version, rows[product_id]) for product_id, version in cursor}

    def expect(self, job_id: str, *, overwrites: bool) -> dict[int, Sequence[Fate]]:
        """Return what may become of each product that a job changed if it is reverted now.

        There are two fates only for a product whose SKU another product has that the revert changes
        as well: the order of the two decides.
        """
        place = next(i for i, (writer, *_) in enumerate(self.writes) if writer == job_id)
        _, before, after = self.writes[place]
        changed = {i for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
        holders = {row[_KEY]: product_id for product_id, (_, row) in self.now.items()}
        fates: dict[int, Sequence[Fate]] = {}
        for product_id in changed:
            row, now = (_row(state, product_id) for state in (before, self.now))
            fate = _judge(row, now, self._find_reason(place, product_id), overwrites=overwrites)
            taken = Fate(now, "sku_taken", is_overwritten=False)
            holder = holders.get(row[_KEY], product_id) if row else product_id
            if holder == product_id:
                fates[product_id] = [fate]
            else:
                fates[product_id] = [taken, fate] if holder in changed else [taken]
        return fates

    def _find_reason(self, place: int, product_id: int) -> str | None:
        """Return why a product isn't as the write at `place` left it."""
        is_touched = any(
            before.get(product_id) != after.get(product_id)
            for _, before, after in self.writes[place + 1 :]
        )
        was_deleted = product_id not in self.writes[place][2]
        if not is_touched:
            return None
        if product_id not in self.now:
            return "deleted_since"
        return "created_again" if was_deleted else "changed_since"


def _row(state: State, product_id: int) -> Row | None:
    return state[product_id][1] if product_id in state else None


def _judge(row: Row | None, now: Row | None, reason: str | None, *, overwrites: bool) -> Fate:
    is_kept = reason is not None and (not overwrites or row is now is None)
    return Fate(now if is_kept else row, reason, None if reason is None else not is_kept)


def count_fates(before: State, fates: dict[int, Fate]) -> dict[str, int]:
    """Return how many products have each outcome, as a revert counts them."""
    return dict(Counter(_name(fate, product_id in before) for product_id, fate in fates.items()))


def _name(fate: Fate, was_there: bool) -> str:
    if fate.is_overwritten is False:
        return "conflicts"
    if fate.row is None:
        return "deleted"
    return "restored" if was_there else "recreated"


def find_fates(
    expected: dict[int, Sequence[Fate]],
    rows: dict[int, Row],
    conflicts: dict[int, tuple[str, bool]],
) -> dict[int, Fate]:
    """Return what became of the products that a revert was expected to change."""
    nothing: tuple[Any, Any] = (None, None)
    return {i: Fate(rows.get(i), *conflicts.get(i, nothing)) for i in expected}
