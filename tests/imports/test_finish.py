"""The end of an import: its report, its counts, and nothing left behind."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.spreadsheets import unprotect
from chalicelib.imports.steps import finish, ledger
from chalicelib.imports.steps.attempt import PLAN
from chalicelib.imports.storage import WorkFolder, report_key
from chalicelib.products.fields import find_field
from chalicelib.products.lease import take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.aws import BUCKET
from tests.imports.attempts import staged
from tests.imports.pipeline import Pipeline, empty, read_catalogue
from tests.imports.reading import make_reading, name_columns

RAW = b'sku,name\nA,Lamp\n,"say ""hi"", \xff"\nbad\r\n\0,"two\nlines",\nB,Desk\n'


@pytest.fixture(autouse=True)
def _emptied(database: Database) -> Iterator[None]:
    yield
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        empty(connection)


MARK = b"\xef\xbb\xbf"


def read_report(s3: Any, job_id: str) -> list[list[str]]:
    """Return the report's rows; each byte of it as one character."""
    raw = s3.get_object(Bucket=BUCKET, Key=report_key(job_id))["Body"].read()
    text = raw.removeprefix(MARK).decode("latin-1")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_report_has_the_original_bytes_of_each_record(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, RAW)
    with attempt.database("test") as connection:
        finish.write_reports(connection, attempt.work)
        messages = [reject.message for reject in finish.read_rejects(connection, attempt.job_id)]
    encoding, count, nul = (f'"{m}"'.encode() if "," in m else m.encode() for m in messages)
    raw = s3.get_object(Bucket=BUCKET, Key=report_key(attempt.job_id))["Body"].read()
    assert raw == b"\r\n".join(
        [
            MARK + b"_line,_code,_message,sku,name",
            b"3,invalid_encoding," + encoding + b',,"say ""hi"", \xff"',
            b"4,wrong_field_count," + count + b",bad",
            b"5,nul_byte," + nul + b',\0,"two\nlines",',
            b"",
        ]
    )


def planned_work(s3: Any) -> WorkFolder:
    """Return the folder of an import that has its plan."""
    work = WorkFolder(s3, BUCKET, "job_1")
    reading = make_reading(name_columns("sku", "name"))
    work.put(PLAN, {"plan": {"reading": reading.to_json()}})
    return work


def keep_reject(connection: Connection, line: int, **values: object) -> None:
    named = {"code": "sku_missing", "field": "sku", "message": "m", "record": b"r", **values}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_rejects (job_id, line, code, field, message, record, truncated)"
            " VALUES ('job_1', %s, %s, %s, %s, %s, false)",
            (line, *named.values()),
        )


def test_report_parses_with_any_message(connection: Connection, s3: Any) -> None:
    message = 'so "called",\r\n; 100%'
    keep_reject(connection, 1, message=message)
    finish.write_reports(connection, planned_work(s3))
    assert [row[2] for row in read_report(s3, "job_1")] == ["_message", message]


def test_report_of_many_rejects_is_in_the_order_of_the_file(
    connection: Connection, s3: Any
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_rejects SELECT 'job_1', n, 'sku_missing', 'sku', 'm', 'r', false"
            " FROM generate_series(10001, 1, -1) AS n"
        )
    finish.write_reports(connection, planned_work(s3))
    _, *rows = read_report(s3, "job_1")
    assert [int(row[0]) for row in rows] == list(range(1, 10002))


def test_report_of_skipped_records_has_their_reasons(connection: Connection, s3: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_skips VALUES ('job_1', 5, 'already_exists', 'A,1'),"
            " ('job_1', 3, 'not_in_catalogue', NULL), ('job_2', 1, 'already_exists', 'B')"
        )
    finish.write_reports(connection, WorkFolder(s3, BUCKET, "job_1"))
    key = report_key("job_1", "skipped")
    text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == ["line", "reason", "sku", "message"]
    assert [row[:3] for row in rows] == [
        ["3", "not_in_catalogue", ""],
        ["5", "already_exists", "A,1"],
    ]
    assert all(row[3] for row in rows)


def read_skipped(s3: Any) -> list[list[str]]:
    key = report_key("job_1", "skipped")
    text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]


def test_report_of_many_skipped_records_has_each_once_in_the_order_of_the_file(
    connection: Connection, s3: Any
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_skips SELECT 'job_1', 3 * n, 'not_in_catalogue', n"
            " FROM generate_series(100001, 1, -1) AS n"
        )
    finish.write_reports(connection, WorkFolder(s3, BUCKET, "job_1"))
    found = [(line, sku) for line, _, sku, _ in read_skipped(s3)]
    assert found == [(str(3 * n), str(n)) for n in range(1, 100002)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_reports_have_no_cells_that_spreadsheets_run(
    connection: Connection, s3: Any, text: str
) -> None:
    keep_reject(connection, 1, message=text)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO import_skips VALUES ('job_1', 3, 'header_row', %s)", (text,))
    finish.write_reports(connection, planned_work(s3))
    assert read_report(s3, "job_1")[1][2] == "'" + text
    [[_, _, sku, _]] = read_skipped(s3)
    assert sku == "'" + text
    assert unprotect(sku, find_field("sku")) == text  # as an import reads it


def test_report_without_rejects_has_a_header(connection: Connection, s3: Any) -> None:
    finish.write_reports(connection, planned_work(s3))
    assert read_report(s3, "job_1") == [["_line", "_code", "_message", "sku", "name"]]


def test_report_of_an_import_without_a_plan_has_the_columns_of_each(
    connection: Connection, s3: Any
) -> None:
    finish.write_reports(connection, WorkFolder(s3, BUCKET, "job_unplanned"))
    assert read_report(s3, "job_unplanned") == [["_line", "_code", "_message"]]


def merged(pipeline: Pipeline) -> Pipeline:
    assert pipeline.take_lease()
    pipeline.merge(0)
    return pipeline


def test_close_returns_outcomes_and_drops_the_staging_table(shared: Settings, s3: Any) -> None:
    attempt, pipeline = staged(shared, s3, RAW)
    merged(pipeline)
    with attempt.database("test") as connection:
        counts = finish.close(connection, attempt.work, pipeline.plan)
    assert counts == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "skipped": 0,
        "rejected": 3,
        "missing": 0,
    }
    with attempt.database("test") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'")
        assert cursor.fetchone() == (0,)
        assert ledger.staged_totals(connection, attempt.job_id).ranges == 0
        assert take_lease(connection, "job_other")
        assert set(read_catalogue(connection)) == {"a", "b"}


def test_close_is_idempotent(shared: Settings, s3: Any) -> None:
    attempt, pipeline = staged(shared, s3, RAW)
    merged(pipeline)
    counts = []
    for _ in range(2):
        with attempt.database("test") as connection:
            counts.append(finish.close(connection, attempt.work, pipeline.plan))
    assert counts[0] == counts[1]
    report = s3.get_object(Bucket=BUCKET, Key=report_key(attempt.job_id))["Body"].read()
    assert report.count(b"\r\n") == 4


def test_outcomes_that_do_not_sum_to_the_records_never_end_a_job(shared: Settings, s3: Any) -> None:
    attempt, pipeline = staged(shared, s3, RAW)
    with attempt.database("test") as connection, pytest.raises(finish.OutcomesError):
        finish.close(connection, attempt.work, pipeline.plan)
