"""Whatever a job changed, its revert leaves the catalogue before it, except versions and times."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from tests.products.reverts.changing import EDITS, EXAMPLES, JOBS, edit, run_job
from tests.products.reverts.reverting import Revert, read_catalogue, read_conflicts

_SKU_KEY = 2  # in a row of the catalogue


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened
        opened.rollback()


@settings(max_examples=EXAMPLES)
@given(jobs=st.lists(JOBS, min_size=1, max_size=6))
def test_revert_of_the_last_job_leaves_the_catalogue_before_it(
    connection: Connection, jobs: list[tuple[str, Any]]
) -> None:
    connection.rollback()
    states = [read_catalogue(connection)]
    for number, job in enumerate(jobs):
        run_job(connection, number, job)
        states.append(read_catalogue(connection))
    last = f"job_{len(jobs) - 1}"
    preview = Revert(last, connection=connection).preview()
    counts = Revert(last, "job_revert", connection=connection).run()
    assert read_catalogue(connection) == states[-2]
    assert "conflicts" not in counts
    assert {name: n for name, n in preview.counts.items() if n} == counts
    Revert("job_revert", "job_again", connection=connection).run()
    assert read_catalogue(connection) == states[-1]


@settings(max_examples=EXAMPLES)
@given(jobs=st.lists(JOBS, min_size=1, max_size=4), edits=st.lists(EDITS, max_size=5))
def test_revert_keeps_exactly_the_products_that_were_edited_since(
    connection: Connection, jobs: list[tuple[str, Any]], edits: list[tuple[str, int, str]]
) -> None:
    connection.rollback()
    before = read_catalogue(connection)
    for number, job in enumerate(jobs):
        before = read_catalogue(connection)
        run_job(connection, number, job)
    last, changed = f"job_{len(jobs) - 1}", touched(connection, f"job_{len(jobs) - 1}")
    edited = {edit(connection, *one) for one in edits} - {None}
    after = read_catalogue(connection)
    revert = Revert(last, connection=connection)
    preview = revert.preview()
    revert.run()
    reverted, conflicts = read_catalogue(connection), read_conflicts(connection, revert.job_id)
    assert preview.counts["conflicts"] == len(conflicts)
    assert {one["product_id"] for one in preview.conflicts} == conflicts.keys()
    assert edited & changed <= conflicts.keys() <= changed
    for product_id in before.keys() | after.keys():
        is_reverted = product_id in changed - conflicts.keys()
        expected = before if is_reverted else after
        assert reverted.get(product_id) == expected.get(product_id)
    others = conflicts.keys() - edited
    assert {conflicts[product_id][0] for product_id in others} <= {"sku_taken"}


@settings(max_examples=EXAMPLES)
@given(jobs=st.lists(JOBS, min_size=1, max_size=4), edits=st.lists(EDITS, max_size=5))
def test_overwriting_leaves_every_product_as_before_unless_its_sku_is_taken(
    connection: Connection, jobs: list[tuple[str, Any]], edits: list[tuple[str, int, str]]
) -> None:
    connection.rollback()
    before = read_catalogue(connection)
    for number, job in enumerate(jobs):
        before = read_catalogue(connection)
        run_job(connection, number, job)
    last, changed = f"job_{len(jobs) - 1}", touched(connection, f"job_{len(jobs) - 1}")
    for one in edits:
        edit(connection, *one)
    after = read_catalogue(connection)
    revert = Revert(last, "job_revert", "overwrite", connection=connection)
    preview, counts = revert.preview(), revert.run()
    assert {name: n for name, n in preview.counts.items() if n} == counts
    reverted, conflicts = read_catalogue(connection), read_conflicts(connection, "job_revert")
    assert preview.conflicts == [
        {"product_id": product_id, "reason": reason, "is_overwritten": is_overwritten}
        | {"sku": conflict["sku"]}
        for conflict, (product_id, (reason, is_overwritten)) in zip(
            preview.conflicts, sorted(conflicts.items()), strict=True
        )
    ]
    kept = {
        product_id for product_id, (_, is_overwritten) in conflicts.items() if not is_overwritten
    }
    holders = {row[_SKU_KEY]: product_id for product_id, row in reverted.items()}
    for product_id in changed:
        expected = after if product_id in kept else before
        assert reverted.get(product_id) == expected.get(product_id)
        if product_id in kept and product_id in before:
            assert conflicts[product_id][0] == "sku_taken"
            assert holders[before[product_id][_SKU_KEY]] != product_id
    # Nobody changed anything since, so the revert of the revert leaves nothing different.
    Revert("job_revert", "job_again", connection=connection).run()
    assert read_catalogue(connection) == after
    assert not read_conflicts(connection, "job_again")


def touched(connection: Connection, job_id: str) -> set[int]:
    """Return the products that a job changed, as the journal has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id FROM product_changes WHERE changed_by = %(job_id)s"
            " UNION SELECT unnest(ids) FROM product_creations WHERE job_id = %(job_id)s",
            {"job_id": job_id},
        )
        return {product_id for (product_id,) in cursor}
