"""One range into the staging table: all of it, once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.rows import RowRules
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.stage import RangeMismatchError
from chalicelib.imports.steps.staging import table
from infra.local.postgres import Database
from tests.imports.oracle_rows import Skipped
from tests.imports.pipeline import COMMA, Pipeline, read_rejects, read_skips

RAW = b'sku,name,color\nA,Lamp,red\nbad\nB,"a\\n\t""b""\n\\.\n",x\\\n'


def prepared(connection: Connection) -> Pipeline:
    pipeline = Pipeline("", RAW, "job_1", COMMA, connection=connection)
    pipeline.prepare()
    return pipeline


def staged(connection: Connection) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM {} ORDER BY line").format(table("job_1")))
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found


def test_records_are_staged_with_their_lines_and_every_character(connection: Connection) -> None:
    prepared(connection).stage(0)
    assert staged(connection) == [
        (2, "A", "Lamp", "red"),
        (4, "B", 'a\\n\t"b"\n\\.', "x\\"),
    ]
    assert set(read_rejects(connection, "job_1")) == {3}


def test_ledger_has_the_counts_of_the_range(connection: Connection) -> None:
    prepared(connection).stage(0)
    found = ledger.staged_totals(connection, "job_1")
    size_bytes = len(RAW) - len(b"sku,name,color\n")
    assert (found.ranges, found.size_bytes, found.records, found.rejected) == (1, size_bytes, 3, 1)


def test_range_that_differs_from_the_plan_is_never_staged(
    connection: Connection,
) -> None:
    pipeline = prepared(connection)
    connection.commit()
    planned = pipeline.plan.ranges[0]
    pipeline.plan = replace(pipeline.plan, ranges=(replace(planned, records=4),))
    with pytest.raises(RangeMismatchError):
        pipeline.stage(0)
    connection.rollback()
    assert staged(connection) == []
    assert ledger.staged_totals(connection, "job_1").ranges == 0


def test_skipped_and_blank_rows_are_counted_and_not_staged(connection: Connection) -> None:
    raw = b"sku,name\nA,Lamp\n,\nsku,name\nB,\n"
    pipeline = Pipeline("", raw, "job_1", COMMA, connection=connection)
    pipeline.prepare()
    for _ in range(2):  # the second time, as if a crash of the database had emptied the ledger
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM import_ranges")
        pipeline.stage(0)
    assert read_skips(connection, "job_1") == {4: Skipped("header_row", None)}
    assert set(read_rejects(connection, "job_1")) == {5}
    with connection.cursor() as cursor:
        cursor.execute("SELECT records, rejected, skipped, blank, notes FROM import_ranges")
        assert cursor.fetchall() == [(4, 1, 1, 1, [])]


@pytest.fixture(scope="module", autouse=True)
def _dropped(database: Database) -> Iterator[None]:
    yield
    with (
        closing(psycopg2.connect(database.dsn)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table("job_1")))


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_prices_with_a_decimal_comma_are_exact(connection: Connection, delimiter: str) -> None:
    prices = ['"12,90"', "7", '"0,5"', '"12.90"', '"1.234,50"', '" 3,00 "', '"1,234"', '"-1,5"']
    rows = [f"{n},Lamp,{price}" for n, price in enumerate(prices)]
    text = "\n".join(["sku,name,price", *rows])
    raw = b"\n".join(_delimit(line, delimiter) for line in text.encode().split(b"\n"))
    options = ImportOptions.model_validate({"delimiter": delimiter, "decimal_mark": ","})
    pipeline = Pipeline("", raw, "job_prices", options, connection=connection)
    pipeline.prepare()
    pipeline.stage(0)
    with connection.cursor() as cursor:
        cursor.execute('SELECT sku, price::text FROM staging."job_prices" ORDER BY sku')
        assert cursor.fetchall() == [
            ("0", "12.90"),
            ("1", "7.00"),
            ("2", "0.50"),
            ("4", "1234.50"),
            ("5", "3.00"),
        ]
        cursor.execute(
            "SELECT line, code FROM import_rejects WHERE job_id = 'job_prices' ORDER BY line"
        )
        codes = [(line, code.removeprefix("price_")) for line, code in cursor.fetchall()]
    assert codes == [(5, "not_decimal"), (8, "too_precise"), (9, "negative")]


def _delimit(line: bytes, delimiter: str) -> bytes:
    return line.replace(b",", delimiter.encode(), 2)


def test_rows_that_a_long_text_fills_are_copied_in_parts(connection: Connection) -> None:
    text = "x" * 500_000
    rows = "".join(f"A,A-{n},,\n" for n in range(30))
    raw = f"handle,sku,name,description\nA,A,Lamp,{text}\n{rows}".encode()
    rules = RowRules(group=(0,), filled=(2, 3))
    pipeline = Pipeline("", raw, "job_long", COMMA, connection=connection, changed={"rows": rules})
    pipeline.prepare()
    pipeline.stage(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(length(description)) FROM staging.job_long")
        assert cursor.fetchall() == [(31, 31 * len(text))]
