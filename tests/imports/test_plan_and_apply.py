"""A plan is what an import would do, and its apply does exactly that."""

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.drift import find_drift
from tests.imports.oracle import import_serially
from tests.imports.pipeline import (
    Pipeline,
    read_catalogue,
    read_rejects,
    read_skips,
    read_written,
)
from tests.imports.strategies import CatalogueFile, catalogue_files

BOUNDARIES = ["b", "s-2"]


@pytest.fixture(scope="module")
def opened(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as found:
        yield found


@pytest.fixture
def connection(opened: Connection) -> Iterator[Connection]:
    yield opened
    opened.rollback()


def make_options(file: CatalogueFile, mode: str) -> ImportOptions:
    return ImportOptions.from_json(
        {
            "delimiter": file.delimiter,
            "blank": file.blank,
            "decimal_mark": file.decimal_mark,
            "mode": mode,
        }
    )


def planned(
    connection: Connection, raw: bytes, on_drift: OnDrift = "fail", **more: Any
) -> Pipeline:
    """Return an import that has its plan."""
    options = ImportOptions(delimiter=",", **more.pop("options", {}))
    job_id = more.pop("job_id", "job_plan")
    made = Pipeline(
        "",
        raw,
        job_id,
        options,
        boundaries=BOUNDARIES,
        connection=connection,
        on_drift=on_drift,
        **more,
    )
    made.make_plan()
    return made


@settings(max_examples=max(1, settings().max_examples // 2))
@given(
    files=st.tuples(catalogue_files(), catalogue_files()),
    span_bytes=st.integers(1, 120),
    boundaries=st.lists(st.sampled_from(["a", "a-1", "b", "b2", "é", "日"]), unique=True),
    seed=st.integers(0, 2**16),
    mode=st.sampled_from(["upsert", "update", "create"]),
    on_drift=st.sampled_from(["fail", "skip", "overwrite"]),
)
def test_plan_counts_what_its_apply_then_counts_and_what_a_serial_reader_counts(
    opened: Connection,
    files: tuple[CatalogueFile, CatalogueFile],
    span_bytes: int,
    boundaries: list[str],
    seed: int,
    mode: str,
    on_drift: OnDrift,
) -> None:
    opened.rollback()
    shuffle = random.Random(seed).shuffle
    first, second = files
    begun = Pipeline("", first.raw, "job_0", make_options(first, "upsert"), connection=opened)
    begun.run(shuffle)
    before = read_catalogue(opened)
    pipeline = Pipeline(
        "",
        second.raw,
        "job_1",
        make_options(second, mode),
        span_bytes=span_bytes,
        boundaries=boundaries,
        connection=opened,
        on_drift=on_drift,
    )
    found = pipeline.make_plan(shuffle)
    assert read_catalogue(opened) == before
    mark = pipeline.plan.reading.numbers.decimal_mark
    expected = import_serially(second.raw, before, second.delimiter, second.blank, mark, mode=mode)
    assert found["counts"] == expected.counts
    assert found["fields"] == count_fields(before, expected.products)
    assert find_drift(opened, "job_1") is None

    assert pipeline.run(shuffle) == expected.counts
    assert read_rejects(opened, "job_1") == expected.rejects
    assert read_skips(opened, "job_1") == expected.skips
    assert read_catalogue(opened) == expected.products
    assert read_written(opened, "job_1") == expected.written


def count_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in before.keys() & after.keys():
        for name in after[key]:
            if before[key][name] != after[key][name]:
                counts[name] = counts.get(name, 0) + 1
    return counts
