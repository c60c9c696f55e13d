"""Exports whose workers are killed or run twice have the file of one that ran once."""

import csv
import gzip
import io
import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from chalicelib.exports.columns import choose_columns
from chalicelib.exports.requests import ExportRequest, FileFormat
from chalicelib.exports.selection import plan_ranges
from chalicelib.products.edits.transaction import change_product
from chalicelib.products.journal.writing import Journal
from infra.local.postgres import Database
from tests.crash.deletions import make_products
from tests.crash.exports import CrashingExport
from tests.crash.kills import SEEDS, kill_workers, run_in_any_order
from tests.products.bulk_delete.deletion import add_products

_PRODUCTS = 40_000
Written = dict[int, set[int]]  # the numbers that edits wrote, by product

pytestmark = pytest.mark.slow


def begin(database: Database, folder: Path, request: ExportRequest, seed: int) -> CrashingExport:
    """Return an export of some thousand products in several ranges."""
    products = make_products(random.Random(seed), _PRODUCTS)
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        add_products(connection, products)
    with closing(psycopg2.connect(database.dsn)) as connection:
        ranges = plan_ranges(connection, request, range_products=8_000)
    return CrashingExport(database.dsn, folder, request, choose_columns(None, []), ranges)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("file_format", ["csv", "csv.gz"])
def test_every_piece_equals_one_export_after_kills(
    fresh: Database, tmp_path: Path, file_format: FileFormat, seed: int
) -> None:
    generator = random.Random(seed)
    export = begin(fresh, tmp_path, ExportRequest(format=file_format), seed)
    steps = list(range(len(export.ranges)))
    kill_workers(export, steps, lambda: steps, generator)
    run_in_any_order(export, steps, generator)
    lines = []
    for step in steps:
        [piece] = set(export.pieces_of(step))  # those of killed workers are whole, or not there
        lines += (gzip.decompress(piece) if file_format == "csv.gz" else piece).splitlines()
    assert [int(line.rpartition(b",")[2]) for line in lines] == list(range(1, _PRODUCTS + 1))


def edit_some(database: Database, generator: random.Random, stop: threading.Event) -> Written:
    """Edit random products one by one until `stop` is set: all fields get the same number."""
    written: Written = defaultdict(set)
    with closing(psycopg2.connect(database.dsn)) as connection:
        while not stop.is_set():
            product_id = generator.randint(1, _PRODUCTS)
            number = generator.randrange(1, 10_000)
            with connection, connection.cursor() as cursor:
                change_product(
                    cursor, Journal("key_test", "a caller"), product_id, _accept, _write(number)
                )
            written[product_id].add(number)
    return written


def _accept(product: object) -> None:
    """Accept a product in any version."""


def _write(number: int) -> Any:
    text = str(number)
    values = {"name": text, "brand": text, "description": text, "price": number, "quantity": number}
    return lambda before: before | values


@pytest.mark.parametrize("seed", SEEDS)
def test_every_piece_has_whole_products_after_kills_beside_edits(
    fresh: Database, tmp_path: Path, seed: int
) -> None:
    generator, stop = random.Random(seed), threading.Event()
    export = begin(fresh, tmp_path, ExportRequest(format="csv"), seed)
    steps = list(range(len(export.ranges)))
    with ThreadPoolExecutor(1) as pool:
        editing = pool.submit(edit_some, fresh, random.Random(seed), stop)
        try:
            kill_workers(export, steps, lambda: steps, generator)
            run_in_any_order(export, steps, generator)
        finally:
            stop.set()
        written = editing.result()
    ids, edited = [], 0
    for step in steps:
        pieces = [read_piece(piece) for piece in export.pieces_of(step)]
        assert all(piece.keys() == pieces[0].keys() for piece in pieces)
        ids += sorted(pieces[0])
        numbers = [(i, n) for piece in pieces for i, n in piece.items() if n is not None]
        assert [(i, n) for i, n in numbers if n not in written[i]] == []
        edited += len(numbers)
    assert ids == list(range(1, _PRODUCTS + 1))
    assert edited


def read_piece(piece: bytes) -> dict[int, int | None]:
    """Return the number of each product in a piece; None of a product that isn't edited.

    Fails if a product is there twice, or has fields of two versions.
    """
    names = [column.name for column in choose_columns(None, [])]
    found: dict[int, int | None] = {}
    for cells in csv.reader(io.StringIO(piece.decode())):
        row = dict(zip(names, cells, strict=True))
        product_id = int(row["id"])
        assert product_id not in found
        found[product_id] = None
        if row["quantity"] != "0":
            values = {row["name"], row["brand"], row["description"], row["quantity"]}
            assert len(values) == 1
            found[product_id] = int(values.pop())
            assert float(row["price"]) == found[product_id]
        else:
            assert (row["name"].split()[0], row["brand"]) == ("Lamp", "")
    return found
