"""The results as a table: in the terminal, and as docs/benchmark.md."""

from collections.abc import Iterator, Sequence

from bench.measure import SCENARIOS, Summary
from bench.results import Results
from bench.targets import SCENARIO_NAMES, judge

WAY_NAMES = {
    "by-hand": "psql by hand",
    "django": "Django, `bulk_create`",
    "data-path": "this product's steps, 2 workers",
    "stack": "this product, the deployed stack",
}
PARTS = ("server", "stack", "growth")
_STEPS = ("scan_span", "plan_ranges", "stage_range", "merge_key_range", "finish_import")

Rows = list[tuple[str, ...]]


def make_markdown(results: Results) -> str:
    """Return docs/benchmark.md."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield from (
        "# How fast an import is",
        "",
        "![Seconds against psql by hand, in three situations](benchmark.svg)",
        "",
        "Each number is a median over interleaved rounds; a ratio is to psql by hand in the same"
        " round, so that what slows the machine for a while slows both. 1.00 is what someone at ease"
        " with PostgreSQL gets: `\\copy` into a temporary table and one `INSERT ... SELECT DISTINCT"
        " ON ... ON CONFLICT DO UPDATE` ([by_hand.sql](../bench/by_hand.sql)).",
        "",
    )
    yield from _table(_measured_rows(results))
    yield from ("", "## What was aimed at", "")
    yield from _table(_verdict_rows(results))
    yield from _phases(results)
    yield from ("", "## What was measured", "", *_METHOD, "", f"- {results.machine}")
    yield f"- {results.database}"
    yield from (f"- {part}: {results.measured[part]}" for part in PARTS if part in results.measured)
    yield from ("", "## Measure it yourself", "", *_REPEAT)


def make_text(results: Results) -> str:
    """Return the table and the verdicts for a terminal."""
    tables = (_measured_rows(results), _verdict_rows(results))
    return "\n\n".join("\n".join(_columns(rows)) for rows in tables if len(rows) > 1)


def _measured_rows(results: Results) -> Rows:
    rows: Rows = [("", "way", "records", "seconds", "against psql", "records/s", "WAL", "memory")]
    for part in PARTS:
        for scenario in SCENARIOS:
            found = [s for s in results.summaries if (s.part, s.scenario) == (part, scenario.name)]
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


def _verdict_rows(results: Results) -> Rows:
    rows: Rows = [("aim", "found", "wanted", "")]
    for verdict in judge(results):
        rows.append(
            (verdict.aim, verdict.found, verdict.wanted, "met" if verdict.is_met else "not met")
        )
    return rows


def _phases(results: Results) -> Iterator[str]:
    found = [results.find("server", scenario.name, "data-path") for scenario in SCENARIOS]
    measured = [summary for summary in found if summary and summary.phases]
    if not measured:
        return
    rows: Rows = [("seconds in each phase", *(step.split("_")[0] for step in _STEPS))]
    for summary in measured:
        name = SCENARIO_NAMES[summary.scenario]
        rows.append((name, *(f"{summary.phases[step]:.2f}" for step in _STEPS)))
    yield from ("", "## Where the data path's time goes", "")
    yield from _table(rows)


def _table(rows: Rows) -> Iterator[str]:
    """Lay rows out as Markdown: the first is the head; columns of numbers are set right."""
    head, *body = rows
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---:" if _is_numeric(body, i) else "---" for i in range(len(head))) + "|"
    for row in body:
        yield "| " + " | ".join(row) + " |"


def _columns(rows: Rows) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if _is_numeric(rows[1:], i) else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()


def _is_numeric(body: Sequence[tuple[str, ...]], column: int) -> bool:
    return any(row[column][:1] in "0123456789+-" for row in body if row[column])


_METHOD = (
    "The files are generated ([generate.py](../bench/generate.py)): 500,000 records in 69.7 MB, 20 %"
    " needing quotes, 3 % over two lines, 10 % not ASCII, 5 % repeating a SKU (half of them in"
    " another case), 0.1 % to be rejected. psql and Django would stop at a bad record, so they get"
    " the file without them. All ways write into the product's own table with its own indexes, and"
    " the catalogue that each leaves is compared with psql's, the counts with those the generator"
    " knows. Every run begins with a fresh copy of the same database, written to disk; vacuum runs"
    " between the runs only.",
    "",
    "- **psql by hand**: from the start of psql to its end.",
    "- **Django**: the importer this product replaces ([django_importer](../bench/django_importer)):"
    " `csv.DictReader` into a dict, then `bulk_create(update_conflicts=True)` by the thousand;"
    " without the start of Python.",
    "- **this product's steps**: the step functions of the state machine in two warm processes, with"
    " files in the place of S3; from the first step to the end of the last. Memory is the peak"
    " resident size of the larger process.",
    "- **the deployed stack**: the template that goes to AWS, in the emulator, driven through the"
    " API; from the upload's last byte to the poll that says COMPLETED.",
    "",
)
_REPEAT = (
    "```sh",
    "make bench                                               # all of it: half an hour",
    'make bench ARGS="--only data-path --pairs 5"             # a part; prints, writes nothing',
    'make bench ARGS="--only data-path --records 100000"      # smaller',
    'make bench ARGS="--only stack --save"                    # a part, and the page anew',
    "```",
)
