"""Warn about what the head of a file makes doubtful, before it gets into the catalogue.

A warning stops nothing. Its code is stable, and its message says what to do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.fitting import Ambiguity
from chalicelib.imports.csv.header import Row
from chalicelib.imports.csv.keywarnings import (
    warn_of_invisible,
    warn_of_keys,
    warn_of_repeated_skus,
)
from chalicelib.imports.csv.lookalikes import REVERSED, find_lookalikes
from chalicelib.imports.csv.notes import Note
from chalicelib.imports.csv.sampled import (
    MOST_LINES,
    FileWarning,
    Sampled,
    find_position,
    read_cells,
)
from chalicelib.imports.csv.swallowed import SWALLOWED, SWALLOWED_MESSAGE
from chalicelib.imports.missing_options import MISSING_DONE, MissingOptions

_NOT_MAPPED = {
    "sku": "sku_not_mapped",
    "price": "price_not_mapped",
    "quantity": "quantity_not_mapped",
    "active": "active_not_mapped",
}
_FEWEST_BLANK = 2  # records without a price
_FEWEST_PRICES = 5  # that are all equal
_MOST_REJECTED = 0.2


def find_warnings(columns: Columns, sampled: Sampled) -> list[FileWarning]:
    """Return the warnings that the columns and the first records give."""
    return [
        *_warn_of_columns(columns, sampled),
        *_warn_of_left_out(sampled.left_out),
        *map(_warn_of_ambiguity, sampled.ambiguities),
        *_warn_of_mark(columns, sampled),
        *_warn_of_blank_prices(columns, sampled),
        *_warn_of_equal_prices(columns, sampled.rows),
        *warn_of_keys(columns, sampled),
        *warn_of_invisible(columns, sampled),
        *warn_of_repeated_skus(columns, sampled),
        *_warn_of_rejects(sampled),
        *_warn_of_swallowing(sampled.swallowing),
    ]


def warn_of_sheets(names: Sequence[str]) -> list[FileWarning]:
    """Return the warning of sheets that have products, but aren't read."""
    if not names:
        return []
    message = "More than one sheet has products, and only the first of them is imported:"
    message += f" {_listed(names)} {'is' if len(names) == 1 else 'are'} left out. Set options.sheet"
    return [FileWarning("sheets_left_out", message + " to import another sheet.")]


def warn_of_missing(options: MissingOptions) -> list[FileWarning]:
    """Return the warning of an import that changes products which its file doesn't name."""
    done = MISSING_DONE.get(options.missing or "keep")
    if done is None:
        return []
    products = "products of options.scope" if options.scope else "products of the catalogue"
    message = (
        f"This file must name all {products}: those that it doesn't name are {done}. If they are"
        f" more than {options.missing_limit.describe()}, the import fails and changes nothing."
    )
    return [FileWarning("missing_products", message)]


def _warn_of_columns(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    """Warn of columns that look like a field that no column is."""
    found = find_lookalikes(columns, sampled.mapping, sampled.rows)
    for name, (thing, headers) in found.items():
        which = _listed(headers)
        one = len(headers) == 1
        looks = f"{which} looks like the {thing}, but isn't" if one else f"{which} look like"
        message = f"{looks} imported as such." if one else f"{looks} the {thing}, but none is."
        message += f" Map {'it' if one else 'one of them'} to {name} in options.mapping."
        if thing == REVERSED:
            message = f"{which} may mark {thing}. To import that, map a column to active in"
            message += " options.mapping, and reverse its words in options.columns."
        yield FileWarning(_NOT_MAPPED[name], message, tuple(headers))
    given = {*columns.fields, *found}
    if sampled.creates and "price" not in given:
        missing = [name for name in ("price", "quantity") if name not in given]
        what = " or ".join(missing)
        defaults = " and ".join(f"{name} 0" for name in missing)
        yield FileWarning(
            "price_column_missing",
            f"No column is mapped to {what}. New products get {defaults}."
            " Map a column in options.mapping, or set options.mode to update.",
        )


def _warn_of_left_out(name: str | None) -> Iterator[FileWarning]:
    if name is not None:
        message = f"{name[:40]!r} isn't imported, because options.match finds products by another"
        message += " column and an update doesn't change SKUs."
        yield FileWarning("sku_left_out", message, (name,))


def _warn_of_ambiguity(found: Ambiguity) -> FileWarning:
    others = [header for header in found.headers if header != found.chosen]
    return FileWarning(
        "column_ambiguous",
        f"{found.chosen!r} is imported as the {found.field}; {_listed(others)} would fit too. To"
        f" choose another column, map it to {found.field} in options.mapping.",
        found.headers,
    )


def _warn_of_mark(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    if sampled.unclear_mark:
        names = [n for n, f in zip(columns.names, columns.fields, strict=True) if f == "price"]
        message = f"The decimal mark isn't known. {sampled.unclear_mark} Set options.decimal_mark."
        yield FileWarning("decimal_mark_unclear", message, tuple(names))


def _warn_of_blank_prices(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    column, rows = find_position(columns, "price"), sampled.rows
    if column is None or not sampled.creates or read_cells(column, rows):
        return
    if len(rows) >= _FEWEST_BLANK:
        yield FileWarning(
            "prices_blank",
            "The first records have no price, so new products get 0. Check that the right column is"
            " imported as the price. In a workbook, formulas have values once Excel has saved it.",
            (columns.names[column],),
        )


def _warn_of_equal_prices(columns: Columns, rows: Sequence[Row]) -> Iterator[FileWarning]:
    prices = _read_column(columns, "price", rows)
    if len(prices) >= _FEWEST_PRICES and len({text for _, text in prices}) == 1:
        yield FileWarning(
            "prices_equal",
            f"All {len(prices)} prices at the beginning of the file are {prices[0][1][:40]}. Check"
            " that the right column is imported as the price.",
            (columns.names[columns.fields.index("price")],),
            tuple(line for line, _ in prices[:MOST_LINES]),
        )


def _warn_of_rejects(sampled: Sampled) -> Iterator[FileWarning]:
    rejects = sampled.rejects
    if len(rejects) > _MOST_REJECTED * len(sampled.rows):
        common = Counter(code for code, _ in rejects.values()).most_common(1)[0][0]
        reason = next(message for code, message in rejects.values() if code == common)
        yield FileWarning(
            "many_rejected",
            f"{len(rejects)} of the first {len(sampled.rows)} records will be rejected. Most common"
            f" reason: {reason}",
            lines=tuple(sorted(rejects)[:MOST_LINES]),
        )


def _warn_of_swallowing(notes: Sequence[Note]) -> Iterator[FileWarning]:
    if notes:
        message = SWALLOWED_MESSAGE.format(count=sum(note.count for note in notes))
        lines = sorted({line for note in notes for line in note.lines})[:MOST_LINES]
        columns = dict.fromkeys(column for note in notes for column in note.columns)
        yield FileWarning(SWALLOWED, message, tuple(columns), tuple(lines))


def _read_column(columns: Columns, name: str, rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Return the lines and texts of a field's filled cells."""
    column = find_position(columns, name)
    return [] if column is None else read_cells(column, rows)


def _listed(names: Sequence[str], most: int = 3) -> str:
    shown = [f"{name[:40]!r}" for name in names[:most]]
    more = len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
