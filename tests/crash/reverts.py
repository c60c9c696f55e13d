"""Reverts whose workers can be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from psycopg2.extensions import connection as Connection

from chalicelib.postgres import connect
from chalicelib.settings import Settings
from tests.products.reverts.reverting import Revert


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
