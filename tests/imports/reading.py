"""What becomes of the bytes of a range, without a database: each record's values or its reject."""

import csv
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.columns import Columns, map_columns
from chalicelib.imports.csv.numbering import number_lines
from chalicelib.imports.csv.outcomes import Blank, Reject, Skip
from chalicelib.imports.csv.plan import Range
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.scan import scan_span
from chalicelib.imports.csv.structure import State
from chalicelib.imports.csv.triage import Chunk, Triage
from chalicelib.products.rules import make_rules

Read = tuple[int, list[str] | Reject | Skip]  # the line, and its fields or what else it is


def make_reading(columns: Columns, delimiter: str = ",") -> Reading:
    """Return a reading of a file whose header has the names of `columns`."""
    return Reading(delimiter=delimiter, columns=columns, header=columns.names)


def make_triage(columns: Columns, delimiter: str = ",") -> Triage:
    """Return a triage with the default limits."""
    return Triage(make_reading(columns, delimiter), 128, 512)


def make_reader(columns: Columns, delimiter: str = ",") -> RecordReader:
    """Return a reader of single records with the default limits."""
    return RecordReader(make_reading(columns, delimiter), make_rules(128, 512))


def name_columns(*names: str) -> Columns:
    """Return the columns of a header."""
    return map_columns(names, {})


def cut(raw: bytes, piece_bytes: int) -> list[bytes]:
    """Cut bytes into pieces."""
    return [raw[i : i + piece_bytes] for i in range(0, len(raw), piece_bytes)]


def cut_at(raw: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Cut bytes at the offsets `cuts`, whatever they are; some pieces may be empty."""
    edges = sorted([0, len(raw), *(c % (len(raw) + 1) for c in cuts)])
    return [raw[a:b] for a, b in pairwise(edges)]


def read_range(
    columns: Columns, pieces: Sequence[bytes], line: int = 1, delimiter: str = ","
) -> list[Read]:
    """Read a range of a file with these columns as staging does."""
    return read_range_as(Reading(delimiter=delimiter, columns=columns), pieces, line)


def read_range_as(
    reading: Reading, pieces: Sequence[bytes], line: int = 1, reader: RecordReader | None = None
) -> list[Read]:
    """Read a range as staging does; in the place of PostgreSQL, csv reads the plain records."""
    delimiter = reading.delimiter
    triage = Triage(reading, 128, 512)
    reader = reader or RecordReader(reading, make_rules(128, 512, reading.numbers))
    found: list[Read] = []
    stretch = scan_span(pieces, 0, delimiter, after_cr=False).stretches[State.RECORD]
    planned = Range(0, sum(map(len, pieces)), line, stretch.records)
    is_closed = stretch.end != State.QUOTED
    for chunk in read_chunks(triage, pieces, planned, is_closed=is_closed):
        if isinstance(chunk, Reject):
            found.append((chunk.line, chunk))
        else:
            found += _read_plain(chunk, delimiter) + _read_doubtful(chunk, reader)
    return sorted(found, key=lambda read: read[0])


def _read_plain(chunk: Chunk, delimiter: str) -> list[Read]:
    text = number_lines(chunk, delimiter).decode()
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if text else iter(())
    return [(int(line), fields) for line, *fields in rows]


def _read_doubtful(chunk: Chunk, reader: RecordReader) -> list[Read]:
    found: list[Read] = []
    last = len(chunk.starts) - 1 if chunk.end == State.QUOTED else -1
    for i in np.flatnonzero(chunk.doubtful).tolist():
        raw, line = chunk.raw[chunk.starts[i] : chunk.ends[i]], int(chunk.lines[i])
        values = reader.read(raw, line, is_closed=i != last)
        if isinstance(values, Reject | Skip):
            found.append((line, values))
        elif not isinstance(values, Blank):
            found.append((line, ["" if value is None else str(value) for value in values]))
    return found
