"""Measure what a changes file costs an import: pairs without and with it.

python -m bench.changes --records 500000 --pairs 5
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.data_path import run_import
from bench.databases import EMPTY, LOADED, begin_with, keep, make_empty
from bench.reverts import write_changed
from bench.server import CATALOGUE, Server, run_server
from bench.updates import write_plain, write_wide
from infra.local.ephemeral import ephemeral_folder

SCENARIOS = ("created", "changed", "third", "unchanged", "wide")


def write_third(records: int) -> Iterator[str]:
    """Yield the lines of a file in which 30 % of the products have new prices."""
    for number, lines in enumerate(zip(write_plain(records), write_changed(records), strict=True)):
        yield lines[number % 10 in (1, 4, 7)]


def _prepare(server: Server, folder: Path, scenario: str, records: int) -> Path:
    """Save the catalogue before a scenario; return the file that it imports."""
    before, lines = {
        "created": (None, write_plain(records)),
        "changed": (write_plain(records), write_changed(records)),
        "third": (write_plain(records), write_third(records)),
        "unchanged": (write_plain(records), write_plain(records)),
        "wide": (write_wide(records, 1), write_wide(records, 2)),
    }[scenario]
    begin_with(server, EMPTY)
    if before:
        run_import(server, _write(folder / "before.csv", before))
    keep(server, LOADED)
    return _write(folder / "after.csv", lines)


def _write(path: Path, lines: Iterator[str]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def measure(server: Server, path: Path, *, keeps_changes: bool) -> tuple[float, float, int]:
    """Import a file; return seconds of all processors, seconds, and the size of the file."""
    begin_with(server, LOADED)
    before = server.read_processor_seconds()
    seconds, workers = run_import(server, path, keeps_changes=keeps_changes)
    database = server.read_processor_seconds() - before
    return database + sum(workers.processor_seconds.values()), seconds, _read_size(server)


def _read_size(server: Server) -> int:
    query = "SELECT coalesce(sum(changes_bytes), 0)::bigint FROM import_merges"
    address = server.postgres.application(CATALOGUE)
    with server.open(address) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        ((size_bytes,),) = cursor.fetchall()
        return int(size_bytes)


def _compare(server: Server, path: Path, scenario: str, pairs: int) -> Iterator[str]:
    ratios = []
    for _ in range(pairs):
        without, slow, _ = measure(server, path, keeps_changes=False)
        with_it, slower, size_bytes = measure(server, path, keeps_changes=True)
        ratios.append(with_it / without)
        yield (
            f"  {scenario}: processor {without:6.2f} s  {with_it:6.2f} s  {ratios[-1]:.2f}"
            f"  elapsed {slow:6.2f} s  {slower:6.2f} s  file {size_bytes / 1e6:.0f} MB"
        )
    yield f"  {scenario}: median ratio of processor seconds {median(ratios):.2f}"


def main() -> int:
    """Measure the chosen scenarios and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", choices=SCENARIOS, action="append")
    given = parser.parse_args()
    with ephemeral_folder() as folder, run_server(folder / "changes") as server:
        make_empty(server)
        for scenario in given.only or SCENARIOS:
            path = _prepare(server, folder, scenario, given.records)
            for line in _compare(server, path, scenario, given.pairs):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
