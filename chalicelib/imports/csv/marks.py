"""Detect the decimal mark of a source from the numbers that can be read in only one way."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.products.numbers import MOST_CHARACTERS, DecimalMark

_NUMBER = re.compile(r"[^\d,]*?([.,]?\d[\d.,]*)[^\d,]*")
_SPACES = re.compile(r"(?<=\d)[ '\u2019\u00a0\u2009\u202f](?=\d{3})")
_NAMES: dict[DecimalMark, str] = {".": "point", ",": "comma"}
_COUNTS = {1: "one digit", 2: "two digits"}


@dataclass(frozen=True)
class Number:
    """The text of a number in a source, and where it is."""

    column: str
    what: str  # prices or quantities
    line: int
    text: str


@dataclass(frozen=True)
class Detected:
    """The decimal mark, None if it can't be known, and one sentence that says why."""

    mark: DecimalMark | None
    why: str | None
    is_unclear: bool = False  # whether numbers need a mark that isn't known


_UNKNOWN = Detected(None, None)


@dataclass(frozen=True)
class _Vote:
    mark: DecimalMark
    decimals: int  # digits after the mark; 0 if the other mark separates thousands
    number: Number


def find_mark(text: str) -> tuple[DecimalMark, int] | None:
    """Return the decimal mark that a number must have and the digits after it; None if unclear.

    A mark before other than three digits is a decimal mark, and so is the second of two marks. A
    mark that is repeated separates thousands, so the other one is the decimal mark.
    """
    text = _SPACES.sub("", text.strip())
    found = _NUMBER.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if not found:
        return None
    digits = re.split(r"[.,]", found[1])
    marks = re.sub(r"\d", "", found[1])
    if not marks:
        return None
    mark: DecimalMark = "," if marks[-1] == "," else "."
    other: DecimalMark = "." if mark == "," else ","
    if len(marks) == 1:
        is_group = len(digits[1]) == 3 and 1 <= len(digits[0]) <= 3 and digits[0][0] != "0"
        return None if is_group or not digits[1] else (mark, len(digits[1]))
    is_grouped = len(digits[0]) <= 3 and all(len(group) == 3 for group in digits[1:-1])
    if not is_grouped:
        return None
    if set(marks) == {mark}:
        return (other, 0) if len(digits[-1]) == 3 else None
    return (mark, len(digits[-1])) if set(marks[:-1]) == {other} else None


def detect_mark(numbers: Iterable[Number], usual: Detected = _UNKNOWN) -> Detected:
    """Return the decimal mark on which all numbers that need one agree.

    `usual`: what files of the format have. It counts unless a number can't be read with it.
    """
    known = [number for number in numbers if number.text.strip()]
    found = [(find_mark(number.text), number) for number in known]
    votes = [_Vote(*mark, number) for mark, number in found if mark]
    marks = {vote.mark for vote in votes}
    if usual.mark and marks <= {usual.mark}:
        return usual
    if len(marks) == 1:
        why = _explain(votes, known)
        if usual.mark:
            why += f" This overrides the decimal {_NAMES[usual.mark]} of the format."
        return Detected(votes[0].mark, why)
    if marks:
        lines = [next(v.number.line for v in votes if v.mark == mark) for mark in (",", ".")]
        why = f"Line {lines[0]} has a decimal comma, line {lines[1]} a decimal point."
        return Detected(None, why, is_unclear=True)
    unclear = next((n for mark, n in found if not mark and re.search(r"\d[.,]\d", n.text)), None)
    if unclear is None:
        return _UNKNOWN
    why = f"The numbers can be read in two ways, for example in line {unclear.line}."
    return Detected(None, why, is_unclear=True)


def _explain(votes: list[_Vote], known: list[Number]) -> str:
    """Say why the mark is known, by the column with the most evidence."""
    (column, what), _ = Counter((v.number.column, v.number.what) for v in votes).most_common(1)[0]
    here = [vote for vote in votes if (vote.number.column, vote.number.what) == (column, what)]
    values = sum((n.column, n.what) == (column, what) for n in known)
    first, decimals = here[0], {vote.decimals for vote in here}
    if decimals == {0}:
        other = _NAMES["." if first.mark == "," else ","]
        have = f"repeat the {other} as a thousands separator"
    elif len(decimals) == 1 and first.decimals in _COUNTS:
        have = f"have a {_NAMES[first.mark]} before {_COUNTS[first.decimals]}"
    else:
        have = f"have a decimal {_NAMES[first.mark]}"
    counted = f"{len(here)} of {values} {what} in {column[:40]}"
    return f"{counted} {have}, for example in line {first.number.line}."
