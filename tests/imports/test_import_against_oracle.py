"""Whatever the file and the order of the workers, the catalogue is what a serial reader leaves."""

import random
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.summing import NoteSum
from chalicelib.imports.options import ImportOptions
from tests.imports.oracle import import_serially
from tests.imports.oracle_missing import SNAPSHOTS, Snapshot
from tests.imports.pipeline import (
    Pipeline,
    read_catalogue,
    read_rejects,
    read_skips,
    read_written,
    run_or_refuse,
)
from tests.imports.strategies import CatalogueFile, catalogue_files


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened


# The second file keeps a price, repeats a product, and has prices of too many digits. Random files
# seldom have all of that.
_KEEPING = (
    CatalogueFile(b"sku,name,price\nA,Lamp,5\nB,Desk,1\n", ",", {}),
    CatalogueFile(
        b"sku,name,price\nA,Lamp,\nB,Desk,1\nC,Sofa,12345678901\nD,Rug,12345678901.5\n",
        ",",
        {"price": "keep"},
    ),
)


# The second file doesn't name one product, and names the others by records that aren't imported.
_NAMING = (
    CatalogueFile(b"sku,name,price\nA,a,5\nB,b,1\nC,c,1\nD,d,1\nE,e,1\nF,f,1\nG,g,1\n", ",", {}),
    CatalogueFile(
        b"name,sku,price\n,b,1\nc,C,bad\nx,'D,1\xff\nf,x,E,9\nf,F\nx,,1\n,Total,5\n"
        b'g,"=""G""",-1\n',
        ",",
        {},
    ),
)

# One of the products that the second file doesn't name is inactive already.
_INACTIVE = (
    CatalogueFile(b"sku,name,active\nA,a,true\nB,b,false\nC,c,true\n", ",", {}),
    CatalogueFile(b"sku,name\nA,a\n", ",", {}),
)


@example(
    files=_KEEPING,
    span_bytes=40,
    piece_bytes=30,
    boundaries=["b"],
    seed=1,
    modes=("upsert", Snapshot()),
)
@example(
    files=_NAMING,
    span_bytes=40,
    piece_bytes=30,
    boundaries=["b"],
    seed=1,
    modes=("upsert", Snapshot("delete")),
)
@example(
    files=_INACTIVE,
    span_bytes=40,
    piece_bytes=30,
    boundaries=["b"],
    seed=1,
    modes=("upsert", Snapshot("deactivate")),
)
@settings(max_examples=max(1, settings().max_examples * 3 // 4))
@given(
    files=st.tuples(catalogue_files(), catalogue_files()),
    span_bytes=st.integers(1, 120),
    piece_bytes=st.integers(1, 60),
    boundaries=st.lists(st.sampled_from(["a", "a-1", "b", "b2", "é", "日"]), unique=True),
    seed=st.integers(0, 2**16),
    modes=st.tuples(st.sampled_from(["upsert", "update", "create"]), st.sampled_from(SNAPSHOTS)),
)
def test_catalogue_counts_and_rejects_equal_a_serial_reader(
    connection: Connection,
    files: tuple[CatalogueFile, CatalogueFile],
    span_bytes: int,
    piece_bytes: int,
    boundaries: list[str],
    seed: int,
    modes: tuple[str, Snapshot],
) -> None:
    connection.rollback()
    before: dict[str, dict[str, object]] = {}
    for number, file in enumerate(files):
        job_id = f"job_{number}"
        mode, snapshot = modes if number else ("upsert", Snapshot())
        pipeline = Pipeline(
            "",
            file.raw,
            job_id,
            ImportOptions.from_json(
                {
                    "delimiter": file.delimiter,
                    "blank": file.blank,
                    "decimal_mark": file.decimal_mark,
                    "mode": mode,
                    **snapshot.to_options(),
                }
            ),
            span_bytes=span_bytes,
            piece_bytes=piece_bytes,
            boundaries=boundaries,
            connection=connection,
        )
        mark = pipeline.plan.reading.numbers.decimal_mark
        expected = import_serially(
            file.raw, before, file.delimiter, file.blank, mark, mode=mode, snapshot=snapshot
        )
        counts = run_or_refuse(pipeline, random.Random(seed))
        if counts is None:
            assert expected.is_uncertain
            assert read_catalogue(connection) == before
            return
        if snapshot.is_any:
            assert not expected.is_uncertain
            found = pipeline.notes.get("rejects_unnamed", NoteSum())
            assert found.lines == expected.unnamed[:10]
        assert read_rejects(connection, job_id) == expected.rejects
        assert read_skips(connection, job_id) == expected.skips
        assert read_catalogue(connection) == expected.products
        assert read_written(connection, job_id) == expected.written
        assert counts == expected.counts
        before = expected.products
