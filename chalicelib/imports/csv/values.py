"""Which values PostgreSQL surely accepts as they are, decided for a whole column at once.

Each function gets the bytes and where the contents of the column's fields start and end, and
returns a mask. It may answer no for a good value, never yes for a bad one.
"""

from collections.abc import Callable, Iterable

import numpy as np

from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.spreadsheets import MONTHS
from chalicelib.imports.csv.structure import Bytes, Mask, Positions
from chalicelib.products.fields import Kind
from chalicelib.products.invisible import LEADS
from chalicelib.products.limits import DECIMAL_DIGITS, DECIMAL_PLACES

_DECIMAL_LENGTH = DECIMAL_DIGITS + 1 + DECIMAL_PLACES
_INTEGER_DIGITS = 9  # every number of 9 digits fits an integer
_PLAIN_WORDS = ("true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0")

_MAY_BE_UNSEEN = np.zeros(256, bool)  # the first bytes of invisible characters
_MAY_BE_UNSEEN[list(LEADS)] = True
_PACKING = 256 ** np.arange(7, dtype=np.int64)  # of the characters of a word into one number


def _pack(words: Iterable[str]) -> list[int]:
    return [int.from_bytes(word.encode(), "little") for word in words]


_MONTHS = _pack(MONTHS)
_DATE_LENGTH = len("2026-03-01")
_IS_BETWEEN = np.zeros(256, bool)  # between the day or the year and the month
_IS_BETWEEN[list(b"- ")] = True


def _characters(data: Bytes, starts: Positions, ends: Positions, width: int) -> tuple[Bytes, Mask]:
    """Return the first `width` bytes of each field, and which of them are in the field."""
    padded = np.concatenate((data, np.zeros(width, np.uint8)))
    characters = np.lib.stride_tricks.sliding_window_view(padded, width)[starts]
    return characters, np.arange(width) < (ends - starts)[:, None]


def are_plain_integers(data: Bytes, starts: Positions, ends: Positions) -> Mask:
    """Return which fields are at most nine digits."""
    characters, in_field = _characters(data, starts, ends, _INTEGER_DIGITS)
    is_digit = (characters - np.uint8(ord("0"))) < 10
    short = ends - starts <= _INTEGER_DIGITS
    return (is_digit | ~in_field).all(axis=1) & short & (ends > starts)


def are_plain_decimals(data: Bytes, starts: Positions, ends: Positions, mark: str = ".") -> Mask:
    """Return which fields are up to ten digits, with one or two more after a mark, if any."""
    characters, in_field = _characters(data, starts, ends, _DECIMAL_LENGTH)
    is_digit = (characters - np.uint8(ord("0"))) < 10
    is_point = (characters == ord(mark)) & in_field
    length = ends - starts
    points = is_point.sum(axis=1)
    point_at = np.where(points == 1, is_point.argmax(axis=1), length)
    decimals = length - point_at - 1
    plain: Mask = (
        (is_digit | is_point | ~in_field).all(axis=1)
        & (length <= _DECIMAL_LENGTH)
        & (points <= 1)
        & (point_at >= 1)
        & (point_at <= DECIMAL_DIGITS)
        & ((points == 0) | ((decimals >= 1) & (decimals <= DECIMAL_PLACES)))
    )
    return plain


def find_decimal_marks(data: Bytes, starts: Positions, ends: Positions, mark: str) -> Positions:
    """Return where `mark` is in the fields; of a long field, only its first characters count."""
    characters, in_field = _characters(data, starts, ends, _DECIMAL_LENGTH)
    fields, at = np.nonzero((characters == ord(mark)) & in_field)
    found: Positions = starts[fields] + at
    return found


def put_points(raw: bytes, marks: Positions) -> bytes:
    """Return the bytes with a point for each decimal mark."""
    return put_mark(np.frombuffer(raw, np.uint8), marks, ".").tobytes() if len(marks) else raw


def put_mark(data: Bytes, at: Positions, mark: str) -> Bytes:
    """Return the bytes with a decimal mark at these positions."""
    if not len(at):
        return data
    marked = data.copy()
    marked[at] = ord(mark)
    return marked


def are_any_of(data: Bytes, starts: Positions, ends: Positions, texts: Iterable[str]) -> Mask:
    """Return which fields may be one of `texts`, which are in lower case, in any case."""
    encoded = [text.encode() for text in texts]
    lengths = np.maximum(ends - starts, 0)
    found: Mask = np.isin(lengths, [len(text) for text in encoded])
    last = len(data) - 1
    found &= _may_be([t[:1] for t in encoded])[data[np.minimum(starts, last)]] | (lengths == 0)
    found &= _may_be([t[-1:] for t in encoded])[data[ends - 1]] | (lengths == 0)
    return found


