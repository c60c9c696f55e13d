"""Bulk deletes whose workers can be killed, and products for them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from psycopg2.extensions import connection as Connection

from chalicelib.postgres import connect
from chalicelib.settings import Settings
from tests.products.bulk_delete.deletion import Deletion, Product


@dataclass
class CrashingDeletion(Deletion):
    """A bulk delete that uses the product's own connections; a step is a batch's number."""

    settings: Settings = field(kw_only=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        with connect(self.settings, f"crash {self.job_id}") as connection:
            yield connection

    def run_step(self, step: int, /) -> None:
        """Delete one batch as a worker does."""
        self.delete(step)


def make_products(generator: random.Random, number: int) -> list[Product]:
    """Return products in random order, about half of them inactive."""
    products = [
        (f"S-{n}", f"Lamp {n % 7}", n % 400 / 4, generator.random() < 0.5) for n in range(number)
    ]
    generator.shuffle(products)
    return products
