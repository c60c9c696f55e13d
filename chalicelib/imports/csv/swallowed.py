"""Find records that a stray quote has swallowed: lines of a quoted cell that look like records.

A cell that begins with a quotation mark, such as `"15 inch" screen`, opens a quoted cell, which
ends at the next quotation mark of the file, lines below. `csv.reader` reads it so, and so does the
import. Without a warning, nobody would miss the records between: they are text of one cell.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.structure import (
    IS_DELIMITER,
    IS_LINE_END,
    Positions,
    Specials,
    Structure,
)
from chalicelib.products.fields import find_field
from chalicelib.products.rules import WHITE_SPACE, Rule, ValueProblem, read_value

SWALLOWED = "records_in_quotes"
SWALLOWED_MESSAGE = (
    "Records with a quoted cell whose lines look like further records, which aren't imported:"
    ' {count:,}. The usual cause is a cell that begins with a quotation mark, such as "15 inch"'
    " screen. Remove the mark, or put quotes around the whole cell and double those in it."
)
_LINE_END = re.compile("\r\n|\r|\n")
_TELLING = ("decimal", "integer", "boolean")  # kinds of fields that most texts aren't valid for
_NOTHING: Positions = np.empty(0, np.intp)


def find_full_lines(specials: Specials, structure: Structure, width: int) -> Positions:
    """Return where lines of quoted cells start that have as many delimiters as a record."""
    is_line_end = specials.kind == IS_LINE_END
    inner = specials.at[is_line_end & ~structure.outside]
    if not len(inner) or width < 2:
        return _NOTHING
    line_ends = np.append(specials.at[is_line_end], len(specials.data))
    delimiters = specials.at[specials.kind == IS_DELIMITER]
    following = line_ends[line_ends.searchsorted(inner, side="right")]
    counts = delimiters.searchsorted(following) - delimiters.searchsorted(inner)
    found: Positions = inner[counts == width - 1]
    return found


class SwallowedLines:
    """Finds the lines of quoted cells that look like records of one source."""

    def __init__(self, reading: Reading, rules: Mapping[str, Rule]) -> None:
        self._delimiter = reading.delimiter
        self._width = len(reading.columns)
        self._required = reading.required_columns
        self._cells = reading.cells
        self._telling = [
            (i, rules[field.name])
            for i, name in enumerate(reading.columns.fields)
            if (field := find_field(name or "")) and field.kind in _TELLING
        ]

    def find(self, text: str, cells: Sequence[str]) -> int | None:
        """Return the column of the cell that has such lines; None if no cell has.

        `text`: a record in which every quote is closed; `cells`: its cells.
        """
        if "\n" not in text and "\r" not in text:
            return None
        _, *inner, last = _LINE_END.split(text)
        if not (self._is_end(last) or any(map(self._is_record, inner))):
            return None
        broken = (i for i, cell in enumerate(cells) if _LINE_END.search(cell))
        return min(next(broken, 0), self._width - 1)

    def _is_end(self, line: str) -> bool:
        """Whether a record's last line, in which the quoted cell ends, looks like another record.

        A text with line breaks and commas may end so. It has its closing quote before a delimiter.
        """
        _, _, after = line.partition('"')
        is_quoted_well = not after or after.startswith(self._delimiter)
        is_text = self._delimiter == "," and is_quoted_well
        return not is_text and self._is_record(line)

    def _is_record(self, line: str) -> bool:
        """Whether a line looks like a record: required cells filled, numbers valid.

        Commas are frequent in texts, so there a number has to be there as well.
        """
        if self._width < 2 or line.count(self._delimiter) != self._width - 1:
            return False
        cells = [cell.strip(WHITE_SPACE) for cell in line.split(self._delimiter)]
        if not all(cells[i] for i in self._required):
            return False
        if self._delimiter == "," and not any(cells[i] for i, _ in self._telling):
            return False
        return all(self._is_valid(i, cells[i], rule) for i, rule in self._telling)

    def _is_valid(self, column: int, cell: str, rule: Rule) -> bool:
        changed = self._cells[column].apply(cell) if column in self._cells else cell
        return not isinstance(read_value("", changed, rule), ValueProblem)
