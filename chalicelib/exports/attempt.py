"""One attempt of an export: what its steps work with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self
from uuid import uuid4

from chalicelib.bootstrap import services
from chalicelib.exports.columns import Column
from chalicelib.exports.job import ExportedFile, ExportJob, add_range, complete
from chalicelib.exports.plan import IdRange, percent_of
from chalicelib.exports.requests import ExportRequest
from chalicelib.imports.storage import WorkFolder
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import check_running, make_metered, make_step
from chalicelib.jobs.store import JobStore
from chalicelib.objects.assembly import Piece
from chalicelib.telemetry import Event, count


@dataclass(frozen=True)
class Plan:
    """What the plan fixes: the columns of a table, and the ranges."""

    columns: list[Column]
    ranges: list[IdRange]
    header: Piece | None = None  # the first piece of a table

    @property
    def products(self) -> int:
        """How many products are selected."""
        return sum(ids.products for ids in self.ranges)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what `dataclasses.asdict` made of a plan."""
        header = values["header"]
        return cls(
            [Column(**column) for column in values["columns"]],
            [IdRange(**ids) for ids in values["ranges"]],
            Piece(**header) if header else None,
        )


@dataclass(frozen=True)
class Attempt(attempts.Attempt[ExportJob]):
    """A running export."""

    work: WorkFolder

    @cached_property
    def request(self) -> ExportRequest:
        """What to export."""
        return ExportRequest.from_json(self.job.request)

    def new_name(self, name: str) -> str:
        """Return the name of a new file in the work folder.

        No two calls write the same file, so a call that timed out can't change what others read.
        """
        return f"export/{self.job.attempt}-{name}-{uuid4().hex}"

    def keep_plan(self, plan: Plan) -> str:
        """Store a plan; return its name."""
        name = self.new_name("plan")
        self.work.put(name, asdict(plan))
        return name

    def read_plan(self, name: str) -> Plan:
        """Return the plan of this name."""
        return Plan.from_json(self.work.get(name))

    def report_range(self, number: int, products: int, plan: Plan) -> None:
        """Report that so many products of a range are written."""
        attempt, written = self.job.attempt, dict(self.job.written) | {str(number): products}
        percent = percent_of(sum(written.values()), plan.products)
        self.jobs.update(
            self.job_id, lambda job: add_range(job, attempt, number, products, percent)
        )

    def report_written(self, number: int, products: int, plan: Plan) -> None:
        """Report how much of a range is written; raises JobCancelledError if it should stop."""
        self.report_range(number, products, plan)
        self.check_running()

    def complete(self, file: ExportedFile, products: int) -> None:
        """End the job as COMPLETED."""
        now, attempt = datetime.now(UTC), self.job.attempt
        self.jobs.update(self.job_id, lambda job: complete(job, attempt, file, products, now), now)
        count("Records", products, outcome="exported")


def open_attempt(event: Event, jobs: JobStore) -> Attempt:
    """Return the attempt that `event` names; raises if it has ended or was cancelled."""
    settings = services().settings
    job = check_running(jobs.get(event["job_id"]), event["attempt"], ExportJob)
    work = WorkFolder(services().client("s3"), settings.bucket, job.job_id)
    return Attempt(settings, jobs, job, work)


metered = make_metered(lambda: services().jobs)
step = make_step(lambda: services().jobs, open_attempt)
