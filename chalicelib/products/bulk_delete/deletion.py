"""The work of a bulk delete: select the products, then delete them batch by batch."""

from dataclasses import dataclass
from typing import Self

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import JobEndedError
from chalicelib.jobs.models import Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.batches.work import Batch
from chalicelib.products.bulk_delete.job import BulkDeleteJob
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.products.journal.writing import Journal


@dataclass(frozen=True)
class Deletion:
    """Deletes the selected products. One that an edit made different since the plan stays."""

    selection: Selection
    expected_count: int | None = None

    @classmethod
    def of_job(cls, job: BulkDeleteJob, request: Json) -> Self:
        """Return the work of a bulk delete; `request` is its selection."""
        return cls(Selection.from_json(request), job.expected_count)

    def find(self) -> sql.Composable:
        """Return the query for the selected products."""
        query = "SELECT id, NULL::text AS label FROM ({}) AS found"
        return sql.SQL(query).format(_find(self.selection))

    def check_plan(self, products: int) -> None:
        """Raise JobEndedError if the selection matches another number than was expected."""
        if self.expected_count not in (None, products):
            raise JobEndedError(
                "count_mismatch",
                f"When the bulk delete started, the selection matched {products:,} products, not"
                f" {self.expected_count:,}, so nothing was deleted. Review them and start a new"
                " bulk delete.",
            )

    def run(self, cursor: Cursor, batch: Batch, journal: Journal) -> dict[str, int]:
        """Delete the products of a batch that the selection still matches."""
        query = "delete_batch" if self.selection.is_everything else "delete_matching"
        if not self.selection.is_everything:  # an edit may change what matches
            lock = sql.SQL(queries("products")["lock_products"])
            cursor.execute(lock.format(ids=batch.ids))
        cursor.execute(
            sql.SQL(queries("products")[query]).format(
                ids=batch.ids,
                condition=self.selection.condition(),
                replaced=journal.deleted_columns(),
                journal=journal.replaced("deleted", "delete"),
            )
        )
        planned, deleted = fetch_row(cursor)
        return {"deleted": deleted, "skipped": planned - deleted}

    def settle(self, cursor: Cursor, job_id: str, journal: Journal) -> dict[str, int]:
        """Do nothing: batches of a bulk delete don't depend on each other."""
        return {}


def count_selected(connection: Connection, selection: Selection) -> int:
    """Return how many products a selection matches now."""
    with connection.cursor() as cursor:
        statement = sql.SQL(queries("products")["count_selected"])
        cursor.execute(statement.format(found=_find(selection)))
        count: int = fetch_row(cursor)[0]
        return count


def _find(selection: Selection) -> sql.Composable:
    """Return the query for the ids of the selected products."""
    kinds = {"find_all": selection.is_everything, "find_filtered": selection.filter is not None}
    query = next((name for name, is_it in kinds.items() if is_it), "find_skus")
    return sql.SQL(queries("products")[query]).format(condition=selection.condition())
