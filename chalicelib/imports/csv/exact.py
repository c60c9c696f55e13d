"""Undo what an export wrote for a shop, by a column of the file that says what the product has.

A shop's file can't say everything: it needs a handle of each product, and gives a variant the brand
of the rows above. The exports of this product in a shop's layout (exports/layout_rows.py) therefore
have a last column. It holds a JSON object: the header of each cell that isn't as the product has
it, with the text that was written and the text that is intended, null for none. A cell that was
changed since counts as it is.
"""

from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.spreadsheets import unescape
from chalicelib.products.rules import ValueProblem

EXACT_HEADER = "product_importer_exact"

Texts = dict[int, str]  # by the position of the column

_Exact = TypeAdapter(dict[str, tuple[str, str | None]])
_UNREADABLE = ValueProblem(
    "exact_unreadable",
    None,
    f"The cell of {EXACT_HEADER} isn't as the export wrote it. Restore it, or remove the column.",
)


class ExactCells:
    """Finds the cells of a record that stand for another text."""

    def __init__(self, reading: Reading) -> None:
        self._column = reading.rows.exact
        self._positions = {name: i for i, name in enumerate(reading.columns.names)}

    def find(self, cells: Sequence[str]) -> Texts | ValueProblem:
        """Return the intended texts, for the trimmed cells of a record as the file has it."""
        if self._column is None or not cells[self._column]:
            return {}
        try:
            given = _Exact.validate_json(cells[self._column])
            found = {self._positions[header]: texts for header, texts in given.items()}
        except (ValidationError, KeyError):
            return _UNREADABLE
        return {
            column: intended or ""
            for column, (written, intended) in found.items()
            if unescape(cells[column]) == written
        }
