"""Format the results as tables, for the terminal and docs/benchmark.md."""

from pathlib import Path
from string import Template

from bench.measure import SCENARIOS, Summary
from bench.results import Results
from bench.tables import Rows, to_columns, to_markdown
from bench.targets import SCENARIO_NAMES, judge

WAY_NAMES = {
    "by-hand": "psql by hand",
    "django": "Django",
    "data-path": "this product's steps",
    "stack": "the deployed stack",
    "one-delete": "one DELETE in psql",
    "delete-steps": "this product's steps",
    "no-journal": "this product's steps without a journal",
    "plan": "its plan",
    "apply": "the apply of its plan",
    "revert": "its revert",
    "dry-run": "a dry run of its revert",
    "missing-kept": "missing products kept",
    "missing-deleted": "missing products deleted",
}
PARTS = (
    "server",
    "stack",
    "growth",
    "bulk-delete",
    "journal",
    "updates",
    "plans",
    "reverts",
    "missing",
)
_PROCESSORS = ("PostgreSQL", "workers")
_IMPORTS = ("server", "stack", "growth")
STEPS = ("scan_span", "plan_ranges", "stage_range", "merge_key_range", "finish_import")

_PAGE = Path(__file__).parent / "page.md"


def make_page(results: Results) -> str:
    """Return docs/benchmark.md."""
    measured = (f"{part} {results.measured[part]}" for part in PARTS if part in results.measured)
    conditions = (results.machine, results.database, "Measured: " + "; ".join(measured))
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        measured=to_markdown(_measured_rows(results)),
        verdicts=to_markdown(_verdict_rows(results)),
        phases=to_markdown(_phase_rows(results)),
        deletions=to_markdown(_deletion_rows(results)),
        updates=to_markdown(_update_rows(results)),
        journal=to_markdown(_journal_rows(results)),
        plans=to_markdown(_plan_rows(results)),
        reverts=to_markdown(_revert_rows(results)),
        missing=to_markdown(_missing_rows(results)),
        conditions="\n".join(f"- {line}." for line in conditions),
    )


def make_text(results: Results) -> str:
    """Return the tables for a terminal."""
    tables = (
        _measured_rows(results),
        _phase_rows(results),
        _deletion_rows(results),
        _update_rows(results),
        _journal_rows(results),
        _plan_rows(results),
        _revert_rows(results),
        _missing_rows(results),
        _verdict_rows(results),
    )
    return "\n\n".join("\n".join(to_columns(rows)) for rows in tables if len(rows) > 1)


def _measured_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "records", "seconds", "against psql", "records/s", "WAL", "memory")]
    for part in _IMPORTS:
        for scenario in SCENARIOS:
            name = scenario.name
            found = [s for s in results.summaries if (s.part, s.scenario) == (part, name)]
            rows += [_measured_row(s, is_first=i == 0) for i, s in enumerate(found)]
    return rows


def _measured_row(found: Summary, *, is_first: bool) -> tuple[str, ...]:
    rss = found.peak_rss_bytes
    return (
        SCENARIO_NAMES[found.scenario] if is_first else "",
        WAY_NAMES[found.way],
        f"{found.records:,}",
        f"{found.seconds:.2f}",
        f"{found.ratio:.2f}",
        f"{found.records / found.seconds:,.0f}",
        f"{found.wal_bytes / 1e6:,.0f} MB",
        f"{rss / 1024**2:,.0f} MiB" if rss else "",
    )


def _deletion_rows(results: Results) -> Rows:
    rows: Rows = [
        ("deleting all products", "products", "seconds", "against one DELETE", "products/s", "WAL")
    ]
    for found in results.summaries:
        if found.part == "bulk-delete":
            _, way, *numbers, _memory = _measured_row(found, is_first=False)
            rows.append((way, *numbers))
    return rows


def _update_rows(results: Results) -> Rows:
    rows: Rows = [("each product updated", "way", "seconds", "against psql", "processor", "WAL")]
    return rows + _paired_rows(results, "updates", first="by-hand")


def _journal_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "seconds", "against no journal", "processor", "WAL")]
    return rows + _paired_rows(results, "journal", first="no-journal")


def _plan_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "seconds", "against psql", *_PROCESSORS, "WAL")]
    return rows + _paired_rows(results, "plans", first="by-hand", has_workers=True)


def _revert_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "seconds", "against the import", *_PROCESSORS, "WAL")]
    return rows + _paired_rows(results, "reverts", first="data-path", has_workers=True)


def _missing_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "seconds", "against keeping", *_PROCESSORS, "WAL")]
    return rows + _paired_rows(results, "missing", first="missing-kept", has_workers=True)


def _paired_rows(results: Results, part: str, first: str, *, has_workers: bool = False) -> Rows:
    """Return the rows of a part; the way `first` is the first of each scenario."""
    return [
        (
            SCENARIO_NAMES[found.scenario] if found.way == first else "",
            WAY_NAMES[found.way],
            f"{found.seconds:.2f}",
            f"{found.ratio:.2f}",
            f"{found.database_seconds:.2f}",
            *([f"{found.worker_seconds:.2f}"] if has_workers else []),
            f"{found.wal_bytes / 1e6:,.0f} MB",
        )
        for found in results.summaries
        if found.part == part
    ]


def _verdict_rows(results: Results) -> Rows:
    rows: Rows = [("target", "measured", "required", "")]
    for verdict in judge(results):
        word = "met" if verdict.is_met else "not met"
        rows.append((verdict.aim, verdict.found, verdict.required, word))
    return rows


def _phase_rows(results: Results) -> Rows:
    found = [results.find("server", scenario.name, "data-path") for scenario in SCENARIOS]
    rows: Rows = [("seconds", *(step.split("_", maxsplit=1)[0] for step in STEPS))]
    for summary in found:
        if summary and summary.phases:
            seconds = (f"{summary.phases[step]:.2f}" for step in STEPS)
            rows.append((SCENARIO_NAMES[summary.scenario], *seconds))
    return rows
