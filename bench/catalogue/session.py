"""Run the parts of the catalogue's benchmark, each on its own server."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from bench.catalogue.in_database import SAMPLES, measure_database
from bench.catalogue.loading import load_by_workers, records_for
from bench.catalogue.note import PART as NOTE_PART
from bench.catalogue.note import measure_note
from bench.catalogue.over_http import DJANGO, STACK, Asking, load_through
from bench.catalogue.results import LARGE, SMALL, CatalogueResults
from bench.deployed import start_stack
from bench.machine import describe_commit, describe_database, describe_machine
from bench.measure import Bench, Files, Say
from bench.quiet import Quiet
from bench.server import Server, run_server
from chalicelib.migrations.runner import apply_migrations

CATALOGUE_PARTS = ("catalogue-database", "catalogue-http", NOTE_PART)
GROWTH = 10  # times as many products


@dataclass
class CatalogueSession:
    """One run of the benchmark with a catalogue of `records` products."""

    folder: Path
    records: int
    results: CatalogueResults
    say: Say
    make_quiet: Callable[[], Quiet] = Quiet
    samples: int = SAMPLES

    def measure(self, parts: Collection[str], pairs: int) -> None:
        """Measure those parts that belong to the catalogue."""
        if "catalogue-database" in parts:
            self._measure_database(SMALL, self.records)
            self._measure_database(LARGE, GROWTH * self.records)
        if "catalogue-http" in parts:
            self._measure_http()
        if NOTE_PART in parts:
            self._measure_note(pairs)

    def _measure_database(self, part: str, products: int) -> None:
        with run_server(self.folder / part) as server:
            _migrate(server)
            loads = load_by_workers(server, part, self.folder, records_for(products), self.say)
            quiet = self.make_quiet()
            timings, sample = measure_database(server, part, self.samples, quiet, self.say)
            self.results.add(part, timings, loads)
            self.results.depth_pages[part] = sample.depth_pages
            self._note(server, quiet, part)

    def _measure_http(self) -> None:
        with start_stack(self.folder / "catalogue-deployed") as (server, addresses):
            loads = load_through(
                server, addresses, self.folder, records_for(self.records), self.say
            )
            asking = Asking(server, self.make_quiet(), self.say)
            self.results.add(STACK, asking.ask_stack(addresses), loads)
            self.results.add(DJANGO, asking.ask_django(self.folder))
            self.results.depth_pages |= dict.fromkeys((STACK, DJANGO), asking.sample.depth_pages)
            self._note(server, asking.quiet, STACK, DJANGO)

    def _measure_note(self, pairs: int) -> None:
        with run_server(self.folder / "noted") as server:
            bench = Bench(server, Files(self.folder, self.records), self.say)
            bench.quiet = self.make_quiet()
            self.results.price = measure_note(bench, pairs)
            self._note(server, bench.quiet, NOTE_PART)

    def _note(self, server: Server, quiet: Quiet, *parts: str) -> None:
        self.results.machine = describe_machine()
        self.results.database = describe_database(server)
        measured = f"{describe_commit()}, {quiet.describe()}"
        self.results.measured |= dict.fromkeys(parts, measured)


def _migrate(server: Server) -> None:
    with server.open(server.postgres.application()) as connection:
        connection.autocommit = False
        with connection:
            apply_migrations(connection)
