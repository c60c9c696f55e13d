"""An import without its workflow: the same functions, called in any order."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.aligning import align_ranges
from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.dialect import Encoding, detect_encoding
from chalicelib.imports.csv.head import inspect_head
from chalicelib.imports.csv.plan import Plan, check_spans, cut_ranges, cut_spans
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.scan import scan_span
from chalicelib.imports.csv.source import read_bytes
from chalicelib.imports.csv.summing import NoteSum, sum_notes
from chalicelib.imports.csv.triage import Triage
from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps import finish, ledger
from chalicelib.imports.steps.changes import create_changes
from chalicelib.imports.steps.changes_file import ChangesPieces
from chalicelib.imports.steps.collisions import find_collisions
from chalicelib.imports.steps.compare import compare_key_range, sum_plan
from chalicelib.imports.steps.lookup import fill_lookup
from chalicelib.imports.steps.merge import merge_key_range
from chalicelib.imports.steps.missing import list_missing
from chalicelib.imports.steps.repair import note_repairs
from chalicelib.imports.steps.stage import stage_range
from chalicelib.imports.steps.staging import create_staging
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import take_lease
from chalicelib.products.rules import make_rules
from tests.fakes.jobs import make_job
from tests.fakes.source import MemorySource
from tests.imports.oracle import DEFAULTS, Refused
from tests.imports.oracle_rows import Skipped

COMMA = ImportOptions(delimiter=",")
Shuffle = Callable[[list[int]], None]


@dataclass
class Pipeline:
    """One import of `raw`.

    With a `connection` all of it is one transaction there, the caller's to end; otherwise each
    step has its own in the database `dsn`.
    """

    dsn: str
    raw: bytes
    job_id: str = "job_test"
    options: ImportOptions = COMMA
    span_bytes: int = 8 * 1024 * 1024
    piece_bytes: int = 4 * 1024 * 1024
    boundaries: Sequence[str] = ()
    connection: Connection | None = None
    changed: dict[str, Any] = field(default_factory=dict)  # members of the reading
    encoding: Encoding | None = None  # of a converted file
    parent_job_id: str | None = None
    on_drift: OnDrift | None = None  # of a plan that is applied
    pieces: ChangesPieces | None = None  # of its changes file, if it gets one
    has_journal: bool = True

    def __post_init__(self) -> None:
        self.source = MemorySource(self.raw, self.piece_bytes)
        self.plan = self._plan()
        self.notes: dict[str, NoteSum] = {}

    def _plan(self) -> Plan:
        head = read_bytes(self.source, 0, 16)
        encoding = self.encoding or detect_encoding(head, None)
        found = inspect_head(self.source, encoding, self.options, self.span_bytes)
        summaries = [
            scan_span(
                self.source.stream(start, end),
                start,
                found.delimiter,
                after_cr=self.raw[start - 1 : start] == b"\r",
            )
            for start, end in cut_spans(found.data_start, len(self.raw), self.span_bytes)
        ]
        check_spans(summaries, found.data_start, len(self.raw))
        ranges, is_closed = cut_ranges(summaries, found.data_line)
        reading = found.reading.model_copy(update=self.changed)
        ranges = align_ranges(self.source, reading, ranges, is_closed=is_closed)
        return Plan(
            reading,
            self.options,
            sum(r.records for r in ranges),
            ranges,
            is_closed,
            tuple(sorted(set(self.boundaries), key=str.encode)),
        )

    @contextmanager
    def database(self) -> Iterator[Connection]:
        if self.connection:
            yield self.connection
            return
        connection = psycopg2.connect(self.dsn)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def stage(self, number: int) -> None:
        planned = self.plan.ranges[number]
        triage = Triage(self.plan.reading, 128, 512)
        reader = RecordReader(self.plan.reading, make_rules(128, 512, self.plan.reading.numbers))
        pieces = self.source.stream(planned.start, planned.end)
        with self.database() as connection:
            is_closed = self.plan.is_closed_after(number)
            chunks = read_chunks(triage, pieces, planned, is_closed=is_closed)
            stage_range(connection, self.job_id, self.plan, number, chunks, reader)

    def merge(self, key_range: int) -> None:
        with self.database() as connection:
            journal = Journal(self.job_id, is_on=self.has_journal)
            more = self.on_drift, self.pieces
            if merge_key_range(connection, journal, self.plan, key_range, *more):
                job = make_job(job_id=self.job_id, parent_job_id=self.parent_job_id)
                note_repairs(connection, job, self.plan, key_range)
            if self.connection and self.pieces:
                with self.connection.cursor() as cursor:
                    cursor.execute("DROP TABLE IF EXISTS change_lines")  # as a commit does

    def compare(self, key_range: int) -> None:
        with self.database() as connection:
            compare_key_range(connection, self.job_id, self.plan, key_range)

    def prepare(self) -> None:
        with self.database() as connection:
            create_staging(connection, self.job_id, self.plan)
            if self.on_drift:
                create_changes(connection, self.job_id, self.plan)

    def take_lease(self) -> bool:
        with self.database() as connection:
            return take_lease(connection, self.job_id)

    def check(self, *, has_begun: bool) -> None:
        """Do what comes between staging and merging."""
        job_id, plan = self.job_id, self.plan
        with self.database() as connection:
            notes = sum_notes(ledger.staged_notes(connection, job_id))
            notes |= find_collisions(connection, job_id, plan)
            fill_lookup(connection, job_id, plan)
            self.notes = notes
            notes |= list_missing(connection, job_id, plan, has_begun=has_begun)

    def close(self) -> dict[str, int]:
        with self.database() as connection:
            counts = ledger.count_outcomes(connection, self.job_id)
            finish.clean_up(connection, self.job_id)
        return counts

    def make_plan(self, shuffle: Shuffle = random.shuffle) -> dict[str, Any]:
        """Stage and compare all of it; return what is planned."""
        self._stage_all(shuffle)
        self.check(has_begun=False)
        for key_range in _some_twice(self.plan.key_ranges, shuffle):
            self.compare(key_range)
        with self.database() as connection:
            return sum_plan(connection, self.job_id)

    def run(self, shuffle: Shuffle = random.shuffle) -> dict[str, int]:
        """Run all of it, ranges and key ranges in any order and some of them twice."""
        self._stage_all(shuffle)
        assert self.take_lease()
        if self.on_drift:
            with self.database() as connection:
                fill_lookup(connection, self.job_id, self.plan)
        else:
            self.check(has_begun=False)
        for key_range in _some_twice(self.plan.key_ranges, shuffle):
            self.merge(key_range)
        return self.close()

    def _stage_all(self, shuffle: Shuffle) -> None:
        self.prepare()
        for number in _some_twice(len(self.plan.ranges), shuffle):
            self.stage(number)


def run_or_refuse(pipeline: Pipeline, order: random.Random) -> dict[str, int] | None:
    """Run an import; return its counts, or None if it isn't certain what is missing."""
    try:
        return pipeline.run(order.shuffle)
    except JobEndedError as error:
        if error.code != "missing_uncertain":
            raise
        return None


