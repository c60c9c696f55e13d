"""Measure in interleaved rounds, so that a slow phase of the machine affects all ways alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bench.databases import (
    EMPTY,
    LOADED,
    Contents,
    begin_with,
    keep,
    make_empty,
    read_contents,
    read_wal_position,
)
from bench.generate import Catalogue, expect, write_csv
from bench.quiet import Quiet
from bench.server import Server
from bench.ways import BY_HAND, Leaves, Run, Way

Say = Callable[[str], None]
CHANGED_RATE = 0.3


@dataclass(frozen=True)
class Scenario:
    """The initial catalogue, and how much of it the file changes."""

    name: str
    before: str
    changed_rate: float


INITIAL = Scenario("initial", EMPTY, 0.0)
CHANGED = Scenario("changed", LOADED, CHANGED_RATE)
SCENARIOS = (INITIAL, Scenario("unchanged", LOADED, 0.0), CHANGED)


@dataclass(frozen=True)
class Summary:
    """The medians of one way in one scenario; ratios are to the yardstick in the same round."""

    part: str
    scenario: str
    way: str
    records: int
    runs: int
    seconds: float
    ratio: float
    wal_bytes: float
    peak_rss_bytes: int
    phases: dict[str, float] = field(default_factory=dict)
    database_seconds: float = 0.0  # of PostgreSQL's processor time
    worker_seconds: float = 0.0  # of the processor time of psql or of the workers


class ResultError(Exception):
    """A way left a different catalogue than it must, or wrong counts, so its time is invalid."""


class Files:
    """The generated files, created on first use."""

    def __init__(self, folder: Path, records: int) -> None:
        self._folder, self.records = folder, records

    def catalogue(self, changed_rate: float, *, with_rejects: bool) -> Catalogue:
        """Return the definition of a file."""
        return Catalogue(self.records, changed_rate=changed_rate, with_rejects=with_rejects)

    def find(self, changed_rate: float, *, with_rejects: bool) -> Path:
        """Return the path of a file."""
        name = f"{self.records}-{changed_rate}-{'all' if with_rejects else 'good'}.csv"
        path = self._folder / name
        if not path.exists():
            write_csv(self.catalogue(changed_rate, with_rejects=with_rejects), path)
        return path


class Bench:
    """A server, the files, and the measurements made with them."""

    def __init__(self, server: Server, files: Files, say: Say) -> None:
        self.server, self.files, self._say = server, files, say
        self.quiet = Quiet()

    def prepare(self, *, loaded: bool) -> None:
        """Save an empty catalogue and, if `loaded`, one with the initial file."""
        make_empty(self.server)
        if loaded:
            BY_HAND.run(self.server, self.files.find(0.0, with_rejects=False))
            keep(self.server, LOADED)

    def measure(
        self,
        part: str,
        ways: Sequence[Way],
        pairs: int,
        scenarios: Sequence[Scenario] = SCENARIOS,
        yardstick: Way = BY_HAND,
    ) -> list[Summary]:
        """Run each way and the yardstick, psql by hand, `pairs` times in each scenario."""
        found = []
        for scenario in scenarios:
            rounds = [self._round(scenario, (yardstick, *ways), n) for n in range(pairs)]
            for way in (yardstick, *ways):
                names = part, scenario.name, way.name, self.files.records
                found.append(summarise(names, rounds, yardstick.name))
        return found

    def _round(self, scenario: Scenario, ways: Sequence[Way], number: int) -> dict[str, Run]:
        runs: dict[str, Run] = {}
        contents: dict[Leaves, Contents] = {}
        if number == 0 and any(way.leaves == "before" for way in ways):
            begin_with(self.server, scenario.before)
            contents["before"] = read_contents(self.server)
        for way in ways if number % 2 == 0 else reversed(ways):
            runs[way.name] = self._measure_one(scenario, way)
            if number == 0:
                self._check_contents(scenario, way, contents)
            seconds = runs[way.name].seconds
            self._say(f"{scenario.name:<10}{way.name:<11}{number + 1:>3}{seconds:>9.2f} s")
        return runs

    def _check_contents(
        self, scenario: Scenario, way: Way, contents: dict[Leaves, Contents]
    ) -> None:
        """Compare what a way left with what the ways before it left."""
        held = read_contents(self.server)
        if contents.setdefault(way.leaves, held) != held:
            raise ResultError(f"{way.name}, {scenario.name}: {held}, differs from psql")

    def _measure_one(self, scenario: Scenario, way: Way) -> Run:
        path = self.files.find(scenario.changed_rate, with_rejects=way.rejects)

        def run() -> Run:
            wal_before = read_wal_position(self.server)
            seconds_before = self.server.read_processor_seconds()
            found = way.run(self.server, path)
            return replace(
                found,
                wal_bytes=read_wal_position(self.server) - wal_before,
                database_seconds=self.server.read_processor_seconds() - seconds_before,
            )

        def prepare() -> None:
            begin_with(self.server, scenario.before)
            way.prepare(self.server, path)

        measured = self.quiet.run(prepare, run)
        self._check_counts(scenario, way, measured)
        return measured

    def _check_counts(self, scenario: Scenario, way: Way, run: Run) -> None:
        if "created" not in run.counts:
            return
        generated = self.files.catalogue(scenario.changed_rate, with_rejects=way.rejects)
        expected, counts = expect(generated), run.counts
        written = counts["created"] + counts["updated"] + counts["unchanged"]
        if (written, counts["duplicate"], counts["rejected"]) != (
            expected.products,
            expected.duplicate,
            expected.rejected,
        ):
            raise ResultError(f"{way.name}, {scenario.name}: {counts}, expected {expected}")


# Yields what is measured of a part: server, folder, records, pairs, say.
Measure = Callable[[Server, Path, int, int, Say], Iterator[tuple[Bench, list[Summary]]]]


def summarise(
    names: tuple[str, str, str, int],
    rounds: Sequence[Mapping[str, Run]],
    yardstick: str = BY_HAND.name,
) -> Summary:
    """Return the medians over all rounds; `names`: part, scenario, way and number of records."""
    way = names[2]
    runs = [found[way] for found in rounds]
    ratios = [found[way].seconds / found[yardstick].seconds for found in rounds]
    return Summary(
        *names,
        runs=len(runs),
        seconds=median(run.seconds for run in runs),
        ratio=median(ratios),
        wal_bytes=median(run.wal_bytes for run in runs),
        peak_rss_bytes=max(run.peak_rss_bytes for run in runs),
        phases={name: median(run.phases[name] for run in runs) for name in runs[0].phases},
        database_seconds=median(run.database_seconds for run in runs),
        worker_seconds=median(run.worker_seconds for run in runs),
    )
