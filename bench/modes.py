"""Measure updates of stocks and files with many attributes, in pairs with psql.

python -m bench.modes --records 500000 --pairs 3
python -m bench.modes --only stock
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.data_path import import_by_data_path
from bench.databases import EMPTY, LOADED, begin_with, keep, make_empty
from bench.server import Server, run_server
from infra.local.ephemeral import ephemeral_folder

_FOLDER = Path(__file__).parent
_ATTRIBUTES = tuple(f"attribute_{n}" for n in range(1, 36))
_FIELDS = ("sku", "name", "description", "price", "quantity")


@dataclass(frozen=True)
class Scenario:
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


SCENARIOS = {
    "stock": Scenario("stock_by_hand.sql", write_stock, {"mode": "update"}, is_wide=False),
    "attribute": Scenario(
        "attribute_by_hand.sql",
        write_keyed,
        {"mode": "update", "match": "attributes.attribute_1"},
    ),
    "wide": Scenario("wide_by_hand.sql", lambda records: write_wide(records, 2)),
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


def _measure(server: Server, scenario: Scenario, path: Path, pairs: int) -> Iterator[str]:
    ratios = []
    for _ in range(pairs):
        begin_with(server, LOADED)
        by_hand = _run_by_hand(server, scenario.script, path)
        begin_with(server, LOADED)
        run = import_by_data_path(server, path, options=scenario.options)
        ratios.append(run.seconds / by_hand)
        yield f"  psql {by_hand:6.2f} s  product {run.seconds:6.2f} s  {ratios[-1]:.2f}"
        yield f"    { ({name: round(seconds, 2) for name, seconds in run.phases.items()}) }"
    yield f"  median ratio {median(ratios):.2f}"


def main() -> int:
    """Measure the chosen scenarios and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--only", choices=SCENARIOS, action="append")
    given = parser.parse_args()
    with ephemeral_folder() as folder, run_server(Path(folder)) as server:
        make_empty(server)
        for name in given.only or SCENARIOS:
            scenario = SCENARIOS[name]
            _load(server, Path(folder), given.records, is_wide=scenario.is_wide)
            path = _write(Path(folder) / f"{name}.csv", scenario.write(given.records))
            print(name)
            for line in _measure(server, scenario, path, given.pairs):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
