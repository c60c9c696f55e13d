"""Workers of a bulk delete killed at any snapshot, and several at once, leave what one would."""

import random
from contextlib import closing

import psycopg2
import pytest

from infra.local.postgres import Database
from tests.crash.deletions import CrashingDeletion, make_products
from tests.crash.workers import kill_at_random, make_settings, measure_seconds
from tests.products.bulk_delete.deletion import ALL, add_products, by_filter, read_skus

_PRODUCTS = 40_000
_KILLS = 30

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [20261124])
@pytest.mark.parametrize("is_everything", [True, False])
def test_table_and_count_equal_one_delete_after_thirty_kills(
    fresh: Database, seed: int, *, is_everything: bool
) -> None:
    generator = random.Random(seed)
    products = make_products(generator, _PRODUCTS)
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, products)
    stays = sorted(sku for sku, _, _, active in products if active and not is_everything)

    deletion = CrashingDeletion(
        ALL if is_everything else by_filter(active=False),
        batch_products=1_000,
        settings=make_settings(fresh),
    )
    assert deletion.begin() == _PRODUCTS - len(stays)
    batches = deletion.missing()
    seconds = measure_seconds(deletion, [batches[-1]])
    kills = [0, 0]
    while sum(kills) < _KILLS:
        # Mostly batches that are still to be deleted; now and then one that may be already.
        missing = deletion.missing()
        batch = generator.choice(missing if missing and generator.random() < 0.8 else batches)
        for had_ended in kill_at_random(deletion, [batch], 1.3 * seconds, generator):
            kills[had_ended] += 1

    order = batches + batches[::3]
    generator.shuffle(order)
    for batch in order:
        deletion.delete(batch)
    assert deletion.close() == {"deleted": _PRODUCTS - len(stays), "skipped": 0}
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        assert sorted(read_skus(connection)) == stays
    # Kills are of no use if all come before the work, or after it.
    assert min(kills) > 0, kills
