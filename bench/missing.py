"""Imports of files that name the whole catalogue, beside those that keep the other products."""

from collections.abc import Iterator
from pathlib import Path

from bench.databases import LOADED
from bench.measure import Bench, Say, Scenario, Summary
from bench.server import Server
from bench.updates import OneFile, import_way, load, write_lines

_MISSING_EVERY, _CHANGED_OF_TEN = 100, 3
_OPTIONS = {"missing": "delete", "max_missing": {"percent": 5}}


def write_snapshot(records: int) -> Iterator[str]:
    """Yield the lines of a file with 30 % new prices that leaves out 1 % of the products."""
    yield "sku,name,description,price,quantity,active"
    for n in range(records):
        if n % _MISSING_EVERY:
            cents = 75 if n % 10 < _CHANGED_OF_TEN else 50
            price = f"{n % 1000}.{cents}"
            yield f"SKU-{n:07},Product {n},Text of product {n},{price},{n % 500},true"


def measure_missing(
    server: Server, folder: Path, records: int, pairs: int, say: Say
) -> Iterator[tuple[Bench, list[Summary]]]:
    """Measure an import that deletes missing products against one that keeps them."""
    load(server, folder, records)
    path = write_lines(folder / "snapshot.csv", write_snapshot(records))
    bench, scenario = Bench(server, OneFile(path, records), say), Scenario("snapshot", LOADED, 0.0)
    kept = import_way("missing-kept", {"missing": "keep"})
    deleted = import_way("missing-deleted", _OPTIONS, leaves="snapshot")
    yield bench, bench.measure("missing", [deleted], pairs, [scenario], kept)
