"""One attempt of an import: what its steps work with."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.head import HEAD_BYTES, Inspection
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.source import read_bytes
from chalicelib.imports.csv.triage import Triage
from chalicelib.imports.job import ImportJob, OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.changes_file import (
    ChangesPieces,
    PiecesFound,
    assemble,
    delete_pieces,
    find_pieces,
)
from chalicelib.imports.steps.progress import of_end
from chalicelib.imports.storage import S3Source, WorkFolder, report_key
from chalicelib.jobs import attempts
from chalicelib.jobs.attempts import StaleAttemptError, check_running, make_metered, make_step
from chalicelib.jobs.store import JobStore
from chalicelib.products.rules import make_rules
from chalicelib.telemetry import Event

# Files in the work folder.
INSPECTION, PLAN = "inspection.json", "plan.json"
ENCODING, UNPACKED, TRANSCODED = "encoding.json", "unpacked.json", "source.json"


@dataclass(frozen=True)
class Attempt(attempts.Attempt[ImportJob]):
    """A running import, with its source, inspection and plan."""

    work: WorkFolder

    @property
    def upload(self) -> S3Source:
        """The uploaded object."""
        if self.job.source is None:
            raise StaleAttemptError("the job was never claimed")
        return S3Source.from_json(self.work.client, self.job.source)

    @cached_property
    def options(self) -> ImportOptions:
        """The options of the import."""
        return ImportOptions.from_json(self.job.options)

    @cached_property
    def unpacked(self) -> S3Source:
        """The file in the uploaded archive, or the uploaded object if it isn't an archive."""
        found = self.work.get(UNPACKED)
        return S3Source.from_json(self.work.client, found) if found else self.upload

    @cached_property
    def transcoded(self) -> S3Source | None:
        """The unpacked file as CSV in UTF-8, if it had to be converted and was."""
        found = self.work.get(TRANSCODED)
        return S3Source.from_json(self.work.client, found) if found else None

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the unpacked file."""
        return read_bytes(self.unpacked, 0, HEAD_BYTES)

    @cached_property
    def encoding(self) -> Encoding:
        """The encoding of the unpacked file, as an earlier step decided or its head shows."""
        if decided := self.work.get(ENCODING):
            return Encoding(**decided)
        is_whole = len(self.head) >= self.unpacked.size_bytes
        return detect_encoding(self.head, self.options.encoding, is_whole=is_whole)

    @cached_property
    def inspected(self) -> tuple[S3Source, Inspection]:
        """The source to read, which is in UTF-8, and its inspection."""
        found = self._inspected
        return self._source(found), Inspection.from_json(found["inspection"])

    @property
    def is_assumed_utf8(self) -> bool:
        """Whether the whole of the source may still show that it isn't UTF-8."""
        return bool(self._inspected.get("is_assumed_utf8"))

    @cached_property
    def _inspected(self) -> dict[str, Any]:
        found: dict[str, Any] = self.work.get(INSPECTION)
        return found

    @cached_property
    def planned(self) -> tuple[S3Source, Plan]:
        """The source to read, which is in UTF-8, and the plan."""
        found = self.work.get(PLAN)
        return self._source(found), Plan.from_json(found["plan"], self.options)

    def _source(self, found: dict[str, Any]) -> S3Source:
        return S3Source.from_json(self.work.client, found["source"])

    @property
    def merge_options(self) -> tuple[OnDrift | None, ChangesPieces | None]:
        """What becomes of drift, and where a key range writes its changes if anybody gets them."""
        pieces = ChangesPieces(self.work) if self.job.keeps_changes else None
        return self.job.on_drift, pieces

    def complete(self, counts: dict[str, int]) -> None:
        """End the job as COMPLETED, with its changes file if anybody gets it."""
        found = self._find_pieces() if self.job.keeps_changes else None
        key = report_key(self.job_id, "changes", "ndjson")
        changes = assemble(self.work, found, key) if found else None
        self.finish(counts, of_end(self.job.size_bytes, counts), changes=changes)
        if found:
            delete_pieces(self.work, found)

    def _find_pieces(self) -> PiecesFound | None:
        with self.database("finish_import") as connection:
            return find_pieces(connection, self.job_id)

    def triage(self, plan: Plan) -> Triage:
        """Return the triage of the source's records."""
        settings = self.settings
        return Triage(plan.reading, settings.sku_max_length, settings.name_max_length)

    def reader(self, plan: Plan) -> RecordReader:
        """Return the reader of the source's single records."""
        settings = self.settings
        numbers = plan.reading.numbers
        rules = make_rules(settings.sku_max_length, settings.name_max_length, numbers)
        return RecordReader(plan.reading, rules)


def open_attempt(event: Event, jobs: JobStore) -> Attempt:
    """Return the attempt that `event` names; raises if it has ended or was cancelled."""
    settings = services().settings
    job = check_running(jobs.get(event["job_id"]), event["attempt"], ImportJob)
    return Attempt(
        settings, jobs, job, WorkFolder(services().client("s3"), settings.bucket, job.job_id)
    )


metered = make_metered(lambda: services().jobs)
step = make_step(lambda: services().jobs, open_attempt)
