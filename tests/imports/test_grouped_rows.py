"""Rows that belong together give what a serial reader finds, wherever the file is cut."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import psycopg2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv import aligning
from chalicelib.imports.csv.aligning import align_ranges
from chalicelib.imports.csv.cutting import RECORD_MAX_BYTES
from chalicelib.imports.csv.plan import Range
from chalicelib.imports.csv.rows import RowRules
from chalicelib.imports.csv.summing import NoteSum
from chalicelib.imports.options import ImportOptions
from tests.fakes.source import CountingSource
from tests.imports.grouped import HEADER, GroupedFile, grouped_files
from tests.imports.oracle import import_serially, read_records
from tests.imports.oracle_missing import Snapshot
from tests.imports.oracle_rows import Rows
from tests.imports.pipeline import (
    Pipeline,
    read_catalogue,
    read_rejects,
    read_skips,
    read_written,
    run_or_refuse,
)
from tests.imports.reading import make_reading, name_columns

OPTIONS = ImportOptions.model_validate(
    {"delimiter": ",", "decimal_mark": ".", "format": "none", "header_line": 1}
)


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened


# In every range a row without a key follows one with a key, and takes its name.
_KEYLESS = GroupedFile(
    ",".join(HEADER).encode()
    + b"".join(b"\nh%d,,S%d,Lamp %d,,,,\n,,T%d,,,,," % (n, n, n, n) for n in range(20)),
    Rows(group=("handle",), filled=("name",)),
)

# The first record of a group can't be decoded, so nothing fills the rows after it.
_UNREADABLE = GroupedFile(
    ",".join(HEADER).encode()
    + b"\nh1,,S1,Lamp,,,,\nh2,,S2,La\xffmp,,,,\nh2,,S3,Desk,,,,\nh2,,S4,,,,,\n",
    Rows(group=("handle",), filled=("name",)),
)


# What the catalogue has before: the skus that the files may have, or may compose.
_BEFORE = b"sku,name\n" + b"".join(
    b"%s,Old\n" % sku.encode()
    for sku in ("A", "B", "c", "tee", "tee-S", "mug-M", "S", "té", "handle", "total:")
)


@example(
    file=_UNREADABLE, span_bytes=400, piece_bytes=200, boundaries=[], seed=1, snapshot=Snapshot()
)
@example(
    file=_KEYLESS, span_bytes=110, piece_bytes=30, boundaries=["s1"], seed=1, snapshot=Snapshot()
)
@given(
    file=grouped_files(),
    span_bytes=st.integers(1, 400),
    piece_bytes=st.integers(1, 200),
    boundaries=st.lists(st.sampled_from(["b", "c", "tee"]), unique=True),
    seed=st.integers(0, 2**16),
    snapshot=st.sampled_from([Snapshot(), Snapshot("delete")]),
)
def test_rows_in_groups_equal_a_serial_reader(
    connection: Connection,
    file: GroupedFile,
    span_bytes: int,
    piece_bytes: int,
    boundaries: list[str],
    seed: int,
    snapshot: Snapshot,
) -> None:
    connection.rollback()
    before = import_serially(_BEFORE, {}).products
    Pipeline("", _BEFORE, "job_before", connection=connection).run()
    pipeline = Pipeline(
        "",
        file.raw,
        "job_grouped",
        ImportOptions.from_json(OPTIONS.to_json() | snapshot.to_options()),
        span_bytes=span_bytes,
        piece_bytes=piece_bytes,
        boundaries=boundaries,
        connection=connection,
        changed=file.changed_reading(),
    )
    expected = import_serially(file.raw, before, rows=file.rows, snapshot=snapshot)
    counts = run_or_refuse(pipeline, random.Random(seed))
    if counts is None:
        assert expected.is_uncertain
        return
    assert not (snapshot.is_any and expected.is_uncertain)
    assert read_rejects(connection, "job_grouped") == expected.rejects
    assert read_skips(connection, "job_grouped") == expected.skips
    assert read_catalogue(connection) == expected.products
    assert read_written(connection, "job_grouped") == expected.written
    assert counts == expected.counts
    lines = sorted(expected.collisions)[:5]
    found = pipeline.notes.get("sku_collision", NoteSum())
    assert found.count == len(expected.collisions)
    assert found.lines == sorted({line for pair in lines for line in pair})


def plan(body: str, span_bytes: int, rows: Rows | None = None) -> Pipeline:
    raw = (",".join(HEADER) + "\n" + body).encode()
    file = GroupedFile(raw, rows or Rows(group=("handle",), filled=("name",)))
    return Pipeline("", raw, options=OPTIONS, span_bytes=span_bytes, changed=file.changed_reading())


def test_ranges_start_with_groups_and_are_exact() -> None:
    body = "".join(f"h{n // 7},,S{n},Lamp,,,,\n" * (1 + n % 2) for n in range(500))
    pipeline = plan(body, 1000)
    ranges = pipeline.plan.ranges
    assert len(ranges) > 10
    assert [found.end for found in ranges[:-1]] == [found.start for found in ranges[1:]]
    assert pipeline.plan.records == sum(found.records for found in ranges) == 750
    records = read_records(pipeline.raw.decode())[1:]
    first = 0
    for left, right in pairwise(ranges):
        first += left.records
        assert right.first_line == records[first].line
        assert pipeline.raw[right.start :].startswith(records[first].text.encode())
        assert records[first - 1].fields[0] != records[first].fields[0]


def test_range_that_starts_with_a_marked_row_stays() -> None:
    rows = Rows(starts=((("name",), "given", ()),), filled=("brand",))
    row = "tee,,A,Tee,,,,\n"
    ranges = plan(row * 300, 10 * len(row), rows).plan.ranges
    assert [found.records for found in ranges] == [10] * 30


def test_file_that_is_one_group_is_one_range() -> None:
    assert len(plan("tee,,A,Tee,,,,\n" * 300, 500).plan.ranges) == 1
    assert len(plan(",,A,Tee,,,,\n" * 300, 500).plan.ranges) == 1


def test_ranges_without_groups_stay() -> None:
    body = "tee,,A,Tee,,,,\n" * 300
    grouped, plain = plan(body, 500), plan(body, 500, Rows(name_parts=("option",)))
    assert len(plain.plan.ranges) > 5
    assert grouped.plan.records == plain.plan.records


@pytest.mark.slow
def test_record_too_long_to_hold_belongs_to_its_group() -> None:
    long = "tee,,B," + "x" * (RECORD_MAX_BYTES + 1000) + ",,,,\n"
    body = "tee,,A,Tee,,,,\n" + long + "tee,,C,,,,,\nmug,,D,Mug,,,,\n" + long + "tee,,E,,,,,\n"
    for span_bytes in (16, 1_000_000, 9_000_000):
        ranges = plan(body, span_bytes).plan.ranges
        assert sum(found.records for found in ranges) == 6
        assert {found.first_line for found in ranges} <= {2, 5, 6}


def test_group_longer_than_a_worker_reads_ends_the_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aligning, "GROUP_MAX_BYTES", 3000)
    plan("tee,,A,Tee,,,,\n" * 100 + "mug,,A,Tee,,,,\n" * 100, 500)
    with pytest.raises(JobEndedError, match="'tee' in 'handle'") as raised:
        plan("tee,,A,Tee,,,,\n" * 300, 500)
    assert raised.value.code == "group_too_long"
    with pytest.raises(JobEndedError):
        plan("mug,,A,Tee,,,,\n" * 5 + "tee,,A,Tee,,,,\n" * 30_000, 100_000)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (Rows(group=("handle", "range")), "no row has a value in 'handle' or 'range'"),
        (Rows(starts=((("kind",), "given", ()),)), "no row begins a product by its 'kind'"),
    ],
)
@pytest.mark.parametrize("records", [100, 100_000])
def test_column_that_groups_nothing_is_found_without_reading_on(
    monkeypatch: pytest.MonkeyPatch, rows: Rows, message: str, records: int
) -> None:
    monkeypatch.setattr(aligning, "GROUP_MAX_BYTES", 20_000)
    row = b",,A,Tee,,,,\n"
    source = CountingSource(row * 1_000_000)
    size_bytes = records * len(row)
    starts = range(0, source.size_bytes, size_bytes)
    ranges = [Range(at, at + size_bytes, at // len(row) + 2, records) for at in starts]
    reading = make_reading(name_columns(*HEADER)).model_copy(
        update=GroupedFile(b"", rows).changed_reading()
    )
    with pytest.raises(JobEndedError, match=message) as raised:
        align_ranges(source, reading, ranges, is_closed=True)
    assert "options.format to none" in raised.value.message
    assert source.read_bytes < 0.1 * source.size_bytes


def test_rules_of_a_range_survive_the_plan() -> None:
    found = plan("tee,,A,Tee,,,,\n", 500).plan
    restored = replace(found, reading=type(found.reading).from_json(found.reading.to_json()))
    assert restored == found
    assert restored.reading.rows == RowRules(group=(0,), filled=(3,))
