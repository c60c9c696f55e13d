"""How numbers are written in a file."""

from dataclasses import dataclass
from typing import Literal

DecimalMark = Literal[".", ","]


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one file are written. `decimal_mark` is None while it isn't known."""

    decimal_mark: DecimalMark | None = None

    @property
    def mark(self) -> DecimalMark:
        """The decimal mark that plain numbers have."""
        return self.decimal_mark or "."
