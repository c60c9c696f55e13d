"""The model of an import predicts this machine and uses the product's own numbers."""

import pytest

from bench.model.calibration import RESULTS, read_effort
from bench.model.duration import STEPS, WORKERS, estimate, estimate_index
from bench.model.machines import DATABASES, function_speed, read_prices
from bench.model.money import cost_of_import, cost_of_month
from bench.model.product import EFFORT, make_effort
from bench.model.report import IDLE, PAGE, SIZES, checks, make_page, make_text, warnings
from bench.model.shape import (
    MOST_EVENTS,
    count_transitions,
    make_shape,
    memory_gb,
    states_passed,
    timeout_seconds,
)
from bench.results import Results
from chalicelib.imports.estimate import Shape, estimate_import

MILLION = 1_000_000
USUAL = DATABASES["db.m7g.large"]


def seconds(records: int, workers: int = 8, database: str = "db.m7g.large") -> float:
    phases = estimate(make_shape(records), read_effort("initial"), workers, DATABASES[database])
    return sum(phase.seconds for phase in phases)


def test_the_model_predicts_what_the_bench_measured() -> None:
    found = {what: model / bench for what, model, bench in checks(Results.read(RESULTS))}
    assert len(found) == 4
    for what, ratio in found.items():
        tolerance = 0.15 if what.startswith("steps") else 0.25
        assert ratio == pytest.approx(1.0, abs=tolerance), what


def test_the_page_has_the_current_estimates() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), 'make model ARGS="--write"'


def test_a_successful_execution_passes_these_states() -> None:
    passed = states_passed("import_products")
    assert passed[0] == "ClaimJob"
    assert passed[-1] == "Completed"
    assert [s for s in passed if s.endswith(("Spans", "Ranges"))] == [
        "ScanSpans",
        "PlanRanges",
        "StageRanges",
        "MergeKeyRanges",
    ]
    assert not {"FailImport", "WaitForTurn", "TranscodeSource"} & set(passed)


def test_item_counts_and_history_stay_within_their_limits() -> None:
    shapes = [make_shape(records) for records in SIZES]
    assert [shape.ranges for shape in shapes[1:]] == [167, 300, 300]
    assert [shape.key_ranges for shape in shapes] == [17, 167, 200, 200]
    assert all(shape.history_events < MOST_EVENTS for shape in shapes)
    assert count_transitions(shapes[-1]) == count_transitions(shapes[-2])


def test_memory_and_timeouts_come_from_the_template() -> None:
    assert (memory_gb("StageRange"), timeout_seconds("StageRange")) == (2.0, 900)
    assert function_speed(2.0) == 1.0
    assert function_speed(0.5) == pytest.approx(512 / 1769)


def test_more_workers_and_more_cores_are_never_slower() -> None:
    for records in SIZES:
        by_workers = [seconds(records, workers) for workers in (1, 2, 8, 40)]
        assert by_workers == sorted(by_workers, reverse=True)
        by_class = [seconds(records, 40, name) for name in DATABASES]
        assert by_class == sorted(by_class, reverse=True)


def test_workers_beyond_the_concurrency_of_a_map_have_no_effect() -> None:
    assert seconds(100 * MILLION, 999) == seconds(100 * MILLION, 40)


def test_the_bottleneck_of_one_worker_is_the_worker_and_of_many_the_database() -> None:
    shape, effort = make_shape(100 * MILLION), read_effort("initial")
    alone = {p.name: p.bottleneck for p in estimate(shape, effort, 1, DATABASES["db.r7g.4xlarge"])}
    assert alone["merge"] == WORKERS
    many = {p.name: p.bottleneck for p in estimate(shape, effort, 40, USUAL)}
    assert many["merge"].startswith("database")


def test_the_bottleneck_of_a_short_file_is_step_functions() -> None:
    phases = estimate(make_shape(1_000), read_effort("initial"), 8, USUAL)
    assert {phase.bottleneck for phase in phases} == {STEPS}


def test_exceeded_limits_are_reported() -> None:
    effort = read_effort("initial")
    for records, workers, found in (
        (MILLION, 8, []),
        (MILLION, 900, ["too many connections"]),
        (1_000 * MILLION, 8, ["catalogue beyond memory"]),
        (10_000_000 * MILLION, 40, ["a step takes too long", "catalogue beyond memory"]),
    ):
        shape = make_shape(records)
        phases = estimate(shape, effort, workers, USUAL)
        assert warnings(shape, phases, USUAL, workers) == found


def test_importing_the_same_file_again_is_faster() -> None:
    shape = make_shape(10 * MILLION)
    first, again = (
        sum(phase.seconds for phase in estimate(shape, read_effort(scenario), 8, USUAL))
        for scenario in ("initial", "unchanged")
    )
    assert again < first


def test_costs_grow_with_records_for_every_service() -> None:
    totals = []
    for records in SIZES:
        shape = make_shape(records)
        phases = estimate(shape, read_effort("initial"), 8, USUAL)
        costs = cost_of_import(shape, [*phases, estimate_index(shape, USUAL)], USUAL)
        assert min(costs.values()) > 0
        totals.append(sum(costs.values()))
    assert totals == sorted(totals)
    assert totals[0] < 1


def test_the_database_is_most_of_the_cost_of_an_idle_month() -> None:
    for installation in IDLE.values():
        costs = cost_of_month(installation)
        instance = next(iter(costs.values()))
        assert instance == max(costs.values())
        assert costs["scheduled indexing"] > 0
        assert costs["scheduled functions"] > 0


def test_prices_have_a_date_and_are_complete_for_every_region() -> None:
    prices = read_prices()
    assert prices["dated"] >= "2026-11-25"
    names = [set(region) for region in prices["regions"].values()]
    assert all(found == names[0] for found in names)
    assert all(value > 0 for region in prices["regions"].values() for value in region.values())
    assert set(DATABASES) <= set(prices["rds_hours"]["us-east-1"])


def test_the_terminal_has_the_same_tables() -> None:
    text = make_text()
    assert "1,000 M" in text
    assert "db.r7g.8xlarge" in text
    assert "total" in text


def test_product_estimates_with_what_the_benchmark_measured() -> None:
    assert EFFORT.read_text(encoding="utf-8") == make_effort(), "run python -m bench.model --write"


def test_estimate_of_the_product_is_near_the_model() -> None:
    records = 5 * MILLION
    shape = make_shape(records)
    modelled = sum(phase.seconds for phase in estimate(shape, read_effort("initial"), 8, USUAL))
    given = Shape(records, shape.spans, shape.ranges, shape.key_ranges)
    assert estimate_import(given, "us-east-1").minutes == pytest.approx(modelled / 60, rel=0.25)
