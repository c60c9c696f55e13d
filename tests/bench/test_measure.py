"""On a real server the ways agree, and a way that differs is detected."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.data_path import import_by_data_path
from bench.deletion import DELETE_STEPS, DELETED, ONE_DELETE
from bench.measure import INITIAL, SCENARIOS, Bench, Files, ResultError
from bench.plans import plan_ways
from bench.quiet import Quiet
from bench.reverts import revert_ways
from bench.server import run_server
from bench.ways import Run, Way, import_by_hand

pytestmark = pytest.mark.slow
RECORDS = 3_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("bench")
    with run_server(folder) as server:
        found = Bench(server, Files(folder, RECORDS), lambda _: None)
        found.quiet = Quiet(tries=1, wait=lambda: None)
        found.prepare(loaded=True)
        yield found


def test_the_steps_leave_the_same_catalogue_as_psql(bench: Bench) -> None:
    found = bench.measure("server", [Way("data-path", import_by_data_path, rejects=True)], 1)
    assert [s.scenario for s in found if s.way == "data-path"] == [s.name for s in SCENARIOS]
    steps = next(s for s in found if s.way == "data-path")
    assert steps.records == RECORDS
    assert steps.peak_rss_bytes > 0
    assert steps.wal_bytes > 0
    assert "merge_key_range" in steps.phases


def test_the_steps_delete_all_products_like_one_statement(bench: Bench) -> None:
    found = bench.measure("bulk-delete", [DELETE_STEPS], 1, [DELETED], ONE_DELETE)
    by_hand, steps = found
    assert (by_hand.way, by_hand.ratio) == ("one-delete", 1.0)
    assert steps.way == "delete-steps"
    assert steps.ratio == steps.seconds / by_hand.seconds
    assert {"plan_batches", "run_key_range", "finish_batch_job"} == steps.phases.keys()


def test_a_plan_changes_nothing_and_its_apply_imports(bench: Bench) -> None:
    by_hand, plan, apply = bench.measure("plans", plan_ways(), 1, [INITIAL])
    assert {"compare_key_range", "finish_plan"} <= plan.phases.keys()
    assert {"plan_ranges", "check_stage", "merge_key_range", "finish_import"} == apply.phases.keys()
    assert by_hand.worker_seconds > 0
    assert plan.worker_seconds > 0


def test_a_revert_leaves_the_catalogue_before_its_import(bench: Bench) -> None:
    _, revert, preview = bench.measure("reverts", revert_ways(), 1, [INITIAL])
    assert "run_key_range" in revert.phases
    assert preview.seconds > 0


def test_a_way_that_leaves_a_different_catalogue_raises(bench: Bench) -> None:
    idle = Way("idle", lambda _server, _path: Run(1.0), rejects=False)
    with pytest.raises(ResultError, match="differs from psql"):
        bench.measure("server", [idle], 1, [INITIAL])


def test_a_way_with_wrong_counts_raises(bench: Bench) -> None:
    def miscount(server: object, path: Path) -> Run:
        import_by_hand(bench.server, path)
        counts = {
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "duplicate": 0,
            "skipped": 0,
            "rejected": 0,
        }
        return Run(1.0, counts=counts)

    with pytest.raises(ResultError, match="expected"):
        bench.measure("server", [Way("miscount", miscount, rejects=False)], 1, [INITIAL])
