"""Sample keys of a source, to cut its products into key ranges of about the same size."""

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from chalicelib.imports.csv.grouping import complete_cells
from chalicelib.imports.csv.head import Inspection
from chalicelib.imports.csv.matching import boundary_of
from chalicelib.imports.csv.plan import Range, choose_boundaries, count_key_ranges, sample_windows
from chalicelib.imports.csv.source import Source, read_bytes
from chalicelib.imports.csv.spreadsheets import unprotect
from chalicelib.products.fields import find_field

_WINDOWS = 64
_FEWEST_WINDOW_BYTES, _MOST_WINDOW_BYTES = 4 * 1024, 64 * 1024
_KEYS_PER_KEY_RANGE = 64
_THREADS = 8


def sample_boundaries(
    source: Source, inspection: Inspection, ranges: Sequence[Range], records: int
) -> tuple[str, ...]:
    """Return the boundaries of the key ranges, from windows spread over the source."""
    key_ranges = count_key_ranges(records, sum(planned.end - planned.start for planned in ranges))
    if key_ranges == 1:
        return ()

    start, end = ranges[0].start, ranges[-1].end

    def read(window: tuple[int, int]) -> list[str]:
        raw = read_bytes(source, *window)
        if window[0] > start:  # it begins within a record
            raw = raw.partition(b"\n")[2]
        return list(_keys(raw.decode(errors="ignore"), inspection))

    record_bytes = (end - start) / records
    windows = sample_windows(start, end, _WINDOWS, _window_bytes(key_ranges, record_bytes))
    with ThreadPoolExecutor(_THREADS) as pool:
        keys = [key for found in pool.map(read, windows) for key in found]
    return choose_boundaries(keys, key_ranges)


def _window_bytes(key_ranges: int, record_bytes: float) -> int:
    """Return how much to read at each place, to have enough keys of each key range."""
    needed = (key_ranges * _KEYS_PER_KEY_RANGE / _WINDOWS + 2) * record_bytes
    return int(min(max(needed, _FEWEST_WINDOW_BYTES), _MOST_WINDOW_BYTES))


def _keys(text: str, inspection: Inspection) -> Iterator[str]:
    """Yield an approximate key of each record, which is enough for a boundary."""
    reading, width = inspection.reading, len(inspection.columns)
    fields = [find_field(field or "") for field in reading.columns.fields]
    column = reading.key_column
    if reading.point:
        text = text.replace(reading.point, ".")
    for texts in csv.reader(text.splitlines(keepends=True), delimiter=inspection.delimiter):
        own = reading.lineage.cut(texts) if reading.lineage else texts
        padded = zip(own + [""] * (width - len(own)), fields, strict=False)
        cells = [unprotect(cell.strip(), field) for cell, field in padded]
        yield boundary_of(reading.key, complete_cells(cells, reading, is_first=False)[column])
