"""Which values PostgreSQL surely takes as they are, told for a whole column at once.

Each function gets the bytes and where the contents of the column's fields start and end, and
returns a mask. They may say no to a good value, never yes to a bad one.
"""

import numpy as np

from chalicelib.imports.csv.structure import Bytes, Mask, Positions
from chalicelib.products.rules import PRICE_DECIMALS, PRICE_DIGITS

_QUANTITY_DIGITS = 9  # every number of 9 digits fits an integer
_PLAIN_WORDS = ("true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0")


def _letters(data: Bytes, starts: Positions, ends: Positions, width: int) -> tuple[Bytes, Mask]:
    """Return the first `width` bytes of each field, and which of them are in the field."""
    padded = np.concatenate((data, np.zeros(width, np.uint8)))
    letters = np.lib.stride_tricks.sliding_window_view(padded, width)[starts]
    return letters, np.arange(width) < (ends - starts)[:, None]


def are_plain_quantity(data: Bytes, starts: Positions, ends: Positions) -> Mask:
    """Digits only, at most nine."""
    letters, in_field = _letters(data, starts, ends, _QUANTITY_DIGITS)
    is_digit = (letters - np.uint8(ord("0"))) < 10
    short = ends - starts <= _QUANTITY_DIGITS
    return (is_digit | ~in_field).all(axis=1) & short & (ends > starts)


def are_plain_price(data: Bytes, starts: Positions, ends: Positions) -> Mask:
    """Up to ten digits, or those and a point with one or two more behind it."""
    longest = PRICE_DIGITS + 1 + PRICE_DECIMALS
    letters, in_field = _letters(data, starts, ends, longest)
    is_digit = (letters - np.uint8(ord("0"))) < 10
    is_point = (letters == ord(".")) & in_field
    length = ends - starts
    points = is_point.sum(axis=1)
    point_at = np.where(points == 1, is_point.argmax(axis=1), length)
    decimals = length - point_at - 1
    plain: Mask = (
        (is_digit | is_point | ~in_field).all(axis=1)
        & (length <= longest)
        & (points <= 1)
        & (point_at >= 1)
        & (point_at <= PRICE_DIGITS)
        & ((points == 0) | ((decimals >= 1) & (decimals <= PRICE_DECIMALS)))
    )
    return plain


def are_plain_active(data: Bytes, starts: Positions, ends: Positions) -> Mask:
    """One of the words that PostgreSQL's boolean knows as well, in any case."""
    width = max(map(len, _PLAIN_WORDS))
    letters, in_field = _letters(data, starts, ends, width)
    lowered = letters | np.uint8(0x20) * ((letters >= ord("A")) & (letters <= ord("Z")))
    words = np.where(in_field, lowered, 0).astype(np.uint8)
    packed = words @ (256 ** np.arange(width, dtype=np.int64))
    known = [int.from_bytes(word.encode(), "little") for word in _PLAIN_WORDS]
    plain: Mask = np.isin(packed, known) & (ends - starts <= width)
    return plain
