"""Reverts whose workers are killed or run twice have the result of one that ran once."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import connect
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.crash.workers import CrashingImport, kill_at_random, make_settings, measure_seconds
from tests.imports.pipeline import COMMA
from tests.products.reverts.reverting import Revert, read_catalogue, read_conflicts
from tests.products.shelves import differences, index_all

_PRODUCTS = 20_000
_KILLS = 30
_HEADER = "sku,name,price\n"

pytestmark = pytest.mark.slow


@dataclass
class CrashingRevert(Revert):
    """A revert that uses the product's own connections; a step is a batch's number."""

    settings: Settings = field(kw_only=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        with connect(self.settings, f"crash {self.job_id}") as connection:
            yield connection

    def run_step(self, step: int, /) -> None:
        """Revert one batch as a worker does."""
        self.revert(step)


def bring(database: Database, job_id: str, numbers: range, price: int) -> None:
    """Import so many products."""
    lines = "".join(f"S-{n},Lamp {n},{price}\n" for n in numbers)
    job = CrashingImport(
        database.dsn, (_HEADER + lines).encode(), job_id, COMMA, settings=make_settings(database)
    )
    job.run_to_end()


@pytest.mark.parametrize("seed", [20261130])
def test_catalogue_and_counts_equal_one_revert_after_thirty_kills(
    fresh: Database, seed: int
) -> None:
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
    seconds = measure_seconds(job, [batches[-1]])
    kills = [0, 0]
    while sum(kills) < _KILLS:
        # Mostly batches that aren't reverted yet, sometimes one that may be.
        missing = job.missing()
        batch = generator.choice(missing if missing and generator.random() < 0.8 else batches)
        for had_ended in kill_at_random(job, [batch], 1.3 * seconds, generator):
            kills[had_ended] += 1

    order = batches + batches[::3]
    generator.shuffle(order)
    for batch in order:
        job.revert(batch)
    half = _PRODUCTS // 2
    assert job.close() == {"restored": half - 1, "deleted": half, "conflicts": 1}
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        assert read_catalogue(connection) == {**before, edited: kept}
        assert read_conflicts(connection, job.job_id) == {edited: ("changed_since", False)}
        connection.commit()
        index_all(connection)
        assert differences(connection) == []
    # Kills must come both before and after the end of a step.
    assert min(kills) > 0, kills
