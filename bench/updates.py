"""Updates of stocks and files with many attributes, against psql by hand."""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.data_path import NO_JOURNAL, Settings, import_by_data_path
from bench.databases import EMPTY, LOADED, begin_with, keep
from bench.measure import Bench, Files, Say, Scenario, Summary
from bench.server import Server
from bench.ways import BY_HAND, Run, Way

_FOLDER = Path(__file__).parent
_ATTRIBUTES = tuple(f"attribute_{n}" for n in range(1, 36))
_FIELDS = ("sku", "name", "description", "price", "quantity")


@dataclass(frozen=True)
class Update:
    """A file for the products of the catalogue, how psql imports it, and the options."""

    script: str
    write: Callable[[int], Iterator[str]]
    options: dict[str, Any] = field(default_factory=dict)
    is_wide: bool = True  # whether the products have attributes


def write_wide(records: int, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a file with 35 attributes; `seed` changes values, not SKUs."""
    chance = random.Random(seed)
    yield ",".join((*_FIELDS, *_ATTRIBUTES))
    for n in range(records):
        values = ",".join(f"value {chance.randrange(10_000)}" for _ in _ATTRIBUTES[1:])
        price = f"{chance.randrange(100_000) / 100:.2f}"
        yield f"SKU-{n:07},Product {n},Text of product {n},{price},{n % 500},G{n:09},{values}"


def write_plain(records: int) -> Iterator[str]:
    """Yield the lines of a file without attributes."""
    yield ",".join((*_FIELDS, "active"))
    for n in range(records):
        yield f"SKU-{n:07},Product {n},Text of product {n},{n % 1000}.50,{n % 500},true"


def write_stock(records: int) -> Iterator[str]:
    """Yield the lines of a file with new stocks."""
    yield "sku,quantity"
    yield from (f"SKU-{n:07},{n % 500 + 1}" for n in range(records))


def write_keyed(records: int) -> Iterator[str]:
    """Yield the lines of a file with new stocks of products that an attribute finds."""
    yield "attribute_1,quantity"
    yield from (f"G{n:09},{n % 500 + 1}" for n in range(records))


UPDATES = {
    "stock": Update("stock_by_hand.sql", write_stock, {"mode": "update"}, is_wide=False),
    "attribute": Update(
        "attribute_by_hand.sql",
        write_keyed,
        {"mode": "update", "match": "attributes.attribute_1"},
    ),
    "wide": Update("wide_by_hand.sql", lambda records: write_wide(records, 2)),
}


def _write(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _run_by_hand(server: Server, script: str, path: Path) -> float:
    command, environment = server.psql()
    began = time.perf_counter()
    with path.open("rb") as file:
        run = [*command, "-f", str(_FOLDER / script)]
        subprocess.run(run, env=os.environ | environment, stdin=file, check=True)
    return time.perf_counter() - began


def _load(server: Server, folder: Path, records: int, *, is_wide: bool) -> None:
    """Save a catalogue with the products that the files change."""
    begin_with(server, EMPTY)
    script, lines = (
        ("wide_by_hand.sql", write_wide(records))
        if is_wide
        else ("by_hand.sql", write_plain(records))
    )
    _run_by_hand(server, script, _write(folder / "before.csv", lines))
    keep(server, LOADED)


class _OneFile(Files):
    """One file, for every way."""

    def __init__(self, path: Path, records: int) -> None:
        super().__init__(path.parent, records)
        self._path = path

    def find(self, changed_rate: float, *, with_rejects: bool) -> Path:
        """Return its path."""
        return self._path


def measure_updates(
    server: Server, folder: Path, records: int, pairs: int, say: Say
) -> Iterator[tuple[Bench, list[Summary]]]:
    """Measure each update with psql, and with the product's steps with and without a journal."""
    for name, update in UPDATES.items():
        _load(server, folder, records, is_wide=update.is_wide)
        path = _write(folder / f"{name}.csv", update.write(records))
        bench = Bench(server, _OneFile(path, records), say)
        by_hand, *ways = _ways(update)
        scenario = Scenario(name, LOADED, 0.0)
        yield bench, bench.measure("updates", ways, pairs, [scenario], by_hand)


def _ways(update: Update) -> list[Way]:
    def by_hand(server: Server, path: Path) -> Run:
        return Run(_run_by_hand(server, update.script, path))

    def make_way(name: str, settings: Settings) -> Way:
        def run(server: Server, path: Path) -> Run:
            found = import_by_data_path(server, path, options=update.options, settings=settings)
            return replace(found, counts={})  # they are of another file than the generated ones

        return Way(name, run, rejects=False)

    return [
        Way(BY_HAND.name, by_hand, rejects=False),
        make_way("no-journal", NO_JOURNAL),
        make_way("data-path", {}),
    ]
