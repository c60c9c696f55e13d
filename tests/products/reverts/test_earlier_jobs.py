"""A revert of any earlier job, not just the last one, leaves what a serial oracle says."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.products.reverts.job import OnConflict
from tests.products.reverts.changing import EDITS, EXAMPLES, JOBS, edit, run_job
from tests.products.reverts.oracle import Chronicle, count_fates, find_fates
from tests.products.reverts.reverting import Revert, read_catalogue, read_conflicts


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened
        opened.rollback()


@settings(max_examples=EXAMPLES)
@given(
    jobs=st.lists(st.tuples(JOBS, EDITS), min_size=1, max_size=4),
    edits=st.lists(EDITS, max_size=3),
    reverts=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=3),
)
def test_revert_of_any_earlier_job_leaves_what_the_oracle_says(
    connection: Connection,
    jobs: list[tuple[tuple[str, Any], tuple[str, int, str]]],
    edits: list[tuple[str, int, str]],
    reverts: list[tuple[int, bool]],
) -> None:
    """Each job and edit, then reverts of any of the jobs and of the reverts before."""
    connection.rollback()
    chronicle = Chronicle(connection)

    def edit_and_note(one: tuple[str, int, str]) -> None:
        edit(connection, *one)
        chronicle.note("key_test")

    for number, (job, meanwhile) in enumerate(jobs):
        run_job(connection, number, job, partial(edit_and_note, meanwhile))
        chronicle.note(f"job_{number}")
        for one in edits[number : number + 1]:
            edit_and_note(one)
    for number, (which, overwrites) in enumerate(reverts, len(jobs)):
        revert_and_check(chronicle, f"job_{which % number}", f"job_{number}", overwrites=overwrites)


def revert_and_check(chronicle: Chronicle, reverted: str, job_id: str, *, overwrites: bool) -> None:
    """Revert a job, and hold what it left against the oracle."""
    connection, before = chronicle.connection, chronicle.now
    expected = chronicle.expect(reverted, overwrites=overwrites)
    on_conflict: OnConflict = "overwrite" if overwrites else "keep"
    revert = Revert(reverted, job_id, on_conflict, connection=connection)
    preview = revert.preview()
    counts = revert.run()
    rows, conflicts = read_catalogue(connection), read_conflicts(connection, job_id)
    found = find_fates(expected, rows, conflicts)
    assert found == expected
    assert conflicts.keys() <= expected.keys()
    untouched = (before.keys() | rows.keys()) - expected.keys()
    assert {i: rows.get(i) for i in untouched} == {i: before[i][1] for i in untouched}
    assert counts == count_fates(before, expected)
    assert {name: n for name, n in preview.counts.items() if n} == counts
    chronicle.note(job_id)
