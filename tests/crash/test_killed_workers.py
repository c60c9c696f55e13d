"""Imports whose workers are killed or run twice have the result of a serial reader."""

import random
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.changes_file import ChangesPieces, find_pieces
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.drift import find_drift
from chalicelib.imports.storage import WorkFolder
from infra.local.postgres import Database
from tests.crash.catalogues import make_catalogue
from tests.crash.folders import FolderClient
from tests.crash.workers import CrashingImport, Kind, kill_at_random, make_settings, measure_seconds
from tests.imports.oracle import Expected, import_serially
from tests.imports.oracle_missing import Snapshot
from tests.imports.pipeline import COMMA, read_catalogue, read_rejects, read_written
from tests.imports.replaying import Products, read_lines, read_products, replay

KEEPING = Snapshot()
_RECORDS = 12_000
_KILLS = {"stage": 35, "compare": 25, "merge": 25}
_BOUNDARIES = [f"s-{number}" for number in range(1200, 9900, 400)]


def make_import(
    database: Database,
    raw: bytes,
    job_id: str,
    on_drift: OnDrift | None = None,
    snapshot: Snapshot = KEEPING,
    folder: Path | None = None,
) -> CrashingImport:
    work = WorkFolder(FolderClient(folder), "bucket", job_id) if folder else None
    return CrashingImport(
        database.dsn,
        raw,
        job_id,
        ImportOptions.from_json(COMMA.to_json() | snapshot.to_options()),
        span_bytes=len(raw) // 24,
        boundaries=_BOUNDARIES,
        settings=make_settings(database),
        on_drift=on_drift,
        pieces=ChangesPieces(work) if work else None,
    )


def read_changed(database: Database) -> Products:
    with closing(psycopg2.connect(database.dsn)) as connection:
        return read_products(connection)


def assert_replays(database: Database, job: CrashingImport, folder: Path, before: Products) -> None:
    """Check that the pieces which the ledger names are exactly what has changed."""
    with job.database() as connection:
        found = find_pieces(connection, job.job_id)
    assert found
    content = b"".join((folder / piece.key).read_bytes() for piece in found.pieces)
    lines = read_lines(content)
    assert len(lines) == found.records > 0
    assert replay(before, lines) == read_changed(database)


def assert_as_expected(database: Database, job_id: str, expected: Expected) -> None:
    with closing(psycopg2.connect(database.dsn)) as connection:
        assert read_rejects(connection, job_id) == expected.rejects
        assert read_catalogue(connection) == expected.products
        assert read_written(connection, job_id) == expected.written


def kill_workers(job: CrashingImport, kind: Kind, generator: random.Random) -> tuple[int, int]:
    """Kill workers of one kind of step; return how many were killed before and after the end."""
    steps = job.steps(kind)
    seconds = measure_seconds(job, [steps.pop(generator.randrange(len(steps)))])
    kills = [0, 0]
    while sum(kills) < _KILLS[kind]:
        # Mostly steps that aren't done yet, sometimes one that may be.
        missing = job.missing(kind)
        step = generator.choice(missing if missing and generator.random() < 0.8 else steps)
        for had_ended in kill_at_random(job, [step], 1.3 * seconds, generator):
            kills[had_ended] += 1
    return kills[0], kills[1]


def finish_in_any_order(job: CrashingImport, kind: Kind, generator: random.Random) -> None:
    """Run every step in random order, some of them twice."""
    steps = job.steps(kind) + job.steps(kind)[::3]
    generator.shuffle(steps)
    for step in steps:
        job.run_step(step)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "snapshot"), [(20261124, KEEPING), (20261201, Snapshot("delete", active=True))]
)
def test_table_counts_and_rejects_equal_a_serial_reader_after_sixty_kills(
    fresh: Database, tmp_path: Path, seed: int, snapshot: Snapshot
) -> None:
    generator = random.Random(seed)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    assert make_import(fresh, first, "job_first").run_to_end() == before.counts

    products = read_changed(fresh)

    job = make_import(fresh, second, "job_second", snapshot=snapshot, folder=tmp_path)
    job.prepare()
    early, late = kill_workers(job, "stage", generator)
    finish_in_any_order(job, "stage", generator)
    assert job.take_lease()
    job.check(has_begun=False)
    early_merge, late_merge = kill_workers(job, "merge", generator)
    job.check(has_begun=True)  # as a retry does
    finish_in_any_order(job, "merge", generator)

    expected = import_serially(second, before.products, snapshot=snapshot)
    assert job.close() == expected.counts
    assert_as_expected(fresh, "job_second", expected)
    assert_replays(fresh, job, tmp_path, products)
    assert early + late + early_merge + late_merge >= 60
    # Kills must come both before and after the end of a step.
    assert min(early, late, early_merge, late_merge) > 0, (early, late, early_merge, late_merge)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20261130])
def test_plan_and_its_apply_equal_a_serial_reader_after_fifty_kills(
    fresh: Database, tmp_path: Path, seed: int
) -> None:
    generator = random.Random(seed)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    assert make_import(fresh, first, "job_first").run_to_end() == before.counts
    snapshot = Snapshot("zero_stock")
    expected = import_serially(second, before.products, snapshot=snapshot)

    products = read_changed(fresh)

    job = make_import(fresh, second, "job_second", "fail", snapshot, tmp_path)
    job.prepare()
    finish_in_any_order(job, "stage", generator)
    job.check(has_begun=False)
    planning = kill_workers(job, "compare", generator)
    finish_in_any_order(job, "compare", generator)
    with job.database() as connection:
        assert sum_plan(connection, job.job_id)["counts"] == expected.counts
        assert read_catalogue(connection) == before.products
        assert find_drift(connection, job.job_id) is None

    assert job.take_lease()
    applying = kill_workers(job, "merge", generator)
    finish_in_any_order(job, "merge", generator)
    assert job.close() == expected.counts
    assert_as_expected(fresh, "job_second", expected)
    assert_replays(fresh, job, tmp_path, products)
    assert sum(planning) + sum(applying) >= 50
    assert min(*planning, *applying) > 0, (planning, applying)
