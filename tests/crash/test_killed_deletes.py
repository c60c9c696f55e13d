"""Bulk deletes whose workers are killed or run twice have the result of one that ran once."""

import random
from contextlib import closing

import psycopg2
import pytest

from infra.local.postgres import Database
from tests.crash.deletions import CrashingDeletion, make_products
from tests.crash.kills import SEEDS, kill_workers, run_in_any_order
from tests.crash.workers import make_settings
from tests.products.bulk_delete.deletion import ALL, add_products, by_filter, read_skus

_PRODUCTS = 40_000

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("means_all", [True, False])
def test_table_and_count_equal_one_delete_after_kills(
    fresh: Database, seed: int, *, means_all: bool
) -> None:
    generator = random.Random(seed)
    products = make_products(generator, _PRODUCTS)
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection:
        add_products(connection, products)
    stays = sorted(sku for sku, _, _, active in products if active and not means_all)

    deletion = CrashingDeletion(
        ALL if means_all else by_filter(active=False),
        batch_products=1_000,
        settings=make_settings(fresh),
    )
    assert deletion.begin() == _PRODUCTS - len(stays)
    batches = deletion.missing()
    kill_workers(deletion, batches, deletion.missing, generator)
    run_in_any_order(deletion, batches, generator)
    assert deletion.close() == {"deleted": _PRODUCTS - len(stays), "skipped": 0}
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        assert sorted(read_skus(connection)) == stays
