"""The skipped records of an import are read, page by page and as a file."""

from contextlib import closing

import boto3
import psycopg2
import pytest
import requests

from chalicelib.imports.job import ImportJob
from chalicelib.imports.skips import SKIPS, describe_skip
from infra.local.postgres import Database
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import BUCKET
from tests.imports.announced import claim, finish, keep


def _skip(database: Database, job: ImportJob, lines: range) -> None:
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        for line in lines:
            connection.cursor().execute(
                "INSERT INTO import_skips VALUES (%s, %s, 'not_in_catalogue', %s)",
                (job.job_id, line, f"S-{line}" if line % 2 else None),
            )


def test_skipped_records_are_listed_in_pages_by_line(api: Api, database: Database) -> None:
    job, other = keep(), keep()
    _skip(database, job, range(10, 15))
    _skip(database, other, range(2, 4))
    path, found = f"/imports/{job.job_id}/skipped?limit=2", []
    while path:
        answer = api.get(path)
        assert answer.status_code == 200
        found += answer.json_body["items"]
        query = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
        path = f"/imports/{job.job_id}/skipped{query}" if query else ""
    assert [skip["line"] for skip in found] == [10, 11, 12, 13, 14]
    assert found[1] == {
        "line": 11,
        "reason": "not_in_catalogue",
        "sku": "S-11",
        "message": SKIPS["not_in_catalogue"],
    }
    assert found[0]["sku"] is None


def test_cursor_of_rejects_is_not_one_of_skipped_records(api: Api, database: Database) -> None:
    job = keep()
    _skip(database, job, range(1, 4))
    cursor = api.get(f"/imports/{job.job_id}/skipped?limit=1").json_body["next_cursor"]
    answer = api.get(f"/imports/{job.job_id}/rejects?cursor={cursor}")
    assert problem_of(answer) == (400, "invalid_cursor")


def test_file_of_skipped_records_is_in_s3(api: Api) -> None:
    job = keep()
    claim(job)
    finish(job, "COMPLETED")
    key = f"reports/{job.job_id}/skipped.csv"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"line,reason\r\n")
    answer = api.get(f"/imports/{job.job_id}/skipped", Accept="text/csv")
    assert (answer.status_code, answer.body) == (303, b"")
    assert requests.get(answer.headers["Location"], timeout=10).content == b"line,reason\r\n"


def test_file_is_not_ready_before_the_end(api: Api) -> None:
    answer = api.get(f"/imports/{keep().job_id}/skipped", Accept="text/csv")
    assert problem_of(answer) == (409, "report_not_ready")


@pytest.mark.parametrize("reason", [*SKIPS, "a_reason_of_another_version"])
def test_every_reason_has_a_sentence(reason: str) -> None:
    assert describe_skip(reason).endswith(".")


def test_url_of_the_file_of_skipped_records_is_returned_for_browsers(api: Api) -> None:
    job = keep()
    claim(job)
    finish(job, "COMPLETED")
    key = f"reports/{job.job_id}/skipped.csv"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"line,reason\r\n")
    answer = api.get(f"/imports/{job.job_id}/report?of=skipped")
    assert requests.get(answer.json_body["url"], timeout=10).content == b"line,reason\r\n"
    assert problem_of(api.get(f"/imports/{job.job_id}/report?of=all"))[1] == "invalid_query"
