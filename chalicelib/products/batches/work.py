"""What each kind of batch job gives: how its products are found, and what a batch does to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.jobs.models import Json
from chalicelib.products.journal.writing import Journal


@dataclass(frozen=True)
class Batch:
    """One batch: its products have the ids, and what the plan labelled them with in common."""

    job_id: str
    number: int
    label: str | None

    @property
    def ids(self) -> sql.Composable:
        """The expression of its ids. Only valid until the batch is recorded."""
        query = "(SELECT ids FROM batches WHERE job_id = {} AND batch = {})::bigint[]"
        return sql.SQL(query).format(sql.Literal(self.job_id), sql.Literal(self.number))


class BatchWork(Protocol):
    """The work of one job, made from the job and its request."""

    def find(self) -> sql.Composable:
        """Return the query for the products to change now: `id` and `label`."""

    def check_plan(self, products: int) -> None:
        """Raise JobEndedError if the plan has another number of products than it must have."""

    def run(self, cursor: Cursor, batch: Batch, journal: Journal) -> dict[str, int]:
        """Change the products of a batch; return how many had each outcome."""

    def settle(self, cursor: Cursor, job_id: str, journal: Journal) -> dict[str, int]:
        """Do what is only possible once every batch is done; return more products by outcome."""


MakeWork = Callable[[Any, Json], BatchWork]  # of a job and its request
