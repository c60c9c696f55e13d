"""Reverts whose workers are killed or run twice have the result of one that ran once."""

import random
from contextlib import closing

import psycopg2
import pytest

from infra.local.postgres import Database
from tests.crash.imports import CrashingImport
from tests.crash.kills import SEEDS, kill_workers, run_in_any_order
from tests.crash.reverts import CrashingRevert
from tests.crash.workers import make_settings
from tests.imports.pipeline import COMMA
from tests.products.reverts.reverting import read_catalogue, read_conflicts
from tests.products.shelves import differences, index_all

_PRODUCTS = 20_000
_HEADER = "sku,name,price\n"

pytestmark = pytest.mark.slow


def bring(database: Database, job_id: str, numbers: range, price: int) -> None:
    """Import so many products."""
    lines = "".join(f"S-{n},Lamp {n},{price}\n" for n in numbers)
    job = CrashingImport(
        database.dsn, (_HEADER + lines).encode(), job_id, COMMA, settings=make_settings(database)
    )
    job.run_to_end()


@pytest.mark.parametrize("seed", SEEDS)
def test_catalogue_and_counts_equal_one_revert_after_kills(fresh: Database, seed: int) -> None:
    generator = random.Random(seed)
    bring(fresh, "job_before", range(_PRODUCTS), 1)
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        before = read_catalogue(connection)
    bring(fresh, "job_import", range(_PRODUCTS // 2, _PRODUCTS * 3 // 2), 2)
    edited = next(row[0] for row in before.values() if row[1] == f"S-{_PRODUCTS - 1}")
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE products SET name = 'Mine', version = version + 1 WHERE id = %s", (edited,)
            )
        kept = read_catalogue(connection)[edited]

    job = CrashingRevert("job_import", batch_products=1_000, settings=make_settings(fresh))
    job.begin()
    batches = job.missing()
    assert len(batches) == _PRODUCTS // 1_000
    kill_workers(job, batches, job.missing, generator)
    run_in_any_order(job, batches, generator)
    half = _PRODUCTS // 2
    assert job.close() == {"restored": half - 1, "deleted": half, "conflicts": 1}
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        assert read_catalogue(connection) == {**before, edited: kept}
        assert read_conflicts(connection, job.job_id) == {edited: ("changed_since", False)}
        connection.commit()
        index_all(connection)
        assert differences(connection) == []
