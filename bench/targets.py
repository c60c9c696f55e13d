"""Compare the measurements of imports with their targets."""

from dataclasses import dataclass

from bench.measure import SCENARIOS
from bench.results import Results

_RATIOS = {"initial": 1.0, "unchanged": 0.45, "changed": 0.65}
SCENARIO_NAMES = {
    "initial": "into an empty catalogue",
    "unchanged": "the same file again",
    "changed": "30 % of the records changed",
    "deleted": "a bulk delete of all products",
    "stock": "stocks only",
    "attribute": "stocks of products that an attribute finds",
    "wide": "35 attributes",
    "created": "an import that creates its products",
    "updated": "an import that updates its products",
    "mixed": "an import that creates half of them",
    "snapshot": "30 % changed, 1 % missing",
}
_JOURNAL_RATIOS = {"initial": 1.05, "changed": 1.15, "deleted": 1.4}
_UPDATE_RATIOS = {
    ("stock", "no-journal"): 0.5,
    ("wide", "data-path"): 0.7,
}
_UPDATE_WAYS = {"no-journal": "without a journal", "data-path": "with a journal"}
_PLAN_RATIO, _REVERT_RATIO = 0.5, 1.0


@dataclass(frozen=True)
class Verdict:
    """One target with its measured and required value."""

    aim: str
    found: str
    required: str
    is_met: bool


def judge(results: Results) -> list[Verdict]:
    """Return a verdict for each measured target."""
    verdicts = []
    for scenario in SCENARIOS:
        name, limit = scenario.name, _RATIOS[scenario.name]
        if found := results.find("server", name, "data-path"):
            aim = f"Data path against psql, {SCENARIO_NAMES[name]}"
            verdicts.append(_at_most(aim, found.ratio, limit))
    judges = (
        _judge_django,
        _judge_stack,
        _judge_growth,
        _judge_journal,
        _judge_updates,
        _judge_plans,
    )
    return [*verdicts, *(verdict for judged in judges for verdict in judged(results))]


def _at_most(aim: str, found: float, limit: float) -> Verdict:
    return Verdict(aim, f"{found:.2f}", f"at most {limit:.2f}", round(found, 2) <= limit)


def _judge_django(results: Results) -> list[Verdict]:
    ours = results.find("server", "initial", "data-path")
    django = results.find("server", "initial", "django")
    if not (ours and django):
        return []
    times = django.ratio / ours.ratio
    aim = "Django against the data path, into an empty catalogue"
    return [Verdict(aim, f"{times:.1f} x slower", "at least 9.0 x", times >= 9)]


def _judge_stack(results: Results) -> list[Verdict]:
    found = results.find("stack", "initial", "stack")
    aim = "Through the deployed stack against psql, into an empty catalogue"
    return [_at_most(aim, found.ratio, 2.0)] if found else []


def _judge_growth(results: Results) -> list[Verdict]:
    small = results.find("server", "initial", "data-path")
    large = results.find("growth", "initial", "data-path")
    if not small:
        return []
    rss = max(found.peak_rss_bytes for found in (small, large) if found) / 1024**2
    verdicts = [Verdict("Peak memory of a worker", f"{rss:.0f} MiB", "at most 150 MiB", rss <= 150)]
    if large:
        grown = large.peak_rss_bytes / small.peak_rss_bytes - 1
        each = (large.seconds / large.records) / (small.seconds / small.records) - 1
        span = f"from {small.records:,} to {large.records:,} records"
        verdicts += [
            Verdict(f"Its growth {span}", f"{grown:+.0%}", "within 15 %", grown <= 0.15),
            Verdict(f"Seconds per record {span}", f"{each:+.0%}", "within 25 %", each <= 0.25),
        ]
    return verdicts


def _judge_journal(results: Results) -> list[Verdict]:
    return [
        _at_most(f"With a journal, {SCENARIO_NAMES[name]}", found.ratio, limit)
        for name, limit in _JOURNAL_RATIOS.items()
        for way in ("data-path", "delete-steps")
        if (found := results.find("journal", name, way))
    ]


def _judge_updates(results: Results) -> list[Verdict]:
    return [
        _at_most(f"{SCENARIO_NAMES[name]}, {_UPDATE_WAYS[way]}".capitalize(), found.ratio, limit)
        for (name, way), limit in _UPDATE_RATIOS.items()
        if (found := results.find("updates", name, way))
    ]


def _judge_plans(results: Results) -> list[Verdict]:
    planned = results.find("plans", "initial", "plan")
    aim = "A plan against psql, into an empty catalogue"
    return ([_at_most(aim, planned.ratio, _PLAN_RATIO)] if planned else []) + [
        _at_most(f"Revert of {SCENARIO_NAMES[name]}, against it", found.ratio, _REVERT_RATIO)
        for name in ("created", "updated", "mixed")
        if (found := results.find("reverts", name, "revert"))
    ]
