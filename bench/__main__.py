"""Measure imports, bulk deletes, and lists, search and edits.

python -m bench                                    measure everything and write docs/benchmark*
python -m bench --only data-path --pairs 5         measure one part and print it
python -m bench --only catalogue --records 50000   measure lists, search and edits
"""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.catalogue.report import make_catalogue_text, write_catalogue_docs
from bench.catalogue.results import CatalogueResults
from bench.catalogue.session import CATALOGUE_PARTS, CatalogueSession
from bench.chart import make_chart
from bench.data_path import DATA_PATH, UNJOURNALED
from bench.databases import make_empty
from bench.deletion import DELETE_STEPS, DELETE_UNJOURNALED, DELETED, ONE_DELETE
from bench.deployed import run_stack
from bench.machine import describe_commit, describe_database, describe_machine
from bench.measure import CHANGED, INITIAL, Bench, Files, Measure, Summary
from bench.missing import measure_missing
from bench.plans import measure_plans
from bench.report import make_page, make_text
from bench.results import Results
from bench.reverts import measure_reverts
from bench.server import Server, run_server
from bench.updates import measure_updates
from bench.ways import DJANGO, Way
from infra.local.ephemeral import ephemeral_folder

# Parts with files or catalogues of their own.
MEASURES: dict[str, Measure] = {
    "updates": measure_updates,
    "plans": measure_plans,
    "reverts": measure_reverts,
    "missing": measure_missing,
}
PARTS = (
    "data-path",
    "django",
    "stack",
    "growth",
    "bulk-delete",
    "journal",
    *MEASURES,
    *CATALOGUE_PARTS,
)
GROWTH = 10  # times as many records
DOCS = Path(__file__).parent.parent / "docs"


class Session:
    """One run of the benchmark, part by part."""

    def __init__(self, folder: Path, given: argparse.Namespace, results: Results) -> None:
        self._folder, self._given, self._results = folder, given, results
        self._commit = describe_commit()

    def measure_ways(self, ways: Sequence[Way]) -> None:
        """Measure ways to import on a server without the emulator."""
        with run_server(self._folder / "alone") as server:
            bench = self._begin(server, self._given.records)
            bench.prepare(loaded=True)
            self._keep(bench, bench.measure("server", ways, self._given.pairs))

    def measure_stack(self) -> None:
        """Measure imports through the deployed stack."""
        with run_stack(self._folder / "deployed") as (server, way):
            bench = self._begin(server, self._given.records)
            bench.prepare(loaded=True)
            way.run(server, bench.files.find(0.0, with_rejects=True))  # warms its functions up
            self._keep(bench, bench.measure("stack", [way], self._given.pairs))

    def measure_growth(self) -> None:
        """Measure a file with ten times as many records, into an empty catalogue."""
        with run_server(self._folder / "grown") as server:
            bench = self._begin(server, GROWTH * self._given.records)
            bench.prepare(loaded=False)
            pairs = min(self._given.pairs, 3)
            self._keep(bench, bench.measure("growth", [DATA_PATH], pairs, [INITIAL]))

    def measure_bulk_delete(self) -> None:
        """Measure a bulk delete of all products and compare it with one DELETE."""
        with run_server(self._folder / "deleted") as server:
            bench = self._begin(server, self._given.records)
            bench.prepare(loaded=True)
            pairs = self._given.pairs
            self._keep(
                bench,
                bench.measure("bulk-delete", [DELETE_STEPS], pairs, [DELETED], ONE_DELETE),
            )

    def measure_journal(self) -> None:
        """Measure imports and a bulk delete with a journal and without one."""
        pairs = self._given.pairs
        with run_server(self._folder / "journal") as server:
            bench = self._begin(server, self._given.records)
            bench.prepare(loaded=True)
            imports = bench.measure("journal", [DATA_PATH], pairs, [INITIAL, CHANGED], UNJOURNALED)
            deletes = bench.measure("journal", [DELETE_STEPS], pairs, [DELETED], DELETE_UNJOURNALED)
            self._keep(bench, [*imports, *deletes])

    def measure_own(self, part: str) -> None:
        """Measure a part with files or catalogues of its own."""
        records, pairs = self._given.records, self._given.pairs
        with run_server(self._folder / part) as server:
            self._begin(server, records)
            make_empty(server)
            for bench, summaries in MEASURES[part](server, self._folder, records, pairs, _say):
                self._keep(bench, summaries)

    def _begin(self, server: Server, records: int) -> Bench:
        self._results.machine = describe_machine()
        self._results.database = describe_database(server)
        return Bench(server, Files(self._folder, records), _say)

    def _keep(self, bench: Bench, summaries: Sequence[Summary]) -> None:
        measured = f"{self._commit}, {bench.quiet.describe()}"
        self._results.add(summaries[0].part, summaries, measured)


def read_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--only",
        type=_split_parts,
        default=list(PARTS),
        metavar="PART,...",
        help=f"measure only these parts: {', '.join(PARTS)}; catalogue means all of its parts;"
        " docs/ is not written",
    )
    parser.add_argument("--pairs", type=int, default=5, help="rounds per scenario")
    parser.add_argument("--records", type=int, default=500_000, help="records in the file")
    parser.add_argument("--save", action="store_true", help="write docs/ even for a part")
    given = parser.parse_args(words)
    unknown = set(given.only) - set(PARTS)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    return given


def _split_parts(text: str) -> list[str]:
    named = text.split(",")
    rest = [name for name in named if name != "catalogue"]
    return rest if rest == named else [*rest, *CATALOGUE_PARTS]


def measure(
    given: argparse.Namespace, results: Results, catalogue_results: CatalogueResults
) -> None:
    """Measure the requested parts."""
    parts = set(given.only)
    with ephemeral_folder() as folder:
        session = Session(folder, given, results)
        ways = [way for way in (DATA_PATH, DJANGO) if way.name in parts]
        steps: list[tuple[bool, Callable[[], None]]] = [
            (bool(ways), lambda: session.measure_ways(ways)),
            ("stack" in parts, session.measure_stack),
            ("growth" in parts, session.measure_growth),
            ("bulk-delete" in parts, session.measure_bulk_delete),
            ("journal" in parts, session.measure_journal),
            *((part in parts, partial(session.measure_own, part)) for part in MEASURES),
        ]
        for is_requested, step in steps:
            if is_requested:
                step()
        catalogue = CatalogueSession(folder, given.records, catalogue_results, _say)
        catalogue.measure(parts, given.pairs)


def write_docs(results: Results, folder: Path) -> None:
    """Write the page, the chart and the numbers behind them."""
    results.write(folder / "benchmark.json")
    (folder / "benchmark.md").write_text(make_page(results), encoding="utf-8")
    (folder / "benchmark.svg").write_text(make_chart(results), encoding="utf-8")


def main() -> None:
    """Measure, print and, if requested, write docs/."""
    given = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers stop too
    is_whole = set(given.only) == set(PARTS)
    results = Results.read(DOCS / "benchmark.json") if given.save else Results()
    catalogue_path = DOCS / "benchmark-catalogue.json"
    catalogue = CatalogueResults.read(catalogue_path) if given.save else CatalogueResults()
    measure(given, results, catalogue)
    _say("\n" + "\n\n".join(filter(None, (make_text(results), make_catalogue_text(catalogue)))))
    if is_whole or given.save:
        write_docs(results, DOCS)
        write_catalogue_docs(catalogue, DOCS)
        _say("\nwrote docs/benchmark.md, .svg and .json, benchmark-catalogue.md and .json")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
