"""A crash of PostgreSQL loses the staging, and the resumed job still has exact results."""

import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import psycopg2
import pytest

from chalicelib.imports.job import OnDrift
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.drift import find_drift
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.processes import end
from tests.crash.catalogues import make_catalogue
from tests.crash.imports import KEEPING, CrashingImport, Kind, assert_as_expected, make_import
from tests.crash.kills import SEEDS, measure_seconds, run_in_any_order
from tests.crash.reverts import CrashingRevert
from tests.crash.workers import CrashingJob, Worker, make_settings
from tests.databases import fresh_database, make_template
from tests.imports.oracle import Expected, import_serially
from tests.imports.oracle_missing import Snapshot
from tests.products.reverts.reverting import read_catalogue
from tests.products.shelves import differences, index_all

_RECORDS = 8_000
_CRASHES = 3
DELETING = Snapshot("delete", active=True)
StepT = TypeVar("StepT")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(ephemeral: Path) -> Iterator[EmbeddedPostgres]:
    """A server for these tests only.

    It doesn't wait for the disk: what it has written outlives the server in the system's cache.
    """
    server = EmbeddedPostgres(ephemeral / "crash" / "postgres")
    server.start()
    with closing(psycopg2.connect(server.admin().dsn)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute("ALTER SYSTEM SET fsync = off")
        cursor.execute("SELECT pg_reload_conf()")
    make_template(server)
    yield server
    server.remove()


@pytest.fixture
def database(server: EmbeddedPostgres) -> Iterator[Database]:
    with fresh_database(server) as made:
        yield made


def crash(server: EmbeddedPostgres) -> None:
    """Kill all processes of the server and restart it, so that it recovers from a crash."""
    process = server.find()
    assert process
    end([process, *process.children(recursive=True)], signal.SIGKILL)
    server.start()


def crash_during(
    server: EmbeddedPostgres,
    job: CrashingJob[StepT],
    steps: Sequence[StepT],
    seconds: float,
    generator: random.Random,
) -> None:
    """Crash the server while a worker runs steps, which take about so many seconds."""
    worker = Worker(job, steps)
    time.sleep(generator.uniform(0.05, 0.8) * seconds)
    crash(server)
    assert worker.wait() in ("done", "TryAgainError")


def begin(
    database: Database,
    generator: random.Random,
    on_drift: OnDrift | None = None,
    snapshot: Snapshot = KEEPING,
) -> tuple[CrashingImport, Expected]:
    """Return an import into a filled catalogue, and its expected results."""
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    make_import(database, first, "job_first").run_to_end()
    job = make_import(database, second, "job_second", on_drift, snapshot)
    job.prepare()
    return job, import_serially(second, before.products, snapshot=snapshot)


def run_all(job: CrashingImport, kind: Kind) -> None:
    for step in job.missing(kind):
        job.run_step(step)


def get_ready(job: CrashingImport, kind: Kind) -> None:
    """Do what comes before steps of this kind, also again after a crash."""
    if kind == "stage":
        return
    run_all(job, "stage")
    if kind == "merge":
        assert job.take_lease()
    if not job.on_drift or kind == "compare":
        job.check(has_begun=len(job.missing(kind)) < job.plan.key_ranges)


@pytest.mark.parametrize("snapshot", [KEEPING, DELETING])
def test_staging_lost_between_stage_and_merge_is_repeated(
    server: EmbeddedPostgres, database: Database, snapshot: Snapshot
) -> None:
    job, expected = begin(database, random.Random(1), snapshot=snapshot)
    get_ready(job, "merge")
    crash(server)
    with job.database() as connection:
        assert ledger.staged_totals(connection, job.job_id).ranges == 0
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kind", "snapshot"), [("stage", KEEPING), ("merge", KEEPING), ("merge", DELETING)]
)
def test_server_that_dies_during_a_step_loses_and_doubles_nothing(
    server: EmbeddedPostgres, database: Database, kind: Kind, snapshot: Snapshot, seed: int
) -> None:
    generator = random.Random(seed)
    job, expected = begin(database, generator, snapshot=snapshot)
    get_ready(job, kind)
    steps = job.steps(kind)
    seconds = measure_seconds(job, steps[:2]) / 2 * len(steps)
    for _ in range(_CRASHES):
        get_ready(job, kind)
        crash_during(server, job, steps[2:], seconds, generator)
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_and_its_apply_outlive_crashes_and_stage_again(
    server: EmbeddedPostgres, database: Database, seed: int
) -> None:
    """The server dies while the import is compared, while the plan rests and during its apply."""
    generator = random.Random(seed)
    job, expected = begin(database, generator, "fail", DELETING)
    get_ready(job, "compare")
    steps = job.steps("compare")
    seconds = measure_seconds(job, steps[:2]) / 2 * len(steps)
    crash_during(server, job, steps[2:], seconds, generator)
    get_ready(job, "compare")
    run_all(job, "compare")

    crash(server)
    with job.database() as connection:
        assert ledger.staged_totals(connection, job.job_id).ranges == 0
        assert sum_plan(connection, job.job_id)["counts"] == expected.counts
        assert find_drift(connection, job.job_id) is None
    assert job.missing("compare") == []

    for _ in range(_CRASHES):
        get_ready(job, "merge")
        crash_during(server, job, job.missing("merge"), seconds, generator)
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_revert_resumes_after_crashes(
    server: EmbeddedPostgres, database: Database, seed: int
) -> None:
    generator = random.Random(seed)
    job, expected = begin(database, generator, snapshot=DELETING)
    with job.database() as connection:
        before = read_catalogue(connection)
    counts = job.run_to_end()
    assert counts == expected.counts

    revert = CrashingRevert("job_second", batch_products=500, settings=make_settings(database))
    revert.begin()
    batches = revert.missing()
    seconds = measure_seconds(revert, batches[:2]) / 2 * len(batches)
    for _ in range(_CRASHES):
        crash_during(server, revert, batches, seconds, generator)
    run_in_any_order(revert, batches, generator)
    assert revert.close() == {
        "restored": counts["updated"],
        "deleted": counts["created"],
        "recreated": counts["missing"],
    }
    with closing(psycopg2.connect(database.dsn)) as connection:
        assert read_catalogue(connection) == before
        connection.commit()
        index_all(connection)
        assert differences(connection) == []
