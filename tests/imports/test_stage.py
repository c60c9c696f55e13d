"""One range into the staging table: all of it, once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.stage import RangeMismatchError
from chalicelib.imports.steps.staging import table
from infra.local.postgres import Database
from tests.imports.pipeline import COMMA, Pipeline, read_rejects

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


@pytest.fixture(scope="module", autouse=True)
def _dropped(database: Database) -> Iterator[None]:
    yield
    with (
        closing(psycopg2.connect(database.dsn)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table("job_1")))
