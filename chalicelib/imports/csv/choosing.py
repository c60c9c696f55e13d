"""Choose the sheet of a workbook that has the products, by the headers of all."""

from dataclasses import dataclass, field, replace

from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.header import rate_header
from chalicelib.imports.csv.sheets import SheetHead
from chalicelib.imports.options import ImportOptions

_LEAST_NAMES = 2  # known names that make a sheet better than the first one


@dataclass
class SheetChoice:
    """The sheet that was chosen, and others that have products as well."""

    options: ImportOptions
    name: str | None = None
    others: tuple[str, ...] = field(default=())

    def choose(self, heads: list[SheetHead]) -> str:
        """Return the sheet to read: the first whose header has all required fields.

        If none has them, it is the one that names the most fields, or else the first.
        """
        scores = {head.name: rate_header(head.rows, self.options) for head in heads}
        complete = [name for name, (is_complete, _) in scores.items() if is_complete]
        best = max(scores, key=lambda name: scores[name][1])
        if scores[best][1] < _LEAST_NAMES:
            best = heads[0].name
        self.name, *others = complete or [best]
        self.others = tuple(others)
        return self.name

    def describe(self, encoding: Encoding) -> Encoding:
        """Return the encoding of sheets with what was chosen."""
        if self.name is None:
            return encoding
        reason = f"the file is a spreadsheet, of which the sheet {self.name!r} is read."
        return replace(encoding, reason=reason, other_sheets=self.others)
