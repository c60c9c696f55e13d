"""How far an import is, as a number that never leaves its phase's share."""

from chalicelib.imports.steps import ledger, progress


def test_phases_follow_each_other_without_a_gap() -> None:
    assert progress.of_scan(0, 4)["percent"] == 0
    assert progress.of_scan(4, 4)["percent"] == progress.of_plan(9)["percent"]
    assert progress.of_stage(0, 9)["percent"] == progress.of_plan(9)["percent"]
    assert progress.of_stage(9, 9)["percent"] == progress.of_merge({}, 9)["percent"]
    assert progress.of_merge({"created": 9}, 9)["percent"] == 99
    assert progress.of_end(9, {"created": 9})["percent"] == 100


def test_progress_of_a_file_without_records_reaches_the_end() -> None:
    assert progress.of_stage(0, 0)["percent"] == 10
    assert progress.of_merge({}, 0)["percent"] == 60
    assert progress.of_end(9, {})["percent"] == 100


def test_progress_is_capped_at_the_total() -> None:
    assert progress.of_stage(20, 10) == {"bytes_done": 20, "percent": 60}
    assert progress.of_merge({"created": 20}, 10)["percent"] == 99


def test_every_outcome_counts() -> None:
    counts = dict.fromkeys(ledger.OUTCOMES, 1)
    assert progress.of_merge(counts, 10)["percent"] == 83
    assert progress.of_end(7, counts)["records_total"] == 6
