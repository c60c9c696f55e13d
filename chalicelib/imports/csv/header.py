"""Find the header row among the first records of a source, and the delimiter that goes with it.

Exports put titles, notes or Excel's `sep=` line above the header, and some have several header
rows. The header is chosen by evidence: the names of product fields in it, and its width.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.columns import name_columns
from chalicelib.imports.csv.cutting import drop_last_blanks, is_header
from chalicelib.imports.csv.dialect import DELIMITERS, detect_delimiter, score_rows
from chalicelib.imports.csv.matching import required_fields
from chalicelib.imports.csv.templates import find_template_rows
from chalicelib.imports.formats.applying import guess_header
from chalicelib.imports.options import ImportOptions
from chalicelib.products.limits import MOST_COLUMNS

MOST_HEADER_LINES = 20
_RECORDS_AFTER = 20  # how many records after a header its width is compared with
LOOKED_AT = MOST_HEADER_LINES + _RECORDS_AFTER
_LEAST_NAMES = 2  # known names that a row below the first must have
_LEAST_TWINS = 3  # columns in which two header rows must name the same field
_SEPARATOR = re.compile(rb'"?sep=([^\r\n])"?[,;\t|]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*%?")
_NUMBER_LENGTH = 64  # enough to tell a number from a name

Row = tuple[int, list[str]]  # the line that a record starts on, and its cells


@dataclass(frozen=True)
class Header:
    """The header row without its line end, and where the records start."""

    raw: bytes
    line: int  # from 1
    data_start: int  # offset in the head
    data_line: int  # from 1

    def read(self, delimiter: str) -> list[str]:
        """Return the fields of the header; raises JobEndedError if it isn't UTF-8 text."""
        try:
            text = self.raw.decode()
        except UnicodeDecodeError as error:
            raise JobEndedError(
                "header_not_utf8",
                "The header isn't valid UTF-8. Save the file as UTF-8, or set"
                " options.encoding to the encoding that it has.",
            ) from error
        if "\0" in text:
            raise JobEndedError(
                "header_has_nul",
                "The header has NUL bytes, so the file isn't UTF-8 text. If it is UTF-16, set"
                " options.encoding.",
            )
        names = next(csv.reader([text], delimiter=delimiter))
        # A stray cell far to the right in a sheet gives every row thousands of blank cells.
        return names if len(names) <= MOST_COLUMNS else list(drop_last_blanks(names))


@dataclass(frozen=True)
class Separator:
    """The `sep=` line that tells Excel the delimiter: its size, and a delimiter we support."""

    size_bytes: int = 0
    delimiter: str | None = None


def find_separator(raw: bytes) -> Separator:
    """Return the `sep=` line at the start of a head; one without a size if it isn't there."""
    found = _SEPARATOR.match(raw)
    if not found:
        return Separator()
    delimiter = found[1].decode("latin-1")
    return Separator(found.end(), delimiter if delimiter in DELIMITERS else None)


@dataclass(frozen=True)
class _Rating:
    """How much a row looks like the header."""

    fields: dict[int, str]  # the product fields it names, by the column's position
    is_complete: bool  # whether it names all required fields

    @property
    def score(self) -> tuple[bool, int]:
        return self.is_complete, len(self.fields)


def detect_layout(text: str, options: ImportOptions) -> str:
    """Return the delimiter that fits the beginning of a source best, wherever its header is.

    If the first record is a header for the delimiter that fits it best, there is no more to find.
    """
    plain = detect_delimiter(text)
    first = next(_read_rows(text, plain), None)
    if first is None or _rate(first[1], options).is_complete:
        return plain

    def score(delimiter: str) -> tuple[bool, int, bool, int]:
        rows = list(_read_rows(text, delimiter))
        at = choose_header(rows, options)
        after = [cells for _, cells in rows[at : at + 1 + _RECORDS_AFTER]]
        return *_rate(rows[at][1], options).score, *score_rows(after)

    return max(DELIMITERS, key=lambda d: (score(d), -DELIMITERS.index(d)))


