"""Compare the measurements of the catalogue with their targets."""

from collections.abc import Iterator

from bench.catalogue.questions import KINDS
from bench.catalogue.results import LARGE, SMALL, CatalogueResults, Timing
from bench.targets import SCENARIO_NAMES, Verdict

MOST_MS = 50.0  # of a request in the database, at the 95th percentile
MOST_NOTE_RATIO = 1.25
# A deep page takes as long as the first: at most a quarter more, or an insignificant difference.
MOST_DEEP_RATIO = 1.25
SAME_MS = 2.0


def judge_catalogue(results: CatalogueResults) -> list[Verdict]:
    """Return a verdict for each measured target."""
    verdicts = []
    for part in (SMALL, LARGE):
        found = [timing for timing in results.timings if timing.part == part]
        verdicts += [*_judge_times(found), *_judge_depth(results, part)]
    return [*verdicts, *_judge_note(results)]


def _judge_times(timings: list[Timing]) -> Iterator[Verdict]:
    titles = {kind.name: kind.title for kind in KINDS}
    if timings:
        size = f"{timings[0].products:,} products"
        slow = [t for t in timings if round(t.p95_ms, 1) >= MOST_MS]  # as displayed
        worst = max(timings, key=lambda timing: timing.p95_ms)
        aim = f"95th percentile of each request in the database, {size}"
        found = f"{worst.p95_ms:.1f} ms ({titles[worst.kind]})"
        if len(slow) > 1:
            found += f", {len(slow)} of {len(timings)} above"
        yield Verdict(aim, found, f"under {MOST_MS:.0f} ms", not slow)


def _judge_depth(results: CatalogueResults, part: str) -> Iterator[Verdict]:
    for kind in KINDS:
        deep, first = results.find(part, kind.name), results.find(part, kind.first)
        if deep and first:
            times = deep.p50_ms / first.p50_ms
            is_met = times <= MOST_DEEP_RATIO or deep.p50_ms - first.p50_ms <= SAME_MS
            title = kind.title[0].upper() + kind.title[1:]
            aim = f"{title}, against the first page (medians), {deep.products:,} products"
            required = f"at most {MOST_DEEP_RATIO:.2f}, or {SAME_MS:.0f} ms more"
            numbers = f"{times:.2f} ({first.p50_ms:.1f} and {deep.p50_ms:.1f} ms)"
            yield Verdict(aim, numbers, required, is_met)


def _judge_note(results: CatalogueResults) -> Iterator[Verdict]:
    for found in results.price:
        if found.way == "noted":
            aim = f"Import with recording against one without, {SCENARIO_NAMES[found.scenario]}"
            required = f"at most {MOST_NOTE_RATIO:.2f}"
            is_met = round(found.ratio, 2) <= MOST_NOTE_RATIO
            yield Verdict(aim, f"{found.ratio:.2f}", required, is_met)
