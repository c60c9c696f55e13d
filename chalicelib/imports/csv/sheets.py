"""Sheets of workbooks as CSV: numbers and line breaks in cells have marks of their own.

A cell that holds a number isn't text that somebody wrote with a comma or a point. So the point of
its decimals is a character that no text of a sheet has, which takes one byte as a point does.
"""

import csv
import io
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

LINE_BREAK = "\x1e"  # in the place of a line break in a cell, so that a row is a line
POINT = "\x1f"  # before the decimals of a cell that holds a number
_AMBIGUOUS_DECIMALS = 3  # as many as digits in a group


class SheetHead(NamedTuple):
    """The first rows of a sheet, each with its line and the texts of its cells."""

    name: str
    rows: list[tuple[int, list[str]]]


def show_points(cells: Sequence[str], point: str | None) -> list[str]:
    """Return the cells of a record with a point before the decimals of numbers."""
    return [cell.replace(point, ".") for cell in cells] if point else list(cells)


def write_numbers(
    cells: Sequence[str], point: str, mark: Literal[".", ","] | None, columns: Collection[int]
) -> list[str]:
    """Return the cells of a record with their numbers as the texts of the file are written.

    `mark`: the decimal mark that the columns of prices and quantities, `columns`, are read with.
    """
    return [
        _write_number(cell, point, mark) if i in columns else cell.replace(point, ".")
        for i, cell in enumerate(cells)
    ]


def _write_number(cell: str, point: str, mark: Literal[".", ","] | None) -> str:
    whole, found, decimals = cell.partition(point)
    if not found:
        return cell
    if mark is None and len(decimals) == _AMBIGUOUS_DECIMALS:
        decimals += "0"  # no thousands mark has four digits after it
    return f"{whole}{mark or '.'}{decimals}"


def write_record(cells: Sequence[str], delimiter: str) -> str:
    """Return the text of a record with these cells, without a line end."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerow(cells)
    return written.getvalue().removesuffix("\r\n")
