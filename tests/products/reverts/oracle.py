"""What a revert of any earlier job must leave, as the catalogue after each write tells it.

It doesn't read the journal: who changed which product is known from the states in between.
"""

from collections import Counter
from collections.abc import Collection
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

    def expect(self, job_id: str, *, overwrites: bool) -> dict[int, Fate]:
        """Return what becomes of each product that a job changed if it is reverted now."""
        place = next(i for i, (writer, *_) in enumerate(self.writes) if writer == job_id)
        _, before, after = self.writes[place]
        rows, fates = {}, {}
        for product_id in before.keys() | after.keys():
            if before.get(product_id) != after.get(product_id):
                row, now = (_row(state, product_id) for state in (before, self.now))
                reason = self._find_reason(place, product_id)
                rows[product_id] = row
                fates[product_id] = _judge(row, now, reason, overwrites=overwrites)
        self._keep_blocked(rows, fates)
        return fates

    def _keep_blocked(self, rows: dict[int, Row | None], fates: dict[int, Fate]) -> None:
        """Change the fates of products whose SKU another product has and keeps."""
        holders = {row[_KEY]: product_id for product_id, (_, row) in self.now.items()}
        is_settled = False
        while not is_settled:
            is_settled = True
            for product_id, row in rows.items():
                holder = holders.get(row[_KEY], product_id) if row else product_id
                if holder == product_id or fates[product_id].reason == "sku_taken":
                    continue
                kept = fates[holder].row if holder in fates else _row(self.now, holder)
                if row and kept and kept[_KEY] == row[_KEY]:
                    now = _row(self.now, product_id)
                    fates[product_id] = Fate(now, "sku_taken", is_overwritten=False)
                    is_settled = False

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
    expected: Collection[int],
    rows: dict[int, Row],
    conflicts: dict[int, tuple[str, bool]],
) -> dict[int, Fate]:
    """Return what became of the products that a revert was expected to change."""
    nothing: tuple[Any, Any] = (None, None)
    return {i: Fate(rows.get(i), *conflicts.get(i, nothing)) for i in expected}
