"""The columns of a rejects file that say where each record is from, and why it was rejected.

A rejects file has these columns first, and then the header and the rejected records of another
import as they were. Every column before a record keeps the record itself unchanged, also one with
too few fields or an open quote. All other code sees the file without these columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self

LINE, CODE, MESSAGE = NAMES = ("_line", "_code", "_message")

# Codes of rows that aren't rejects as they were. The first row of a group completes the rejected
# rows below it; without cells, it ends the group above.
GROUP_ROW = "group_row"
# Only the beginning of the record is in the file.
CUT_OFF = "record_cut_off"

_LINE_NUMBER = re.compile("[0-9]{1,18}")
_START = re.compile(rb'"?_line"?([,;\t|])"?_code"?\1"?_message"?(?:\1|[\r\n]|\Z)', re.IGNORECASE)


class Origin(NamedTuple):
    """What a row of a rejects file says of its record."""

    line: int | None  # of the record in the file that it is from
    code: str


NO_ORIGIN = Origin(None, "")


@dataclass(frozen=True)
class Lineage:
    """The positions of the columns, from 0."""

    line: int
    code: int
    message: int

    @classmethod
    def find(cls, header: Sequence[str]) -> Self | None:
        """Return where the columns are; None if the header lacks one of them."""
        names = [name.strip().lower() for name in header]
        return cls(*map(names.index, NAMES)) if set(NAMES) <= set(names) else None

    def cut(self, cells: Sequence[str]) -> list[str]:
        """Return the cells of a row without these columns."""
        return [cell for i, cell in enumerate(cells) if i not in self._positions]

    def cut_bytes(self, raw: bytes, delimiter: str) -> bytes:
        """Return the bytes of a row without these columns, and otherwise unchanged."""
        fields = _field(delimiter).findall(raw)
        kept = [field for i, field in enumerate(fields) if i not in self._positions]
        return delimiter.encode().join(kept)

    def read(self, cells: Sequence[str]) -> Origin:
        """Return what trimmed cells say of their record."""
        line, code = (cells[i] if i < len(cells) else "" for i in (self.line, self.code))
        return Origin(int(line) if _LINE_NUMBER.fullmatch(line) else None, code.lower())

    @property
    def _positions(self) -> tuple[int, ...]:
        return self.line, self.code, self.message


def find_start(raw: bytes) -> str | None:
    """Return the delimiter of a file that starts with these columns; None of any other."""
    found = _START.match(raw)
    return found[1].decode() if found else None


@cache
def _field(delimiter: str) -> re.Pattern[bytes]:
    """Return what matches each field of a record in turn, read as `csv.reader` reads it."""
    mark = re.escape(delimiter.encode())
    return re.compile(rb'(?:\A|%s)((?:"[^"]*+(?:""[^"]*+)*+"?+)?+[^%s]*+)' % (mark, mark))
