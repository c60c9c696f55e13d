"""Find the rows of the sheet to read. It runs in the process that holds the workbook."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from chalicelib.errors import JobEndedError

_ROWS_OF_HEAD = 40  # as many as the header is looked for in
Row = Sequence[Any]
# Takes the names and first rows of sheets, and returns the name of the one to read.
Ask = Callable[[list[tuple[str, list[Row]]]], str]


def read_rows(workbook: Any, chosen: str | None, ask: Ask) -> Iterator[Row]:
    """Return the rows of the sheet from its first row, and from the first column with data."""
    found = [sheet for sheet in workbook.sheets_metadata if _is_worksheet(sheet)]
    names = [sheet.name for sheet in found]
    if chosen is not None and chosen not in names:
        listed = ", ".join(map(repr, names[:20]))
        raise JobEndedError(
            "sheet_unknown",
            f"The workbook has no sheet {chosen!r}; it has {listed}. Set options.sheet to one of"
            " them.",
        )
    shown = [sheet.name for sheet in found if _is_visible(sheet)]
    sheet = _find_sheet(workbook, [chosen] if chosen is not None else shown, ask)
    rows: Iterator[Row] = sheet.iter_rows()
    return rows


def _find_sheet(workbook: Any, names: Sequence[str], ask: Ask) -> Any:
    """Return the only one of the sheets with data, or the one that `ask` chooses of them."""
    heads: list[tuple[str, list[Row]]] = []
    first = None  # the only one that is kept in memory
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is not None:
            heads.append((name, list(islice(sheet.iter_rows(), _ROWS_OF_HEAD))))
            first = first or sheet
    if first is None:
        raise JobEndedError(
            "workbook_empty",
            "The sheet has no cells. Set options.sheet to a sheet with products, or fill it in.",
        )
    name = ask(heads)
    return first if name == heads[0][0] else workbook.get_sheet_by_name(name)


def _is_worksheet(sheet: Any) -> bool:
    return str(sheet.typ).endswith("WorkSheet")


def _is_visible(sheet: Any) -> bool:
    return str(sheet.visible).endswith(".Visible")
