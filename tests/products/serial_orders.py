"""What several writers of the catalogue may leave: what one of their serial orders would.

A catalogue is modelled as products by identity; each write is a function from one to the next, and
to what the writer is answered.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

Identity = Any  # an id, or what stands for one that PostgreSQL gives


@dataclass(frozen=True)
class Row:
    """A product as far as the writers here change it."""

    sku: str
    name: str
    job_id: str | None = None
    version: int = 1
    active: bool = True

    @property
    def key(self) -> str:
        return self.sku.lower()


State = Mapping[Identity, Row]
Write = Callable[[State], tuple[State, str]]


def patch(identity: int, version: int | None, **changes: str) -> Write:
    """A single edit of `sku` and `name`; `version`: the one that If-Match names."""

    def write(state: State) -> tuple[State, str]:
        row = state.get(identity)
        if row is None:
            return state, "product_not_found"
        if version not in (None, row.version):
            return state, "precondition_failed"
        changed = replace(row, **changes)  # type: ignore[arg-type]
        if any(o.key == changed.key for i, o in state.items() if i != identity):
            return state, "sku_taken"
        if changed != row:
            changed = replace(changed, version=row.version + 1)
        return {**state, identity: changed}, "done"

    return write


def create(sku: str, name: str) -> Write:
    def write(state: State) -> tuple[State, str]:
        if any(row.key == sku.lower() for row in state.values()):
            return state, "sku_taken"
        return {**state, ("created", sku, name): Row(sku, name)}, "done"

    return write


def delete(identity: int, version: int | None) -> Write:
    def write(state: State) -> tuple[State, str]:
        if identity not in state:
            return state, "product_not_found"
        if version not in (None, state[identity].version):
            return state, "precondition_failed"
        return {i: row for i, row in state.items() if i != identity}, "done"

    return write


def delete_many(identities: Sequence[int]) -> Write:
    return lambda state: ({i: row for i, row in state.items() if i not in identities}, "done")


def bring(
    job_id: str,
    records: Sequence[tuple[str, str]],
    mode: str = "upsert",
    missing: str | None = None,
) -> Write:
    """An import of these skus and names, each sku once; `missing`: what becomes of the others."""
    named = {sku.lower() for sku, _ in records}

    def write(state: State) -> tuple[State, str]:
        after = _change_absent(state, named, missing)
        for sku, name in records:
            found = [i for i, row in state.items() if row.key == sku.lower()]
            row = state[found[0]] if found else None
            if row is None and mode != "update":
                after["imported", sku] = Row(sku, name, job_id)
            elif row is None or mode == "create":
                continue
            elif mode == "update":
                if row.name != name:
                    after[found[0]] = Row(row.sku, name, job_id, row.version + 1, row.active)
            elif (row.sku, row.name) != (sku, name):
                after[found[0]] = Row(sku, name, job_id, row.version + 1, row.active)
        return after, "done"

    return write


@dataclass(frozen=True)
class Change:
    """What a job made of a product: its row before, and the version that it then had."""

    before: Row | None
    version: int
    is_deleted: bool


def revert(changes: Mapping[int, Change]) -> Write:
    """A revert that keeps the products that changed since."""

    def write(state: State) -> tuple[State, str]:
        after = dict(state)
        for identity, change in changes.items():
            row = state.get(identity)
            if change.is_deleted:
                assert change.before
                keys = {other.key for other in state.values()}
                if row is None and change.before.key not in keys:
                    after[identity] = replace(change.before, version=change.version + 1)
            elif row is not None and row.version == change.version:
                del after[identity]
                if change.before:
                    after[identity] = replace(change.before, version=change.version + 1)
        return after, "done"

    return write


def _change_absent(
    state: State, named: Collection[str], missing: str | None
) -> dict[Identity, Row]:
    """Do to the rows that a file doesn't name what happens to missing products."""
    after = dict(state)
    for identity, row in state.items():
        if row.key in named:
            continue
        if missing == "delete":
            del after[identity]
        elif missing == "deactivate" and row.active:
            after[identity] = replace(row, active=False, version=row.version + 1)
    return after


def is_serial(
    before: State, results: Sequence[tuple[Write, str]], after: Iterable[tuple[int, Row]]
) -> bool:
    """Whether some order of the writes gives each writer its outcome and leaves `after`."""
    left = _comparable(dict(after), before)
    return any(_leaves(before, order, left) for order in permutations(results))


def _leaves(before: State, order: Sequence[tuple[Write, str]], left: set[Any]) -> bool:
    state = before
    for write, expected in order:
        state, outcome = write(state)
        if outcome != expected:
            return False
    return _comparable(state, before) == left


def _comparable(state: State, before: State) -> set[Any]:
    # Which id a new product gets is nobody's business.
    return {(i if i in before else None, row) for i, row in state.items()}
