"""The structure of CSV bytes: where records start, exactly as `csv.reader` reads them, with numpy.

`csv.reader` (non-strict, '"' quotes) is a machine with few states. A quote opens a quoted field
only where a field starts; anywhere else outside quotes it is a literal character. So counting
quotes is almost enough: the parity of the quotes before a line end shows whether the line end is
inside a field, if literal quotes aren't counted. They are rare, and only they are visited one by
one.

The bytes are UTF-8, or another encoding in which quotes, delimiters and line ends are single ASCII
bytes that never occur inside another character.
"""

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

QUOTE, LF, CR = 0x22, 0x0A, 0x0D
IS_QUOTE, IS_DELIMITER, IS_LINE_END = 1, 2, 3

Bytes = NDArray[np.uint8]
Positions = NDArray[np.intp]
Mask = NDArray[np.bool_]


class State(IntEnum):
    """The state of `csv.reader` between two bytes."""

    RECORD = 0  # before a record: blank lines are skipped here
    FIELD = 1  # at the start of a later field, or after a closing quote: both continue alike
    UNQUOTED = 2
    QUOTED = 3


@dataclass(frozen=True)
class Specials:
    """The quotes, delimiters and line ends of some bytes, in order."""

    data: Bytes
    at: Positions
    kind: NDArray[np.uint8]


@dataclass(frozen=True)
class Structure:
    """The structure of some bytes, given the state before them."""

    end: State
    outside: Mask  # which of the specials are outside quoted fields
    literals: Positions  # quotes that are ordinary characters
    record_starts: Positions


@cache
def _kinds(delimiter: str, with_fields: bool) -> bytes:
    table = bytearray(256)
    table[QUOTE] = IS_QUOTE
    table[LF] = table[CR] = IS_LINE_END
    if with_fields:
        table[ord(delimiter)] = IS_DELIMITER
    return bytes(table)


def find_specials(raw: bytes, delimiter: str, *, with_fields: bool) -> Specials:
    """Find the special bytes of `raw`; delimiters only when `with_fields`."""
    kinds = np.frombuffer(raw.translate(_kinds(delimiter, with_fields)), np.uint8)
    at = np.flatnonzero(kinds != 0)
    return Specials(np.frombuffer(raw, np.uint8), at, kinds[at])


def read_structure(specials: Specials, delimiter: str, state: State) -> Structure:
    """Return the structure of the bytes of `specials`, entered in `state`."""
    is_quote = specials.kind == IS_QUOTE
    quotes = specials.at[is_quote]
    literal = find_literal_quotes(specials.data, quotes, delimiter, state)
    if literal:
        is_quote[np.flatnonzero(is_quote)[literal]] = False
    entered_inside = state == State.QUOTED
    inside = (np.cumsum(is_quote, dtype=np.intp) + entered_inside) & 1
    outside = (inside == 0) & (specials.kind != IS_QUOTE)
    line_ends = specials.at[outside & (specials.kind == IS_LINE_END)]
    ends_inside = bool(inside[-1]) if len(inside) else entered_inside
    return Structure(
        end=_end_state(specials.data, delimiter, state, ends_inside, quotes, literal),
        outside=outside,
        literals=quotes[literal],
        record_starts=_record_starts(specials.data, line_ends, state),
    )


def find_literal_quotes(data: Bytes, quotes: Positions, delimiter: str, state: State) -> list[int]:
    """Return the indices into `quotes` of those that neither open nor close a quoted field.

    Such a quote is outside quotes and not at a field's start. Each one flips the parity of the
    quotes after it, so the search steps from one to the next, over candidates found beforehand.
    """
    if not len(quotes):
        return []
    before = data[quotes - 1]
    adjacent = before == QUOTE
    stray = ~adjacent & (before != ord(delimiter)) & (before != LF) & (before != CR)
    if quotes[0] == 0:
        adjacent[0], stray[0] = False, state == State.UNQUOTED
    candidates = [np.flatnonzero(stray[0::2]) * 2, np.flatnonzero(stray[1::2]) * 2 + 1]
    by_parity = [found.tolist() for found in candidates]
    # Quotes whose index has this parity are read outside a quoted field.
    parity = 1 if state == State.QUOTED else 0
    literal: list[int] = []
    i = 0
    while (k := bisect_left(by_parity[parity], i)) < len(by_parity[parity]):
        i = by_parity[parity][k]
        literal.append(i)
        i, parity = i + 1, parity ^ 1
        while i < len(quotes) and adjacent[i]:  # a quote right after a literal one is literal too
            literal.append(i)
            i, parity = i + 1, parity ^ 1
    return literal


def _end_state(
    data: Bytes,
    delimiter: str,
    state: State,
    ends_inside: bool,
    quotes: Positions,
    literal: list[int],
) -> State:
    if not len(data):
        return state
    if ends_inside:
        return State.QUOTED
    last = data[-1]
    if last in (LF, CR):
        return State.RECORD
    if last == ord(delimiter):
        return State.FIELD
    closed_by_last = last == QUOTE and not (literal and literal[-1] == len(quotes) - 1)
    return State.FIELD if closed_by_last else State.UNQUOTED


def _record_starts(data: Bytes, line_ends: Positions, state: State) -> Positions:
    """Return where records start: at the first byte after line ends that isn't a line end."""
    after = line_ends + 1
    if state == State.RECORD:
        after = np.concatenate((np.zeros(1, np.intp), after))
    after = after[after < len(data)]
    first = data[after]
    starts: Positions = after[(first != LF) & (first != CR)]
    return starts


def find_record_ends(specials: Specials, structure: Structure) -> Positions:
    """Return where each record ends: at the first line end after its start, or at the end."""
    line_ends = specials.at[structure.outside & (specials.kind == IS_LINE_END)]
    bounded = np.append(line_ends, len(specials.data))
    ends: Positions = bounded[line_ends.searchsorted(structure.record_starts)]
    return ends


def find_line_ends(specials: Specials, *, after_cr: bool) -> Positions:
    """Return where physical lines end: each CR, and each LF that does not complete a CRLF.

    `after_cr`: the byte before the data was a CR.
    """
    at = specials.at[specials.kind == IS_LINE_END]
    before = specials.data[at - 1]
    if len(at) and at[0] == 0:
        before[0] = CR if after_cr else 0
    completes_crlf = (specials.data[at] == LF) & (before == CR)
    ends: Positions = at[~completes_crlf]
    return ends