def choose_header(rows: Sequence[Row], options: ImportOptions) -> int:
    """Return which of the first records is the header.

    A first record that names all required fields is. Otherwise it is the one that names the most
    fields; or, if none names two, the first one that is as wide as most records. When the row below
    it names the same fields in the same columns, labels come before keys, and the keys count.
    """
    if stated := find_template_header(rows):
        return stated
    candidates = [i for i, (line, _) in enumerate(rows) if i == 0 or line <= MOST_HEADER_LINES]

    @cache
    def rate(i: int) -> _Rating:
        return _rate(rows[i][1], options)

    best = 0
    if not rate(0).is_complete:
        best = max(candidates, key=lambda i: (rate(i).score, -i))
        is_named = len(rate(best).fields) >= _LEAST_NAMES and _has_names(rows[best][1])
        if not (is_named and rate(best).score > rate(0).score):
            best = 0 if rate(0).score > (False, 1) else _first_wide(rows, candidates)
    while best + 1 < len(candidates) and _are_twins(
        rows[best][1], rows[best + 1][1], rate(best), rate(best + 1)
    ):
        best += 1
    return best


def find_template_header(rows: Sequence[Row]) -> int | None:
    """Return which of the first records a template says to be the header."""
    stated = find_template_rows(rows[0][1]) if rows else None
    found = [i for i, (line, _) in enumerate(rows) if stated and line == stated.header]
    return found[0] if found else None


def count_examples(rows: Sequence[Row], header: int) -> int:
    """Return how many records after the header are the examples of a template."""
    stated = find_template_rows(rows[0][1])
    if not stated or find_template_header(rows) != header:
        return 0
    return sum(stated.header < line < stated.data for line, _ in rows)


def rate_header(rows: Sequence[Row], options: ImportOptions) -> tuple[bool, int]:
    """Return whether the header of these rows names all required fields, and how many it names."""
    return _rate(rows[choose_header(rows, options)][1], options).score


def _rate(cells: Sequence[str], options: ImportOptions) -> _Rating:
    columns = guess_header(name_columns(cells[:MOST_COLUMNS]), options, ())
    fields = {i: field for i, field in enumerate(columns.fields) if field}
    required = set(required_fields(options))
    return _Rating(fields, bool(required) and required <= set(fields.values()))


def _has_names(cells: Sequence[str]) -> bool:
    """Whether most of the filled cells are texts, not numbers."""
    filled = [cell for cell in cells if cell.strip()]
    return 2 * sum(bool(_NUMBER.fullmatch(cell.strip()[:_NUMBER_LENGTH])) for cell in filled) < len(
        filled
    )


def _first_wide(rows: Sequence[Row], candidates: Sequence[int]) -> int:
    """Return the first candidate with more than half as many filled cells as most records."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    usual, _ = max(Counter(filled).items(), key=lambda item: (item[1], item[0]))
    return next((i for i in candidates if 2 * filled[i] > usual), 0)


def _are_twins(upper: list[str], lower: list[str], above: _Rating, below: _Rating) -> bool:
    """Whether `lower` is a second header row, and not the first one again."""
    same = sum(below.fields.get(i) == field for i, field in above.fields.items())
    is_repeated = is_header([c.strip() for c in lower], [c.strip() for c in upper])
    is_readable = not any(mark in cell for cell in lower for mark in "\0\ufffd")
    is_like = same >= _LEAST_TWINS and len(below.fields) >= len(above.fields)
    return is_like and is_readable and not is_repeated


def _read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the first records, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line, number = 1, 0
    try:
        for cells in reader:
            if cells:
                yield line, cells
                number += 1
            if number > LOOKED_AT:
                break
            line = reader.line_num + 1
    except csv.Error:  # a field is longer than the module's limit: use the records before it
        pass
