"""Updates of stocks and files with many attributes, against psql by hand."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.data_path import import_by_data_path
from bench.databases import EMPTY, LOADED, begin_with, keep
from bench.measure import Bench, Files, Say, Scenario, Summary
from bench.server import Server
from bench.ways import BY_HAND, Leaves, Run, Way, run_script
from bench.workers import NO_JOURNAL, Settings

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


def write_lines(path: Path, lines: Iterator[str]) -> Path:
    """Write lines to `path`; return it."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def load(server: Server, folder: Path, records: int, *, is_wide: bool = False) -> None:
    """Save a catalogue with the products that the files change."""
    begin_with(server, EMPTY)
    script, lines = (
        ("wide_by_hand.sql", write_wide(records))
        if is_wide
        else ("by_hand.sql", write_plain(records))
    )
    run_script(server, _FOLDER / script, write_lines(folder / "before.csv", lines))
    keep(server, LOADED)


class OneFile(Files):
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
        load(server, folder, records, is_wide=update.is_wide)
        path = write_lines(folder / f"{name}.csv", update.write(records))
        bench = Bench(server, OneFile(path, records), say)
        by_hand, *ways = _ways(update)
        scenario = Scenario(name, LOADED, 0.0)
        yield bench, bench.measure("updates", ways, pairs, [scenario], by_hand)


def import_way(
    name: str,
    options: dict[str, Any] | None = None,
    settings: Settings | None = None,
    leaves: Leaves = "imported",
) -> Way:
    """Return a way to import a file that isn't one of the generated ones."""

    def run(server: Server, path: Path) -> Run:
        found = import_by_data_path(server, path, options=options, settings=settings)
        return replace(found, counts={})  # those of generated files are checked

    return Way(name, run, rejects=False, leaves=leaves)


def _ways(update: Update) -> list[Way]:
    def by_hand(server: Server, path: Path) -> Run:
        return run_script(server, _FOLDER / update.script, path)

    return [
        Way(BY_HAND.name, by_hand, rejects=False),
        import_way("no-journal", update.options, NO_JOURNAL),
        import_way("data-path", update.options),
    ]
