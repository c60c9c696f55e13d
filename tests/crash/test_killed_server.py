"""A crash of PostgreSQL loses the staging, and the retried import still has exact results."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.compare import sum_plan
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.processes import end
from tests.crash.catalogues import make_catalogue
from tests.crash.test_killed_workers import assert_as_expected, make_import
from tests.crash.workers import CrashingImport, Kind, Worker, measure_seconds
from tests.databases import fresh_database, make_template
from tests.imports.oracle import Expected, import_serially

_RECORDS = 8_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(ephemeral: Path) -> Iterator[EmbeddedPostgres]:
    """A server for these tests only, as durable as in production."""
    server = EmbeddedPostgres(ephemeral / "crash" / "postgres")
    server.start()
    make_template(server)
    yield server
    server.remove()


@pytest.fixture
def database(server: EmbeddedPostgres) -> Iterator[Database]:
    with fresh_database(server) as made:
        yield made


def crash(server: EmbeddedPostgres) -> None:
    """Stop the server without a checkpoint and restart it, so that it recovers from a crash."""
    process = server.find()
    assert process
    end([process], signal.SIGQUIT)
    server.start()


def begin(database: Database, generator: random.Random) -> tuple[CrashingImport, Expected]:
    """Return an import into a filled catalogue, and its expected results."""
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    make_import(database, first, "job_first").run_to_end()
    job = make_import(database, second, "job_second")
    job.prepare()
    return job, import_serially(second, before.products)


def run_all(job: CrashingImport, kind: Kind) -> None:
    for step in job.missing(kind):
        job.run_step(step)


def test_staging_lost_between_stage_and_merge_is_repeated(
    server: EmbeddedPostgres, database: Database
) -> None:
    job, expected = begin(database, random.Random(1))
    run_all(job, "stage")
    assert job.take_lease()
    crash(server)
    with job.database() as connection:
        assert ledger.staged_totals(connection, job.job_id).ranges == 0
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


def test_plan_outlives_a_crash_and_its_apply_stages_again(
    server: EmbeddedPostgres, database: Database
) -> None:
    generator = random.Random(1)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    make_import(database, first, "job_first").run_to_end()
    expected = import_serially(second, before.products)
    job = make_import(database, second, "job_second", "fail")
    job.prepare()
    run_all(job, "stage")
    run_all(job, "compare")
    crash(server)
    with job.database() as connection:
        assert ledger.staged_totals(connection, job.job_id).ranges == 0
        assert sum_plan(connection, job.job_id)["counts"] == expected.counts
    assert job.missing("compare") == []
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


def test_server_that_dies_during_a_comparison_loses_and_doubles_nothing(
    server: EmbeddedPostgres, database: Database
) -> None:
    generator = random.Random(2)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    make_import(database, first, "job_first").run_to_end()
    expected = import_serially(second, before.products)
    job = make_import(database, second, "job_second", "fail")
    job.prepare()
    run_all(job, "stage")
    steps = job.steps("compare")
    seconds = measure_seconds(job, steps[:2]) / 2 * len(steps)
    worker = Worker(job, steps[2:])
    time.sleep(generator.uniform(0.2, 0.6) * seconds)
    crash(server)
    assert worker.wait() in ("done", "TryAgainError")
    run_all(job, "stage")
    run_all(job, "compare")
    with job.database() as connection:
        assert sum_plan(connection, job.job_id)["counts"] == expected.counts
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", ["stage", "merge"])
def test_server_that_dies_during_a_step_loses_and_doubles_nothing(
    server: EmbeddedPostgres, database: Database, kind: Kind, seed: int
) -> None:
    generator = random.Random(seed)
    job, expected = begin(database, generator)
    if kind == "merge":
        run_all(job, "stage")
        assert job.take_lease()
    steps = job.steps(kind)
    seconds = measure_seconds(job, steps[:2]) / 2 * len(steps)
    for _ in range(2):
        if kind == "merge":
            run_all(job, "stage")
        worker = Worker(job, steps[2:])
        time.sleep(generator.uniform(0.05, 0.8) * seconds)
        crash(server)
        assert worker.wait() in ("done", "TryAgainError")
    assert job.run_to_end() == expected.counts
    assert_as_expected(database, job.job_id, expected)
