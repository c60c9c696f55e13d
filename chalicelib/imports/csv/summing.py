"""What the notes of all ranges say about a file: its currency, and warnings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.swallowed import SWALLOWED, SWALLOWED_MESSAGE
from chalicelib.products.currencies import Currency, find_currency

SKU_COLLISION = "sku_collision"
UNNAMED = "rejects_unnamed"
_MOST_LINES = 10  # of a warning
_WARNINGS = {
    SWALLOWED: SWALLOWED_MESSAGE,
    "sku_scientific": "{count:,} values in {columns} are in scientific notation, such as"
    " 6.93217E+12, as spreadsheets write long numbers. They are imported as they are. Format the"
    " column as text and export it again.",
    "sku_date": "{count:,} values in {columns} look like dates, such as Mar-26, which spreadsheets"
    " make of some SKUs. They are imported as they are. Format the column as text and export it"
    " again.",
    "sku_invisible": "{count:,} values in {columns} have characters that aren't seen, such as"
    " zero-width or no-break spaces. They are imported without invisible characters, and with plain"
    " spaces.",
    SKU_COLLISION: "SKUs composed of several columns that records with other texts have too:"
    " {count:,}. For example, t-shirt and Red-Small make the same SKU as t-shirt-Red and Small."
    " Only the last record of each is imported. Fill in the SKUs, or set options.sku_from.",
    UNNAMED: "Rejected records without a key, so that they name no product: {count:,}. Products"
    " whose records they are count as missing from the file.",
    "negative_quantity": "Quantities below 0 are imported as 0. Found: {count:,}.",
}


def merge_warnings(
    known: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return warnings, as JSON values, with more of them. Idempotent: each code is there once.

    A warning of a code that is known has the newer message, and the columns and lines of both.
    """
    merged = {warning["code"]: dict(warning) for warning in known}
    for warning in found:
        older = merged.get(warning["code"], {"columns": [], "lines": []})
        merged[warning["code"]] = {
            "code": warning["code"],
            "message": warning["message"],
            "columns": list(dict.fromkeys([*older["columns"], *warning["columns"]])),
            "lines": sorted({*older["lines"], *warning["lines"]})[:_MOST_LINES],
        }
    return list(merged.values())


@dataclass
class NoteSum:
    """The notes of one code, of all ranges and columns."""

    columns: list[str] = field(default_factory=list)
    count: int = 0
    lines: list[int] = field(default_factory=list)  # the first ones, in order
    values: dict[str, int] = field(default_factory=dict)  # the first line of each text


def sum_notes(notes: Iterable[Mapping[str, Any]]) -> dict[str, NoteSum]:
    """Return what was noted by code. `notes` are those of all ranges, in any order."""
    found: dict[str, NoteSum] = {}
    for note in notes:
        total = found.setdefault(note["code"], NoteSum())
        total.columns = sorted({*total.columns, *note["columns"]})
        total.count += note["count"]
        total.lines = sorted({*total.lines, *note["lines"]})[:_MOST_LINES]
        for text, line in note["values"].items():
            total.values[text] = min(line, total.values.get(text, line))
    return found


def find_price_currency(found: Mapping[str, NoteSum], chosen: str | None) -> str | None:
    """Return the currency of the prices: a code, or a sign that fits several; None if unknown.

    `chosen`: the currency of the options, so that prices in all others were rejected.
    """
    common = _narrow(found)
    return chosen or (common.name if common else None)


def check_currency(found: Mapping[str, NoteSum], chosen: str | None) -> None:
    """Raise JobEndedError if the prices can't all have the same currency."""
    if not chosen and _lines(found) and not _narrow(found):
        raise JobEndedError("currencies_mixed", _describe(_lines(found)))


def _lines(found: Mapping[str, NoteSum]) -> dict[str, int]:
    return found["currency"].values if "currency" in found else {}


def _narrow(found: Mapping[str, NoteSum]) -> Currency | None:
    """Return the currency that all names can mean, else None."""
    common: Currency | None = None
    for name in _lines(found):
        currency = find_currency(name)
        common = currency.narrow(common) if currency else None
        if common is None:
            return None
    return common


def make_warnings(found: Mapping[str, NoteSum]) -> list[dict[str, Any]]:
    """Return the warnings of an import as JSON values."""
    return [
        {
            "code": code,
            "message": message.format(
                count=total.count, columns=", ".join(name[:40] for name in total.columns[:3])
            ),
            "columns": total.columns,
            "lines": total.lines,
        }
        for code, message in _WARNINGS.items()
        if (total := found.get(code))
    ]


def _describe(lines: Mapping[str, int]) -> str:
    first = sorted(lines.items(), key=lambda pair: pair[1])
    shown = ", ".join(f"{name} (line {line})" for name, line in first[:5])
    return (
        f"The prices are in more than one currency: {shown}. Nothing was imported. Import one file"
        " for each currency, or set options.currency to reject the others."
    )