def _may_be(characters: Iterable[bytes]) -> Mask:
    """Return which bytes may be one of `characters` in any case."""
    found = np.zeros(256, bool)
    found[128:] = True  # in upper case, another character may have other bytes
    found[list(b"".join(c + c.upper() for c in characters))] = True
    return found


def find_text(data: Bytes, starts: Positions, ends: Positions, text: str) -> Positions:
    """Return the fields that are this text."""
    encoded = np.frombuffer(text.encode(), np.uint8)
    found = np.flatnonzero(ends - starts == len(encoded))
    if not len(encoded) or not len(found):
        return np.empty(0, np.intp)
    found = found[data[starts[found]] == encoded[0]]
    same: Mask = (data[starts[found, None] + np.arange(len(encoded))] == encoded).all(axis=1)
    fields: Positions = found[same]
    return fields


def _find_dates(data: Bytes, starts: Positions, ends: Positions) -> Positions:
    """Return the fields that are like 26-Mar, 26. Mrz or Mar-26, of fields of 5 to 7 bytes."""
    is_year_last = _IS_BETWEEN[data[ends - 3]] & (ends - starts == 6)
    month = np.where(is_year_last, starts, ends - 3)
    is_date = (data[month] >= ord("A")) & (is_year_last | _IS_BETWEEN[data[ends - 4]])
    found = np.flatnonzero(is_date)
    characters = data[month[found, None] + np.arange(3)] | np.uint8(0x20)
    dates: Positions = found[np.isin(characters @ _PACKING[:3], _MONTHS)]
    return dates


def _find_iso_dates(data: Bytes, starts: Positions, ends: Positions) -> Positions:
    """Return the fields that may be like 2026-03-01 or 2026-03-01T00:00:00."""
    length = ends - starts
    long = np.flatnonzero((length == _DATE_LENGTH) | (length > _DATE_LENGTH + 1))
    first = starts[long]
    is_date = (data[first + 4] == ord("-")) & (data[first + 7] == ord("-"))
    after = np.minimum(first + _DATE_LENGTH, len(data) - 1)  # a date may be all that is left
    has_time = (length[long] > _DATE_LENGTH) & (data[after] == ord("T"))
    dates: Positions = long[is_date & ((length[long] == _DATE_LENGTH) | has_time)]
    return dates


def may_be_changed(rule: CellRule, data: Bytes, starts: Positions, ends: Positions) -> Mask | bool:
    """Return which fields a rule may change."""
    return rule.changes_plain or are_any_of(data, starts, ends, rule.changed_texts)


def find_changed_skus(data: Bytes, starts: Positions, ends: Positions) -> Positions:
    """Return the fields of SKUs that a spreadsheet may have changed, or with invisible characters.

    A spreadsheet makes numbers and dates of SKUs.
    """
    is_plus = data[np.maximum(ends - 3, 0)] == ord("+")
    is_plus |= data[np.maximum(ends - 4, 0)] == ord("+")
    length = ends - starts
    short = np.flatnonzero((length >= 5) & (length <= 7))
    found: Positions = np.union1d(np.flatnonzero(is_plus), _find_iso_dates(data, starts, ends))
    if len(short):
        found = np.union1d(found, short[_find_dates(data, starts[short], ends[short])])
    if len(unseen := np.flatnonzero(_MAY_BE_UNSEEN[data])):
        has_one = unseen.searchsorted(ends) > unseen.searchsorted(starts)
        found = np.union1d(found, np.flatnonzero(has_one))
    return found


def are_plain_booleans(data: Bytes, starts: Positions, ends: Positions) -> Mask:
    """Return which fields are a word that PostgreSQL's boolean accepts too, in any case."""
    width = max(map(len, _PLAIN_WORDS))
    characters, in_field = _characters(data, starts, ends, width)
    lowered = characters | np.uint8(0x20) * ((characters >= ord("A")) & (characters <= ord("Z")))
    words = np.where(in_field, lowered, 0).astype(np.uint8)
    packed = words @ _PACKING[:width]
    known = _pack(_PLAIN_WORDS)
    plain: Mask = np.isin(packed, known) & (ends - starts <= width)
    return plain


# A text needs no look at its characters: triage checks its length.
ARE_PLAIN: dict[Kind, Callable[[Bytes, Positions, Positions], Mask]] = {
    "decimal": are_plain_decimals,
    "integer": are_plain_integers,
    "boolean": are_plain_booleans,
}
