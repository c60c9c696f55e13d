"""A warning, and what is known of the first records to find it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.imports.csv.columns import Columns, Use
from chalicelib.imports.csv.fitting import Ambiguity
from chalicelib.imports.csv.header import Row
from chalicelib.imports.csv.notes import Note

MOST_LINES = 10  # of a warning
_MOST_NAMES, _NAME_MAX_LENGTH = 20, 255  # of columns, since a job has limited room


@dataclass(frozen=True)
class FileWarning:
    """A possible mistake: the columns it is about, and the first lines."""

    code: str
    message: str
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the warning as JSON values."""
        return {
            "code": self.code,
            "message": self.message,
            "columns": [name[:_NAME_MAX_LENGTH] for name in self.columns[:_MOST_NAMES]],
            "lines": list(self.lines),
        }


@dataclass(frozen=True)
class Sampled:
    """What is known of the first records, beside their columns."""

    rows: Sequence[Row]
    mapping: Mapping[str, Use | None] = field(default_factory=dict)  # columns that the user chose
    ambiguities: Sequence[Ambiguity] = ()
    unclear_mark: str | None = None  # why the decimal mark that numbers need isn't known
    rejects: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # code, message by line
    creates: bool = True  # whether the mode lets new products get default values
    left_out: str | None = None  # the column of skus, if something else finds products
    key: int | None = None  # the attribute's column that finds products, if it isn't the SKU
    are_plain: bool = False  # whether each row is a product of its own
    header: Sequence[str] = ()  # its names as the file has them
    swallowing: Sequence[Note] = ()  # of records with quoted cells that look like records


def find_position(columns: Columns, name: str) -> int | None:
    """Return the position of a field's column, if it has one."""
    return columns.fields.index(name) if name in columns.fields else None


def read_cells(column: int, rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Return the lines and texts of a column's filled cells."""
    found = ((line, cells[column].strip()) for line, cells in rows if column < len(cells))
    return [(line, text) for line, text in found if text]
