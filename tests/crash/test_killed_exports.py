"""Exports whose workers are killed or run twice have the file of one that ran once."""

import gzip
import random
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from chalicelib.exports.columns import choose_columns
from chalicelib.exports.requests import ExportRequest, FileFormat
from chalicelib.exports.selection import plan_ranges
from infra.local.postgres import Database
from tests.crash.deletions import make_products
from tests.crash.exports import CrashingExport
from tests.crash.workers import kill_at_random, measure_seconds
from tests.products.bulk_delete.deletion import add_products

_PRODUCTS = 40_000
_KILLS = 30

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("file_format", ["csv", "csv.gz"])
def test_every_piece_equals_one_export_after_thirty_kills(
    fresh: Database, tmp_path: Path, file_format: FileFormat
) -> None:
    generator = random.Random(20261130)
    request = ExportRequest(format=file_format)
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        add_products(connection, make_products(generator, _PRODUCTS))
        connection.commit()
        ranges = plan_ranges(connection, request, range_products=8_000)
    export = CrashingExport(fresh.dsn, tmp_path, request, choose_columns(None, []), ranges)
    steps = list(range(len(ranges)))
    seconds = measure_seconds(export, [0])
    kills = [0, 0]
    while sum(kills) < _KILLS:
        for had_ended in kill_at_random(
            export, [generator.choice(steps)], 1.3 * seconds, generator
        ):
            kills[had_ended] += 1

    for step in steps:
        export.run_step(step)
    lines = []
    for step in steps:
        [piece] = set(export.pieces_of(step))  # those of killed workers are whole, or not there
        lines += (gzip.decompress(piece) if file_format == "csv.gz" else piece).splitlines()
    assert [int(line.rpartition(b",")[2]) for line in lines] == list(range(1, _PRODUCTS + 1))
    # Kills must come both before and after the end of a step.
    assert min(kills) > 0, kills
