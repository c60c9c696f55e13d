"""The rejects of an import are read, page by page and as a file."""

from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import boto3
import psycopg2
import pytest
import requests
from chalice.test import HTTPResponse

from chalicelib.bootstrap import Services, services, serving
from chalicelib.http.paging import Paging, make_cursor
from chalicelib.http.sizes import MAX_PAGE_BYTES, measure_text
from chalicelib.imports.csv.cutting import KEPT_BYTES
from chalicelib.imports.job import ImportJob
from infra.local.postgres import Database
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.aws import BUCKET
from tests.imports.announced import claim, finish, keep


def _reject(database: Database, job: ImportJob, lines: range, record: bytes = b"A-1,Chair") -> None:
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        for line in lines:
            connection.cursor().execute(
                "INSERT INTO import_rejects VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (job.job_id, line, "price_negative", "price", "Below 0.", record, False),
            )


def _rejects(api: Api, job: ImportJob, query: str = "", **headers: str) -> HTTPResponse:
    return api.get(f"/imports/{job.job_id}/rejects{query}", **headers)


def test_rejects_are_listed_in_pages_by_line(api: Api, database: Database) -> None:
    job, other = keep(), keep()
    _reject(database, job, range(10, 15))
    _reject(database, other, range(2, 4))
    query, lines = "?limit=2", []
    while query:
        answer = _rejects(api, job, query)
        assert answer.status_code == 200
        lines.append([reject["line"] for reject in answer.json_body["items"]])
        link = answer.headers.get("Link", "")
        query = link.partition(">")[0].removeprefix("<")
    assert lines == [[10, 11], [12, 13], [14]]


def test_reject_of_a_group_has_the_row_that_begins_it(api: Api, database: Database) -> None:
    job = keep()
    _reject(database, job, range(7, 8))
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        connection.cursor().execute(
            "UPDATE import_rejects SET group_line = 5, group_record = %s WHERE job_id = %s",
            ("tee,Läufer".encode(), job.job_id),
        )
    [reject] = _rejects(api, job).json_body["items"]
    assert (reject["group_line"], reject["group_record"]) == (5, "tee,Läufer")


def test_reject_has_its_reason_and_its_record(api: Api, database: Database) -> None:
    job = keep()
    _reject(database, job, range(7, 8), 'A-1,"Stuhl, grün",\xff'.encode("latin-1"))
    assert _rejects(api, job).json_body == {
        "items": [
            {
                "line": 7,
                "code": "price_negative",
                "field": "price",
                "message": "Below 0.",
                "record": 'A-1,"Stuhl, gr\ufffdn",\ufffd',
                "truncated": False,
                "group_line": None,
                "group_record": None,
            }
        ],
        "next_cursor": None,
    }


def test_page_of_long_rejects_ends_early(api: Api, database: Database) -> None:
    job = keep()
    _reject(database, job, range(2, 42), b"\x01" * KEPT_BYTES)
    lines: list[int] = []
    pages, query = 0, "?limit=100"
    while query:
        answer = _rejects(api, job, query)
        assert measure_text(answer.body.decode()) < MAX_PAGE_BYTES + 10_000
        lines += [reject["line"] for reject in answer.json_body["items"]]
        cursor, pages = answer.json_body["next_cursor"], pages + 1
        query = f"?limit=100&cursor={cursor}" if cursor else ""
    assert lines == list(range(2, 42))
    assert pages > 1


def test_import_without_rejects_has_an_empty_page(api: Api) -> None:
    assert _rejects(api, keep()).json_body == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("position", [0, -1, 2**63, "1", 1.5, None])
def test_unknown_cursor_is_rejected(api: Api, position: object) -> None:
    job = keep()
    answer = _rejects(api, job, f"?cursor={make_cursor(Paging(), job.job_id, position)}")
    assert problem_of(answer) == (400, "invalid_cursor")
    assert fields_of(answer) == {"cursor": "invalid_cursor"}


def test_cursor_is_valid_for_its_own_import_only(api: Api, database: Database) -> None:
    job, other = keep(), keep()
    _reject(database, job, range(1, 4))
    cursor = _rejects(api, job, "?limit=1").json_body["next_cursor"]
    answer = _rejects(api, other, f"?cursor={cursor}")
    assert problem_of(answer) == (400, "invalid_cursor")


def _report(job: ImportJob) -> None:
    claim(job)
    finish(job, "COMPLETED")
    key = f"reports/{job.job_id}/rejects.csv"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"line,code\r\n")


def test_report_url_is_returned_without_a_redirect(api: Api) -> None:
    job = keep()
    _report(job)
    answer = api.get(f"/imports/{job.job_id}/report")
    assert answer.status_code == 200
    assert requests.get(answer.json_body["url"], timeout=10).content == b"line,code\r\n"
    assert datetime.fromisoformat(answer.json_body["expires_at"]) > datetime.now(UTC)


def test_report_url_is_not_ready_before_the_end(api: Api) -> None:
    answer = api.get(f"/imports/{keep().job_id}/report")
    assert problem_of(answer) == (409, "report_not_ready")


def test_report_is_a_file_in_s3(api: Api) -> None:
    job = keep()
    _report(job)
    answer = _rejects(api, job, Accept="text/csv")
    assert (answer.status_code, answer.body) == (303, b"")
    report = requests.get(answer.headers["Location"], timeout=10)
    assert report.content == b"line,code\r\n"
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["response-content-type"] == ["text/csv"]
    assert job.job_id in query["response-content-disposition"][0]


def test_report_is_not_ready_before_the_end(api: Api) -> None:
    answer = _rejects(api, keep(), Accept="text/csv")
    assert problem_of(answer) == (409, "report_not_ready")


def test_missing_report_is_not_found(api: Api) -> None:
    job = keep()
    finish(job, "FAILED")
    answer = _rejects(api, job, Accept="text/csv")
    assert problem_of(answer) == (404, "report_not_found")


def test_unreachable_database_is_a_temporary_error(api: Api) -> None:
    job = keep()
    unreachable = services().settings.model_copy(update={"database_port": 1})
    with serving(Services(unreachable)):
        answer = _rejects(api, job)
    assert problem_of(answer) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]
