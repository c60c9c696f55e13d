"""Number the plain records of a chunk, so that PostgreSQL copies the line of each one."""

import numpy as np

from chalicelib.imports.csv.structure import LF, Bytes, Positions
from chalicelib.imports.csv.triage import Chunk
from chalicelib.imports.csv.values import put_points


def number_lines(chunk: Chunk, delimiter: str) -> bytes:
    """Return the plain records of `chunk`, each with its line number as an additional field."""
    plain = ~chunk.doubtful
    starts, ends = chunk.starts[plain], chunk.ends[plain]
    kept = _keep(put_points(chunk.raw, chunk.marks), starts, ends)
    lengths = ends - starts + 1  # with the line end
    width = len(str(int(chunk.lines[-1]))) + 1 if len(chunk.lines) else 1
    numbers = _digits(chunk.lines[plain], width, delimiter)
    before = np.cumsum(lengths) - lengths + np.arange(len(lengths)) * width
    numbered = np.empty(len(kept) + numbers.size, np.uint8)
    is_kept = np.ones(len(numbered), bool)
    places = before[:, None] + np.arange(width)
    is_kept[places] = False
    numbered[places] = numbers
    numbered[is_kept] = kept
    return numbered.tobytes()


def _keep(raw: bytes, starts: Positions, ends: Positions) -> Bytes:
    """Return the records at `starts` to `ends` one after another, an LF after each."""
    if not len(starts):
        return np.empty(0, np.uint8)
    padded = np.frombuffer(raw + b"\n", np.uint8)
    # Adjacent records are copied together.
    breaks = np.flatnonzero(starts[1:] != ends[:-1] + 1)
    first = [int(starts[0]), *starts[breaks + 1].tolist()]
    last = [*ends[breaks].tolist(), int(ends[-1])]
    kept = np.concatenate([padded[a : b + 1] for a, b in zip(first, last, strict=True)])
    kept[np.cumsum(ends - starts + 1) - 1] = LF
    return kept


def _digits(numbers: Positions, width: int, delimiter: str) -> Bytes:
    digits = np.empty((len(numbers), width), np.uint8)
    digits[:, -1] = ord(delimiter)
    rest = numbers
    for place in range(width - 2, -1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit + ord("0")
    return digits
