"""One attempt at an import, as its steps see it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.imports.csv.dialect import MAGIC_BYTES, Encoding, detect_encoding
from chalicelib.imports.csv.head import Inspection
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.source import read_bytes
from chalicelib.imports.csv.triage import Triage
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.progress import of_end
from chalicelib.imports.storage import S3Source, WorkFolder
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import StaleAttemptError, make_step, refuse_ended
from chalicelib.jobs.kinds import ImportJob
from chalicelib.products.rules import make_rules
from chalicelib.telemetry import Event

# Files in the work folder.
INSPECTION, PLAN, TRANSCODED = "inspection.json", "plan.json", "source.json"


@dataclass(frozen=True)
class Attempt(attempts.Attempt[ImportJob]):
    """A job that is being imported, with what its steps work on."""

    work: WorkFolder

    @property
    def upload(self) -> S3Source:
        """The object as it was uploaded."""
        if self.job.source is None:
            raise StaleAttemptError("the job was never claimed")
        return S3Source.from_json(self.work.client, self.job.source)

    @cached_property
    def options(self) -> ImportOptions:
        """The options of the import."""
        return ImportOptions.from_json(self.job.options)

    @cached_property
    def encoding(self) -> Encoding:
        """How the upload is encoded, told by its first bytes or declared."""
        head = read_bytes(self.upload, 0, MAGIC_BYTES)
        return detect_encoding(head, self.options.encoding)

    @cached_property
    def inspected(self) -> tuple[S3Source, Inspection]:
        """The source as it is read, and what Inspect found in it."""
        found = self.work.get(INSPECTION)
        return self._source(found), Inspection.from_json(found["inspection"])

    @cached_property
    def planned(self) -> tuple[S3Source, Plan]:
        """The source as it is read, and the plan."""
        found = self.work.get(PLAN)
        return self._source(found), Plan.from_json(found["plan"])

    def _source(self, found: dict[str, Any]) -> S3Source:
        return S3Source.from_json(self.work.client, found["source"])

    def complete(self, counts: dict[str, int]) -> None:
        """End the job as COMPLETED."""
        self.finish(counts, of_end(self.job.size_bytes, counts))

    def triage(self, plan: Plan) -> Triage:
        """Return what sorts the source's records."""
        settings = self.settings
        return Triage(
            plan.delimiter, plan.columns, settings.sku_max_length, settings.name_max_length
        )

    def reader(self, plan: Plan) -> RecordReader:
        """Return what reads single records of the source."""
        rules = make_rules(self.settings.sku_max_length, self.settings.name_max_length)
        return RecordReader(plan.delimiter, plan.columns, rules)


def open_attempt(event: Event) -> Attempt:
    """Return the attempt that `event` names; raises when there is nothing left to do for it."""
    settings, jobs = services().settings, services().jobs
    job = refuse_ended(jobs.get(event["job_id"]), event["attempt"], ImportJob)
    return Attempt(
        settings, jobs, job, WorkFolder(services().client("s3"), settings.bucket, job.job_id)
    )


step = make_step(open_attempt)
