"""The job that a revert takes back: when it wrote, and which of its changes the journal has."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from chalicelib.jobs.models import Job, Json
from chalicelib.postgres import fetch_row, queries
from chalicelib.products.journal.slots import find_slots

_MARGIN = timedelta(hours=1)  # between the clocks of functions and of the database


@dataclass(frozen=True)
class Target:
    """A job that has ended, as its revert stores it."""

    job_id: str
    since: datetime  # it wrote nothing before
    until: datetime  # nor after
    changed: int  # how many products it is known to have changed

    @classmethod
    def of_job(cls, job: Job) -> Self:
        """Return a job that has ended as a target."""
        ended_at = job.finished_at or job.updated_at
        return cls(job.job_id, job.created_at - _MARGIN, ended_at + _MARGIN, job.changed_products)

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        """Return the target that `to_json` described."""
        times = {name: datetime.fromisoformat(stored[name]) for name in ("since", "until")}
        return cls(**stored | times)

    def to_json(self) -> Json:
        """Return the target as the database stores it."""
        return asdict(self) | {"since": self.since.isoformat(), "until": self.until.isoformat()}

    def by_job(self) -> sql.Composable:
        """Return the condition of the journal's rows that the job wrote."""
        return sql.SQL(queries("products")["by_job"]).format(
            job_id=sql.Literal(self.job_id),
            slots=_join(find_slots(self.since, self.until)),
            since=sql.Literal(self.since),
            until=sql.Literal(self.until),
        )

    def later_slots(self) -> sql.Composable:
        """Return the slots of all changes from the job's first until now."""
        return _join(find_slots(self.since, datetime.now(UTC) + _MARGIN))

    def find(self) -> sql.Composable:
        """Return the query for the products that the job changed: `id`, and `label` by how."""
        return sql.SQL(queries("products")["find_changed"]).format(
            by_job=self.by_job(), job_id=sql.Literal(self.job_id)
        )

    def count(self, cursor: Cursor) -> int:
        """Return how many products the job changed, as the journal has it."""
        statement = sql.SQL("SELECT count(*) FROM ({}) AS found").format(self.find())
        cursor.execute(statement)
        found: int = fetch_row(cursor)[0]
        return found


def _join(numbers: list[int]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Literal, numbers))
