"""What becomes of a record when it is read."""

from dataclasses import dataclass
from typing import Any

from chalicelib.imports.csv.cutting import KEPT_BYTES
from chalicelib.products.rules import ValueProblem

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Reject:
    """A rejected record, and why."""

    line: int
    code: str
    field: str | None
    message: str
    record: bytes
    truncated: bool
    group_line: int | None = None  # of the row that begins its group, if that is another
    group_record: bytes | None = None  # that row; None if it is rejected or a reject above has it


@dataclass(frozen=True)
class Skip:
    """A record that isn't a product, why, and the text of its sku column."""

    line: int
    reason: str
    sku: str | None


@dataclass(frozen=True)
class Blank:
    """A record whose cells are all blank. It isn't an outcome: spreadsheets leave such rows."""


BLANK = Blank()
Outcome = Values | Reject | Skip | Blank


def make_reject(raw: bytes, line: int, problem: ValueProblem) -> Reject:
    """Return the reject of a record, with the part of its text that is kept."""
    return Reject(
        line,
        problem.code,
        problem.field,
        problem.message,
        raw[:KEPT_BYTES],
        len(raw) > KEPT_BYTES,
    )
