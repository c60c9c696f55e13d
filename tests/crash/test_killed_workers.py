"""Imports whose workers are killed or run twice have the result of a serial reader."""

import random

import pytest

from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.drift import find_drift
from infra.local.postgres import Database
from tests.crash.catalogues import make_catalogue
from tests.crash.imports import KEEPING, CrashingImport, Kind, assert_as_expected, make_import
from tests.crash.kills import SEEDS, kill_workers, run_in_any_order
from tests.imports.oracle import import_serially
from tests.imports.oracle_missing import Snapshot
from tests.imports.pipeline import read_catalogue

_RECORDS = 12_000
pytestmark = pytest.mark.slow


def run_with_kills(job: CrashingImport, kind: Kind, generator: random.Random) -> None:
    """Kill workers of one kind of step, then run all these steps."""
    kill_workers(job, job.steps(kind), lambda: job.missing(kind), generator)
    run_in_any_order(job, job.steps(kind), generator)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("snapshot", [KEEPING, Snapshot("delete", active=True)])
def test_table_counts_and_rejects_equal_a_serial_reader_after_kills(
    fresh: Database, seed: int, snapshot: Snapshot
) -> None:
    generator = random.Random(seed)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    assert make_import(fresh, first, "job_first").run_to_end() == before.counts

    job = make_import(fresh, second, "job_second", snapshot=snapshot)
    job.prepare()
    run_with_kills(job, "stage", generator)
    assert job.take_lease()
    job.check(has_begun=False)
    kill_workers(job, job.steps("merge"), lambda: job.missing("merge"), generator)
    job.check(has_begun=True)  # as a retry does
    run_in_any_order(job, job.steps("merge"), generator)

    expected = import_serially(second, before.products, snapshot=snapshot)
    assert job.close() == expected.counts
    assert_as_expected(fresh, "job_second", expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_and_its_apply_equal_a_serial_reader_after_kills(fresh: Database, seed: int) -> None:
    generator = random.Random(seed)
    first, second = (make_catalogue(generator, _RECORDS) for _ in range(2))
    before = import_serially(first, {})
    assert make_import(fresh, first, "job_first").run_to_end() == before.counts
    snapshot = Snapshot("zero_stock")
    expected = import_serially(second, before.products, snapshot=snapshot)

    job = make_import(fresh, second, "job_second", "fail", snapshot)
    job.prepare()
    run_in_any_order(job, job.steps("stage"), generator)
    job.check(has_begun=False)
    run_with_kills(job, "compare", generator)
    with job.database() as connection:
        assert sum_plan(connection, job.job_id)["counts"] == expected.counts
        assert read_catalogue(connection) == before.products
        assert find_drift(connection, job.job_id) is None

    assert job.take_lease()
    run_with_kills(job, "merge", generator)
    assert job.close() == expected.counts
    assert_as_expected(fresh, "job_second", expected)
