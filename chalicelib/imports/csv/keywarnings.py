"""Warn of doubtful SKUs, or of what finds products in their place."""

import re
from collections.abc import Iterator, Sequence

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.header import Row
from chalicelib.imports.csv.headers import clean_name
from chalicelib.imports.csv.sampled import (
    MOST_LINES,
    FileWarning,
    Sampled,
    find_position,
    read_cells,
)
from chalicelib.imports.csv.spreadsheets import unprotect_name
from chalicelib.products.invisible import clean

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
_MONTHS = (
    "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez"
    "|ene|abr|ago|dic|janv|févr|avr|juin|juil|août|déc|gen|mag|giu|lug|set|ott"
)
_DATE = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}(?:T[\d:.]+)?|(?:{_MONTHS})\.?[-. ]\d{{2,4}}"
    rf"|\d{{1,2}}[-. ]{{1,2}}(?:{_MONTHS})\.?(?:[-. ]\d{{2,4}})?",
    re.IGNORECASE,
)


def warn_of_keys(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    """Warn of SKUs, or what finds products in their place, that a spreadsheet has changed."""
    column = find_position(columns, "sku") if sampled.key is None else sampled.key
    if column is None:
        return
    name = columns.names[column]
    called = "The SKU" if sampled.key is None else repr(name[:40])
    keys = read_cells(column, sampled.rows)
    for code, pattern, what in (
        ("sku_scientific", _SCIENTIFIC, "a number in scientific notation, which lost its digits"),
        ("sku_date", _DATE, "a date, into which a spreadsheet may have changed a code"),
    ):
        found = [(line, text) for line, text in keys if pattern.fullmatch(text)]
        if found:
            yield FileWarning(
                code,
                f"{called} in line {found[0][0]} is {what}: {found[0][1]}. Export the column as"
                " text.",
                (name,),
                tuple(line for line, _ in found[:MOST_LINES]),
            )


def _find_cleaned(header: Sequence[str]) -> list[str]:
    """Return the names, as they are read, of a header that had characters that aren't seen."""
    read = ((unprotect_name(name.strip()), clean_name(name)) for name in header)
    return [cleaned for given, cleaned in read if cleaned != given]


def warn_of_invisible(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    """Warn of header names and keys with characters that aren't seen."""
    if cleaned := _find_cleaned(sampled.header):
        yield FileWarning(
            "header_invisible",
            "The header has characters that aren't seen, such as zero-width or no-break spaces. The"
            " names are read without invisible characters, and with plain spaces.",
            tuple(cleaned),
        )
    column = find_position(columns, "sku") if sampled.key is None else sampled.key
    if column is None or columns.are_exported:
        return
    lines = [line for line, text in read_cells(column, sampled.rows) if clean(text) != text]
    if lines:
        yield FileWarning(
            "sku_invisible",
            f"The value in line {lines[0]} has characters that aren't seen, such as zero-width or"
            " no-break spaces. It is imported without invisible characters, and with plain spaces.",
            (columns.names[column],),
            tuple(lines[:MOST_LINES]),
        )


def warn_of_repeated_skus(columns: Columns, sampled: Sampled) -> Iterator[FileWarning]:
    """Warn of records with the SKU of an earlier one and other values: variants, or several stocks.

    A record that is repeated as it is does no harm.
    """
    column = find_position(columns, "sku")
    if column is None or not sampled.are_plain or sampled.key is not None:
        return
    seen: dict[str, Row] = {}
    lines: list[int] = []
    for line, cells in sampled.rows:
        sku = cells[column].strip().lower() if column < len(cells) else ""
        if sku and seen.setdefault(sku, (line, cells))[1] != cells:
            lines.append(line)
    if lines:
        yield FileWarning(
            "sku_repeated",
            f"Line {lines[0]} has a SKU of an earlier line, with other values. Only the last record"
            " of a SKU counts. For variants, map the column to attributes and set options.sku_from;"
            " add up stocks of several places.",
            (columns.names[column],),
            tuple(lines[:MOST_LINES]),
        )
