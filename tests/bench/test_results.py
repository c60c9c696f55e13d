"""Results are saved, compared with targets, and reported as tables, page and chart."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.__main__ import read_arguments, write_docs
from bench.chart import make_chart
from bench.measure import SCENARIOS, Summary, summarise
from bench.report import STEPS, make_page, make_text
from bench.results import Results
from bench.targets import judge
from bench.ways import Run

MIB = 1024**2


def summary(part: str, scenario: str, way: str, ratio: float, **more: int) -> Summary:
    records, rss = more.get("records", 500_000), more.get("rss", 0)
    phases = dict.fromkeys(STEPS, 0.5) if way == "data-path" else {}
    return Summary(part, scenario, way, records, 5, 4 * ratio, ratio, 2e8, rss, phases)


@pytest.fixture
def results() -> Results:
    found = Results("a machine, 2 cores", "PostgreSQL 18 (fsync on)")
    for scenario in SCENARIOS:
        for way, ratio in (("by-hand", 1.0), ("data-path", 0.44), ("django", 8.0)):
            rss = 100 * MIB if way == "data-path" else 0
            found.add("server", [summary("server", scenario.name, way, ratio, rss=rss)], "today")
        found.add("stack", [summary("stack", scenario.name, "stack", 2.5)], "today")
    for way, ratio in (("one-delete", 1.0), ("delete-steps", 2.5)):
        found.add("bulk-delete", [summary("bulk-delete", "deleted", way, ratio)], "today")
    for changes, way, ratio in (
        ("initial", "data-path", 1.04),
        ("changed", "data-path", 1.16),
        ("deleted", "delete-steps", 1.4),
    ):
        found.add("journal", [summary("journal", changes, "no-journal", 1.0)], "today")
        found.add("journal", [summary("journal", changes, way, ratio)], "today")
    for way, ratio in (("by-hand", 1.0), ("no-journal", 0.55), ("data-path", 0.7)):
        for name in ("stock", "wide"):
            found.add("updates", [summary("updates", name, way, ratio)], "today")
    found.add("plans", [summary("plans", "initial", "plan", 0.51)], "today")
    found.add("reverts", [summary("reverts", "mixed", "revert", 1.0)], "today")
    grown = summary("growth", "initial", "data-path", 5.0, records=5_000_000, rss=110 * MIB)
    found.add("growth", [grown], "yesterday")
    return found


def test_ratios_are_medians_of_ratios_within_a_round() -> None:
    rounds = [
        {"by-hand": Run(2.0), "data-path": Run(1.0, peak_rss_bytes=7)},
        {"by-hand": Run(8.0), "data-path": Run(2.0, peak_rss_bytes=9)},
        {"by-hand": Run(4.0), "data-path": Run(3.0, peak_rss_bytes=8)},
    ]
    found = summarise(("server", "initial", "data-path", 10), rounds)
    assert (found.seconds, found.ratio, found.peak_rss_bytes) == (2.0, 0.5, 9)


def test_every_target_is_judged_by_its_number(results: Results) -> None:
    verdicts = {verdict.aim: (verdict.found, verdict.is_met) for verdict in judge(results)}
    assert verdicts["Data path against psql, the same file again"] == ("0.44", True)
    django = "Django against the data path, into an empty catalogue"
    assert verdicts[django] == ("18.2 x slower", True)
    stack = "Through the deployed stack against psql, into an empty catalogue"
    assert verdicts[stack] == ("2.50", False)
    assert verdicts["With a journal, into an empty catalogue"] == ("1.04", True)
    assert verdicts["With a journal, 30 % of the records changed"] == ("1.16", False)
    assert verdicts["With a journal, a bulk delete of all products"] == ("1.40", True)
    assert verdicts["Stocks only, without a journal"] == ("0.55", False)
    assert verdicts["35 attributes, with a journal"] == ("0.70", True)
    plan = "A plan against psql, into an empty catalogue"
    assert verdicts[plan] == ("0.51", False)
    revert = "Revert of an import that creates half of them, against it"
    assert verdicts[revert] == ("1.00", True)
    assert verdicts["Peak memory of a worker"] == ("110 MiB", True)
    assert verdicts["Its growth from 500,000 to 5,000,000 records"] == ("+10%", True)
    assert verdicts["Seconds per record from 500,000 to 5,000,000 records"] == ("+14%", True)


def test_targets_without_measurements_are_left_out() -> None:
    assert judge(Results()) == []
    assert make_text(Results()) == ""


def test_measuring_a_part_again_replaces_its_numbers(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "kept.json")
    again = Results.read(tmp_path / "kept.json")
    assert again == results
    again.add("stack", [summary("stack", "initial", "stack", 1.5)], "now")
    found = again.find("stack", "initial", "stack")
    assert found is not None
    assert found.ratio == 1.5
    assert len(again.summaries) == len(results.summaries)
    assert again.measured == {
        "server": "today",
        "stack": "now",
        "growth": "yesterday",
        "bulk-delete": "today",
        "journal": "today",
        "updates": "today",
        "plans": "today",
        "reverts": "today",
    }


def test_the_page_has_each_number_and_unmet_targets(results: Results) -> None:
    page = make_page(results)
    assert "| into an empty catalogue | psql by hand | 500,000 | 4.00 | 1.00 | 125,000 |" in page
    assert "| 2.50 | at most 2.00 | not met |" in page
    assert "| this product's steps | 500,000 | 10.00 | 2.50 | 50,000 | 200 MB |" in page
    assert "| stocks only | psql by hand | 4.00 | 1.00 | 0.00 | 200 MB |" in page
    assert "|  | this product's steps | 5.60 | 1.40 | 0.00 | 200 MB |" in page
    assert "a machine, 2 cores" in page
    assert "$" not in page


def test_the_chart_has_labels_and_styles_for_both_backgrounds(results: Results) -> None:
    chart = make_chart(results)
    root = ET.fromstring(chart)  # noqa: S314  # trusted
    words = [element.text for element in root.iter()]
    for word in ("0.44 x", "8.00 x", "Django", "psql", "the same file again"):
        assert word in words
    assert "prefers-color-scheme: dark" in chart


def test_the_documents_are_written_together(results: Results, tmp_path: Path) -> None:
    write_docs(results, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"benchmark.json", "benchmark.md", "benchmark.svg"}


def test_an_unknown_part_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert read_arguments(["--only", "stack,growth"]).only == ["stack", "growth"]
    with pytest.raises(SystemExit):
        read_arguments(["--only", "everything"])
    assert "unknown part: everything" in capsys.readouterr().err