def _some_twice(number: int, shuffle: Shuffle) -> list[int]:
    order = [*range(number), *range(0, number, 2)]
    shuffle(order)
    return order


def read_catalogue(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the products by sku_key, as the oracle has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku_key, sku, name, brand, description, price, quantity, active, attributes"
            " FROM products"
        )
        names = ("sku", "name", *DEFAULTS, "attributes")
        return {key: dict(zip(names, values, strict=True)) for key, *values in cursor}


def read_written(connection: Connection, job_id: str) -> dict[str, int]:
    """Return the lines from which a job took the products it wrote, by sku_key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku_key, source_line FROM products WHERE source_job_id = %s", (job_id,)
        )
        return dict(cursor.fetchall())


def read_rejects(connection: Connection, job_id: str) -> dict[int, Refused]:
    """Return a job's rejects by line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, code, record FROM import_rejects WHERE job_id = %s", (job_id,))
        return {line: Refused(code, bytes(record)) for line, code, record in cursor}


def read_skips(connection: Connection, job_id: str) -> dict[int, Skipped]:
    """Return a job's skips by line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, reason, sku FROM import_skips WHERE job_id = %s", (job_id,))
        return {line: Skipped(reason, sku) for line, reason, sku in cursor}


def empty(connection: Connection) -> None:
    """Make the database as it was after the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE products, document_backlog, import_repairs, import_rejects, import_skips,"
            " import_merges, import_ranges, import_plans, product_creations,"
            " batch_jobs, batches, batch_conflicts"
        )
        cursor.execute("DELETE FROM product_changes")  # 16 tables: to truncate them takes longer
        cursor.execute("DROP SCHEMA staging CASCADE; CREATE SCHEMA staging")
        cursor.execute("DROP SCHEMA plans CASCADE; CREATE SCHEMA plans")
        cursor.execute("UPDATE catalogue_lease SET job_id = NULL, held_at = NULL")
