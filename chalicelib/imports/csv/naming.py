"""Which products a file names by records that aren't staged: they aren't missing from it.

A record may be wrong in other columns than the one that finds its product. Where its structure is
wrong, any of its cells may be the key.
"""

import re
from collections.abc import Iterable, Sequence

from chalicelib.imports.csv.cutting import RECORD_MAX_BYTES, cut_record, drop_last_blanks
from chalicelib.imports.csv.matching import read_id
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.skipping import HEADER_ROW
from chalicelib.imports.csv.spreadsheets import unescape, unprotect
from chalicelib.products.fields import find_field
from chalicelib.products.rules import WHITE_SPACE

# A record with one of these problems may hold the rest of the file, or stand for another key.
_UNKNOWN = ("quote_never_closed", "record_too_long", "exact_unreadable", "record_cut_off")
_LINE_END = re.compile("\r\n|\r|\n")
_UNREADABLE = ("\0", "\ufffd")


def find_named(
    raw: bytes, problem: str, completed: Sequence[str] | None, reading: Reading
) -> tuple[str, ...] | None:
    """Return the keys that a record may have: none if it has no key; None if that isn't certain.

    `problem`: the code or the reason of the reject or skip. `completed`: the record's cells as
    they are read, if it got so far.
    """
    if problem == HEADER_ROW:
        return ()
    if problem in _UNKNOWN or len(raw) > RECORD_MAX_BYTES:
        return None
    column = reading.key_column
    if completed is not None:
        return _read_keys(completed[column : column + 1], reading)
    text = raw.decode(errors="replace").replace(reading.line_break or "\n", "\n")
    cells, width = cut_record(text, reading), len(reading.columns)
    if len(cells) != width:
        cells = list(drop_last_blanks(cells))
    found = cells[column : column + 1] if len(cells) == width else cells
    is_composed = bool(reading.rows.sku_from) and reading.key.column is None
    if is_composed or any(mark in cell for cell in found for mark in _UNREADABLE):
        return None
    return _read_keys((_read_key(cell, reading) for cell in found), reading)


def find_swallowed(raw: bytes, reading: Reading) -> tuple[str, ...]:
    """Return the keys in lines of quoted cells that a stray quote may have swallowed.

    Such a line has as many delimiters as a record. Any of its cells may be the key.
    """
    if b"\n" not in raw and b"\r" not in raw:
        return ()
    delimiter, width = reading.delimiter, len(reading.columns)
    _, *lines = _LINE_END.split(raw.decode(errors="replace"))
    found = [line.split(delimiter) for line in lines if line.count(delimiter) == width - 1 > 0]
    cells = (cell.strip(f'{WHITE_SPACE}"') for cut in found for cell in cut)
    return _read_keys((_read_key(cell, reading) for cell in cells), reading)


def _read_key(cell: str, reading: Reading) -> str:
    """Return the text of a cell as if it were in the column that finds products."""
    column, columns = reading.key_column, reading.columns
    field = find_field(columns.fields[column] or "")
    plain = unescape(cell) if columns.are_exported else unprotect(cell, field)
    rule = reading.cells.get(column)
    return rule.apply(plain) if rule else plain


def _read_keys(texts: Iterable[str], reading: Reading) -> tuple[str, ...]:
    """Return the texts that can be keys; an id has one spelling."""
    read = map(read_id, texts) if reading.key.by == "id" else texts
    return tuple(dict.fromkeys(text for text in read if isinstance(text, str) and text))
