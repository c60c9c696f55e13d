"""Whatever the file and the order of the workers, the catalogue is what a serial reader leaves."""

import random
from contextlib import closing

import psycopg2
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.oracle import import_serially
from tests.imports.pipeline import Pipeline, empty, read_catalogue, read_rejects
from tests.imports.strategies import catalogue_files


@given(
    first=catalogue_files(),
    second=catalogue_files(),
    span_bytes=st.integers(1, 80),
    piece_bytes=st.integers(1, 50),
    boundaries=st.lists(st.sampled_from(["a", "a-1", "b", "b2", "é", "日"]), unique=True),
    seed=st.integers(0, 2**16),
)
def test_catalogue_counts_and_rejects_equal_a_serial_reader(
    database_dsn: str,
    first: bytes,
    second: bytes,
    span_bytes: int,
    piece_bytes: int,
    boundaries: list[str],
    seed: int,
) -> None:
    with closing(psycopg2.connect(database_dsn)) as connection, connection:
        empty(connection)
    before: dict[str, dict[str, object]] = {}
    for number, raw in enumerate((first, second)):
        job_id = f"job_{number}"
        pipeline = Pipeline(
            database_dsn,
            raw,
            job_id,
            {"delimiter": ","},
            span_bytes=span_bytes,
            piece_bytes=piece_bytes,
            boundaries=boundaries,
        )
        counts = pipeline.run(random.Random(seed).shuffle)
        expected = import_serially(raw, before)
        with closing(psycopg2.connect(database_dsn)) as connection:
            assert read_rejects(connection, job_id) == expected.rejects
            assert read_catalogue(connection) == expected.products
        assert counts == expected.counts
        before = expected.products
