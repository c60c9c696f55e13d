"""Find the records that PostgreSQL would read differently than `csv.reader`, or not at all."""

from itertools import pairwise

import numpy as np

from chalicelib.imports.csv.structure import Positions, Structure

_DECODED_RECORDS = 256


def find_odd_positions(
    raw: bytes, structure: Structure, line_break: str | None = None
) -> Positions:
    """Return positions in records that PostgreSQL would read differently, or not at all."""
    found = [*_find_all(raw, b"\0"), *_find_undecodable(raw, structure.record_starts)]
    # Before version 18 PostgreSQL ends the data at a line that is only "\.", even within quotes.
    found += [at for at in _find_all(raw, b"\\") if raw[at - 1 : at + 2] in (b"\n\\.", b"\r\\.")]
    found += _find_all(raw, line_break.encode()) if line_break else []
    return np.concatenate((structure.literals, np.array(found, np.intp)))


def _find_all(raw: bytes, needle: bytes) -> list[int]:
    found, at = [], raw.find(needle)
    while at >= 0:
        found.append(at)
        at = raw.find(needle, at + 1)
    return found


def _find_undecodable(raw: bytes, starts: Positions) -> list[int]:
    """Return the start of each record that is not valid UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        first = max(0, int(starts.searchsorted(error.start, side="right")) - 1)
    else:
        return []
    # Block by block, then record by record in the bad blocks: bad records are few, or all are bad.
    edges = [*starts[first:].tolist(), len(raw)]
    blocks = range(0, len(edges) - 1, _DECODED_RECORDS)
    found: list[int] = []
    for block in (edges[i : i + _DECODED_RECORDS + 1] for i in blocks):
        if not _is_utf8(raw[block[0] : block[-1]]):
            found += [start for start, end in pairwise(block) if not _is_utf8(raw[start:end])]
    return found


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
