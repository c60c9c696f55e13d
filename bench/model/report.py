"""Format the tables of the model, for the terminal and docs/COST.md."""

from pathlib import Path
from string import Template

from bench.model.calibration import (
    RESULTS,
    ROOT,
    Effort,
    read_effort,
    read_large_load,
    seconds_here,
    seconds_on_the_stack,
)
from bench.model.duration import Phase, estimate, estimate_index
from bench.model.machines import DATABASES, Database, read_prices
from bench.model.money import Installation, cost_of_import, cost_of_month
from bench.model.shape import MOST_EVENTS, Shape, make_shape, timeout_seconds
from bench.results import Results
from bench.tables import Rows, to_columns, to_markdown

MILLION = 1_000_000
SIZES = tuple(millions * MILLION for millions in (1, 10, 100, 1_000))
SETTINGS = (
    (8, "db.m7g.large"),
    (16, "db.m7g.large"),
    (16, "db.m7g.xlarge"),
    (32, "db.m7g.2xlarge"),
    (40, "db.r7g.4xlarge"),
    (40, "db.r7g.8xlarge"),
)
USUAL = SETTINGS[1]
IDLE = {
    "trial": Installation(
        DATABASES["db.t4g.medium"], storage_gb=20, has_standby=False, has_proxy=False
    ),
    "typical": Installation(DATABASES["db.m7g.large"]),
    "large": Installation(DATABASES["db.r7g.4xlarge"], zones=3, storage_gb=1_000),
}
# Of a new product in the table and its index. A catalogue larger than memory was never measured.
_PRODUCT_BYTES = 420
PAGE = ROOT / "docs" / "COST.md"
_TEMPLATE = Path(__file__).with_name("page.md")


def make_page() -> str:
    """Return docs/COST.md."""
    prices = read_prices()
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        times=to_markdown(time_rows()),
        costs=to_markdown(cost_rows()),
        idle=to_markdown(idle_rows()),
        checks=to_markdown(check_rows()),
        dated=prices["dated"],
        source=prices["source"],
    )


def make_text() -> str:
    """Return the tables for a terminal."""
    tables = (time_rows(), cost_rows(), idle_rows(), check_rows())
    return "\n\n".join("\n".join(to_columns(rows)) for rows in tables)


def time_rows() -> Rows:
    """Return time, cost and bottleneck by size, workers and database class."""
    rows: Rows = [
        (
            "records",
            "workers",
            "database",
            "import",
            "US$",
            "bottleneck",
            "longest step",
            "index",
            "",
        )
    ]
    effort = read_effort("initial")
    for records in SIZES:
        for workers, name in SETTINGS:
            rows.append(_time_row(make_shape(records), effort, workers, DATABASES[name]))
    return rows


def _time_row(shape: Shape, effort: Effort, workers: int, database: Database) -> tuple[str, ...]:
    phases = estimate(shape, effort, workers, database)
    slowest = max(phases, key=lambda phase: phase.seconds)
    longest = max(phase.item_seconds for phase in phases)
    return (
        f"{shape.records // MILLION:,} M",
        str(workers),
        database.name,
        duration(sum(phase.seconds for phase in phases)),
        f"{sum(cost_of_import(shape, phases, database).values()):,.2f}",
        f"{slowest.name}: {slowest.bottleneck}",
        duration(longest),
        duration(estimate_index(shape, database).seconds),
        ", ".join(warnings(shape, phases, database, workers)),
    )


def warnings(shape: Shape, phases: list[Phase], database: Database, workers: int) -> list[str]:
    """Return the limits that are exceeded and the conditions that were never measured."""
    found = []
    if any(phase.item_seconds > timeout_seconds(phase.function) for phase in phases):
        found.append("a step takes too long")
    if shape.history_events > MOST_EVENTS:
        found.append("too much history")
    if workers > database.most_connections * 0.8:
        found.append("too many connections")
    if shape.records * _PRODUCT_BYTES > database.memory_gib * 1024**3:
        found.append("catalogue beyond memory")
    return found


def cost_rows() -> Rows:
    """Return the cost of an import by service, with typical workers and database."""
    workers, name = USUAL
    effort, database = read_effort("initial"), DATABASES[name]
    found = []
    for records in SIZES:
        shape = make_shape(records)
        phases = estimate(shape, effort, workers, database)
        index = estimate_index(shape, database)
        found.append(cost_of_import(shape, [*phases, index], database))
    rows: Rows = [("US$", *(f"{records // MILLION:,} M" for records in SIZES))]
    rows += [(what, *(f"{costs[what]:,.4f}" for costs in found)) for what in found[0]]
    rows.append(("total", *(f"{sum(costs.values()):,.4f}" for costs in found)))
    each = (
        f"{sum(costs.values()) * MILLION / records:,.4f}"
        for costs, records in zip(found, SIZES, strict=True)
    )
    return [*rows, ("per million records", *each)]


def idle_rows() -> Rows:
    """Return the cost of an idle month."""
    rows: Rows = [("US$ per month", "item", "")]
    for name, installation in IDLE.items():
        costs = cost_of_month(installation)
        rows += [
            (name if i == 0 else "", what, f"{costs[what]:,.2f}") for i, what in enumerate(costs)
        ]
        rows.append(("", "**total**", f"{sum(costs.values()):,.2f}"))
    return rows


def check_rows() -> Rows:
    """Return the estimates for this machine next to the measurements on it."""
    results = Results.read(RESULTS)
    rows: Rows = [("measured here", "model, s", "benchmark, s", "difference")]
    for what, model, bench in checks(results):
        rows.append((what, f"{model:.2f}", f"{bench:.2f}", f"{model / bench - 1:+.0%}"))
    return rows


def checks(results: Results) -> list[tuple[str, float, float]]:
    """Return estimates of imports that did not calibrate the model, each with its measurement."""
    found = []
    if grown := results.find("growth", "initial", "data-path"):
        seconds = seconds_here(read_effort("initial", results), grown.records)
        found.append((f"steps, {grown.records:,} records", seconds, grown.seconds))
    large = read_large_load()
    seconds = seconds_here(read_effort("initial", results), large.records)
    found.append((f"steps, {large.records:,} records", seconds, large.import_seconds))
    for scenario in ("unchanged", "changed"):
        if stack := results.find("stack", scenario, "stack"):
            effort = read_effort(scenario, results)
            seconds = seconds_on_the_stack(effort, stack.records, results)
            found.append((f"deployed stack, {scenario}", seconds, stack.seconds))
    return found


def duration(seconds: float) -> str:
    """Format seconds for people."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
