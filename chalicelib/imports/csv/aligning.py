"""Move the starts of ranges to starts of groups, so that no group spans two ranges."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.grouping import START, GroupKeys
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.plan import Range
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.source import CHUNK_BYTES, Source, read_bytes
from chalicelib.imports.csv.triage import Chunk, Triage
from chalicelib.products.limits import NAME_MAX_LENGTH, SKU_MAX_LENGTH

# A shop has at most a few thousand rows for a product. More must not cost much to read: each worker
# and each boundary between ranges reads so much at most.
GROUP_MAX_BYTES = 16 * 1024 * 1024
_WINDOW_BYTES = 64 * 1024  # the first read of a range; the next ones are each twice as long
_THREADS = 8
_AHEAD = 2 * _THREADS  # ranges that are cut before they are needed


@dataclass(frozen=True)
class _Cut:
    """A range, cut at the first start of a group: all of it is `head` if it has none."""

    head: Range
    rest: Range | None
    key: str | None  # of the last record of `head` that has one


def align_ranges(
    source: Source, reading: Reading, ranges: Sequence[Range], *, is_closed: bool
) -> tuple[Range, ...]:
    """Return the ranges, each but the first starting with a group.

    The records before that start go to the range before, and a range without a start melts into
    it. A start is found within the range alone, as the first record that begins a group by itself,
    or whose key differs from the last one before it. So a group that starts exactly with a range
    and has a key goes to the range before too.
    Raises JobEndedError if a group is too long for one worker, without reading much beyond it.
    """
    if not reading.rows.has_groups:
        return tuple(ranges)

    def cut(number: int) -> _Cut:
        is_last = number == len(ranges) - 1
        return _cut(source, reading, ranges[number], is_closed=is_closed or not is_last)

    with ThreadPoolExecutor(_THREADS) as pool:
        return tuple(_join(ranges[:1], _cut_ahead(pool, cut, len(ranges)), reading))


def _cut_ahead(pool: ThreadPoolExecutor, cut: Callable[[int], _Cut], ranges: int) -> Iterator[_Cut]:
    """Yield the cuts of all ranges but the first, in order; only a few are made ahead."""
    waiting: deque[Future[_Cut]] = deque()
    for number in range(1, ranges):
        waiting.append(pool.submit(cut, number))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _join(first: Sequence[Range], cuts: Iterable[_Cut], reading: Reading) -> Iterator[Range]:
    """Yield the ranges, with the beginning of each given to the one before."""
    held_bytes, current, line, key = 0, first[0] if first else None, 0, None
    for cut in cuts:
        if current is None:
            return
        head, rest = cut.head, cut.rest
        line, key = (line, key or cut.key) if held_bytes else (head.first_line, cut.key)
        held_bytes += head.end - head.start
        if held_bytes > GROUP_MAX_BYTES:
            raise _group_too_long(reading, line, key)
        current = replace(current, end=head.end, records=current.records + head.records)
        if rest:
            yield current
            held_bytes, current = 0, rest
    if current:
        yield current


def _cut(source: Source, reading: Reading, whole: Range, *, is_closed: bool) -> _Cut:
    """Cut a range at the first start of a group."""
    keys, records, key = GroupKeys(reading), 0, None
    pieces = _read_windows(source, whole)
    triage = Triage(reading, SKU_MAX_LENGTH, NAME_MAX_LENGTH)
    for chunk in read_chunks(triage, pieces, whole, is_closed=is_closed):
        if isinstance(chunk, Reject):  # too long to hold: no range needs to start with it
            key = keys.find_in_bytes(chunk.record) or key
            records += 1
            continue
        for raw, at, line in _records(chunk):
            found = keys.find_in_bytes(raw)
            if found == START or (key is not None and found not in (None, key)):
                head = Range(whole.start, at, whole.first_line, records)
                return _Cut(head, Range(at, whole.end, line, whole.records - records), key)
            key = key or found
            records += 1
        if chunk.at + len(chunk.raw) - whole.start > GROUP_MAX_BYTES:
            raise _group_too_long(reading, whole.first_line, key)
    return _Cut(whole, None, key)


def _records(chunk: Chunk) -> Iterator[tuple[bytes, int, int]]:
    """Yield the bytes of each record, where it starts in the source, and its line."""
    lines = chunk.lines.tolist()
    for start, end, line in zip(chunk.starts.tolist(), chunk.ends.tolist(), lines, strict=True):
        yield chunk.raw[start:end], chunk.at + start, line


def _read_windows(source: Source, whole: Range) -> Iterator[bytes]:
    """Yield the bytes of a range; the first few soon, since most groups are short."""
    start, size_bytes = whole.start, _WINDOW_BYTES
    while start < whole.end:
        end = min(whole.end, start + size_bytes)
        yield read_bytes(source, start, end)
        start, size_bytes = end, min(CHUNK_BYTES, 2 * size_bytes)


def _group_too_long(reading: Reading, line: int, key: str | None) -> JobEndedError:
    starts = dict.fromkeys(i for condition in reading.rows.starts for i in condition.columns)
    columns = list(starts) or reading.rows.group
    names = " or ".join(repr(reading.columns.names[column][:40]) for column in columns)
    if starts:
        why = f"no row begins a product by its {names}"
    elif key is None or key.startswith(" "):
        why = f"no row has a value in {names}, which says which rows are one product"
    else:
        why = f"all rows have {key[:40]!r} in {names}, so they would be one product"
    return JobEndedError(
        "group_too_long",
        f"From line {line} on, in over {GROUP_MAX_BYTES // 1024**2} MiB, {why}. Correct the column,"
        " or set options.format to none to import each row by itself.",
    )
