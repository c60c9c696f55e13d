"""Imports whose workers can be killed, and what they must leave."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Literal

import psycopg2
from psycopg2.extensions import connection as Connection

from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.merge import StageLostError
from chalicelib.postgres import connect
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.crash.workers import make_settings
from tests.imports.oracle import Expected
from tests.imports.oracle_missing import Snapshot
from tests.imports.pipeline import COMMA, Pipeline, read_catalogue, read_rejects, read_written

Kind = Literal["stage", "compare", "merge"]
Step = tuple[Kind, int]  # and the number of the range or key range
KEEPING = Snapshot()
_BOUNDARIES = [f"s-{number}" for number in range(1200, 9900, 400)]


@dataclass
class CrashingImport(Pipeline):
    """An import that uses the product's own connections."""

    settings: Settings = field(kw_only=True)

    @contextmanager
    def database(self) -> Iterator[Connection]:
        with connect(self.settings, f"crash {self.job_id}") as connection:
            yield connection

    def run_step(self, step: Step) -> None:
        """Run one step as a worker does."""
        kind, number = step
        run = {"stage": self.stage, "compare": self.compare, "merge": self.merge}[kind]
        run(number)

    def missing(self, kind: Kind) -> list[Step]:
        """Return the steps of a kind that aren't in the ledger."""
        with self.database() as connection:
            if kind == "stage":
                found = ledger.missing_ranges(connection, self.job_id, len(self.plan.ranges))
            elif kind == "compare":
                found = ledger.uncompared_key_ranges(connection, self.job_id, self.plan.key_ranges)
            else:
                found = ledger.missing_key_ranges(connection, self.job_id, self.plan.key_ranges)
        return [(kind, number) for number in found]

    def steps(self, kind: Kind) -> list[Step]:
        """Return all steps of a kind."""
        count = len(self.plan.ranges) if kind == "stage" else self.plan.key_ranges
        return [(kind, number) for number in range(count)]

    def run_to_end(self) -> dict[str, int]:
        """Run all steps after the plan as the workflow does; return the counts by outcome."""
        self.prepare()
        while True:
            for step in self.missing("stage"):
                self.run_step(step)
            assert self.take_lease()
            if not self.on_drift:
                self.check(has_begun=len(self.missing("merge")) < self.plan.key_ranges)
            try:
                for step in self.missing("merge"):
                    self.run_step(step)
            except StageLostError:
                continue
            return self.close()


def make_import(
    database: Database,
    raw: bytes,
    job_id: str,
    on_drift: OnDrift | None = None,
    snapshot: Snapshot = KEEPING,
) -> CrashingImport:
    """Return an import of many ranges and key ranges; `on_drift`: of a plan that is applied."""
    return CrashingImport(
        database.dsn,
        raw,
        job_id,
        ImportOptions.from_json(COMMA.to_json() | snapshot.to_options()),
        span_bytes=len(raw) // 24,
        boundaries=_BOUNDARIES,
        settings=make_settings(database),
        on_drift=on_drift,
    )


def assert_as_expected(database: Database, job_id: str, expected: Expected) -> None:
    """Check the catalogue, and what an import refused and wrote."""
    with closing(psycopg2.connect(database.dsn)) as connection:
        assert read_rejects(connection, job_id) == expected.rejects
        assert read_catalogue(connection) == expected.products
        assert read_written(connection, job_id) == expected.written
