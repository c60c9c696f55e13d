"""Nothing is merged before all is staged, within the limits, and at this job's turn."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from chalicelib.errors import JobCancelledError, JobEndedError
from chalicelib.imports.steps import finish, readiness
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.transitions import set_detected
from chalicelib.products.lease import release_lease, take_lease
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes import changes
from tests.fakes.jobs import NOW
from tests.imports.attempts import claimed_job, planned, staged
from tests.imports.pipeline import empty
from tests.products.shelves import lease_holder

# Two of the five are rejected.
RAW = b"sku,name\nA,Lamp\n,bad\nB,Desk\nbad\nC,Sofa\n"


@pytest.fixture(autouse=True)
def _emptied(database: Database) -> Iterator[None]:
    yield
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        empty(connection)


def check(attempt: Attempt, **event: Any) -> dict[str, Any]:
    return readiness.decide(attempt, {"round": 1, **event}, lambda _: False)


def job_of(attempt: Attempt) -> Any:
    return attempt.jobs.get(attempt.job_id)


def test_staged_import_begins_its_merge_and_reports_it(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, RAW)
    assert check(attempt) == {"outcome": "merge", "key_ranges": [0], "round": 1}
    job = job_of(attempt)
    assert (job.phase, job.counts.rejected, job.progress.percent) == ("merge", 2, 60)


def test_check_is_idempotent(shared: Settings, s3: Any) -> None:
    attempt, pipeline = staged(shared, s3, RAW)
    check(attempt)
    pipeline.merge(0)
    assert check(attempt)["key_ranges"] == []


@pytest.mark.parametrize("is_subscribed", [True, False])
def test_merge_that_has_begun_keeps_what_it_decided_about_its_changes(
    shared: Settings, s3: Any, is_subscribed: bool
) -> None:
    attempt, _ = staged(shared, s3, RAW)
    readiness.decide(attempt, {"round": 1}, lambda _: is_subscribed)
    assert job_of(attempt).keeps_changes == is_subscribed
    for again in (attempt, replace(attempt, job=job_of(attempt))):
        readiness.decide(again, {"round": 1}, lambda _: not is_subscribed)
        assert job_of(attempt).keeps_changes == is_subscribed


def test_missing_ranges_are_staged_again(shared: Settings, s3: Any) -> None:
    attempt, pipeline = planned(shared, s3, RAW)
    assert check(attempt, round=2) == {"outcome": "stage_again", "ranges": [0], "round": 3}
    pipeline.stage(0)
    assert check(attempt, round=3)["outcome"] == "merge"


def test_staging_table_lost_repeatedly_ends_the_job(shared: Settings, s3: Any) -> None:
    attempt, _ = planned(shared, s3, RAW)
    event: dict[str, Any] = {"round": 1}
    for _ in range(5):
        event = readiness.decide(attempt, event, lambda _: False)
        assert event["outcome"] == "stage_again"
    with pytest.raises(JobEndedError) as caught:
        readiness.decide(attempt, event, lambda _: False)
    assert caught.value.code == "database_unstable"


def test_staging_table_that_is_complete_at_last_is_merged(shared: Settings, s3: Any) -> None:
    attempt, pipeline = planned(shared, s3, RAW)
    event: dict[str, Any] = {"round": 1}
    for _ in range(5):
        event = readiness.decide(attempt, event, lambda _: False)
    assert event["outcome"] == "stage_again"
    pipeline.stage(0)
    assert readiness.decide(attempt, event, lambda _: False)["outcome"] == "merge"


@pytest.mark.parametrize(
    ("options", "is_refused"),
    [
        ({"max_rejects": 2}, False),
        ({"max_rejects": 1}, True),
        ({"max_rejects": 0}, True),
        ({"max_reject_rate": 0.4}, False),
        ({"max_reject_rate": 0.39}, True),
        ({"max_rejects": None, "max_reject_rate": None}, False),
        ({"max_rejects": 100, "max_reject_rate": 0.1}, True),
    ],
)
def test_more_rejects_than_allowed_end_the_job_before_anything_is_merged(
    shared: Settings, s3: Any, options: dict[str, Any], is_refused: bool
) -> None:
    attempt, _ = staged(shared, s3, RAW, **options)
    if is_refused:
        with pytest.raises(JobEndedError) as caught:
            check(attempt)
        assert caught.value.code == "too_many_rejects"
        assert "Nothing was imported" in caught.value.message
        assert not job_of(attempt).has_begun_merge
    else:
        assert check(attempt)["outcome"] == "merge"


def test_composed_sku_of_two_products_is_a_warning(shared: Settings, s3: Any) -> None:
    raw = (
        b"handle,option,name,sku\nt-shirt,Red-Small,A,\nmug,,B,\ncap,,C,hat\nhat,,D,\nmug,,B,\n"
        b"T-SHIRT-RED,small,E,\n"
    )
    attempt, _ = staged(shared, s3, raw, sku_from=["handle", "option"], format="none")
    check(attempt)
    (warning,) = [w for w in job_of(attempt).warnings if w["code"] == "sku_collision"]
    assert warning["columns"] == ["handle", "option"]
    assert warning["lines"] == [2, 4, 5, 7]
    assert warning["message"].startswith("SKUs composed of several columns")
    assert "have too: 2." in warning["message"]


def test_rate_is_exact(shared: Settings, s3: Any) -> None:
    raw = b"sku,name\n" + b",bad\n" * 29 + b"A,Lamp\n" * 71
    attempt, _ = staged(shared, s3, raw, max_reject_rate=0.29)  # as a float, 100 times it is < 29
    assert check(attempt)["outcome"] == "merge"


def test_cancelled_job_does_not_merge(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, RAW)
    changes.request_cancel(attempt.jobs, attempt.job_id, NOW)
    with pytest.raises(JobCancelledError):
        check(attempt)


def test_wait_for_the_lease_grows(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, RAW)
    other = claimed_job(attempt.jobs, b"sku,name\n").job_id
    with attempt.database("test") as connection:
        assert take_lease(connection, other)
    event: dict[str, Any] = {"round": 1}
    waits = []
    for _ in range(8):
        event = readiness.decide(attempt, event, lambda _: False)
        assert (event["outcome"], event["round"]) == ("wait", 1)
        waits.append(event["wait_seconds"])
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    with attempt.database("test") as connection:
        release_lease(connection, other)
    assert readiness.decide(attempt, event, lambda _: False)["outcome"] == "merge"


def test_lease_of_an_ended_job_is_taken_over(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, RAW)
    other = claimed_job(attempt.jobs, b"sku,name\n")
    with attempt.database("test") as connection:
        assert take_lease(connection, other.job_id)
    assert check(attempt)["outcome"] == "wait"
    error = {"code": "internal_error", "message": "It failed."}
    changes.finish(attempt.jobs, other.job_id, 1, "FAILED", error=error, now=NOW)
    assert check(attempt)["outcome"] == "merge"
    with attempt.database("test") as connection:
        assert lease_holder(connection) == attempt.job_id
        release_lease(connection, attempt.job_id)


# Three blank rows, and one reject of five records.
SPARSE = b"sku,name,price\nA,Lamp,1\n,,\nB,Desk,2\n\n , ,\nC,,3\n,,\nD,Rug,4\nE,Bed,5\n"


def test_blank_rows_are_not_among_the_records(shared: Settings, s3: Any) -> None:
    attempt, pipeline = staged(shared, s3, SPARSE)
    changes.advance(attempt.jobs, attempt.job_id, 1, "plan", {"records_total": 8}, None)
    check(attempt)
    assert job_of(attempt).progress.records_total == 5
    pipeline.merge(0)
    with attempt.database("test") as connection:
        counts = finish.close(connection, attempt.work, pipeline.plan)
    assert (counts["created"], counts["rejected"], sum(counts.values())) == (4, 1, 5)


def test_number_of_records_survives_a_crash_that_empties_the_ledger(
    shared: Settings, s3: Any
) -> None:
    attempt, pipeline = staged(shared, s3, SPARSE)
    check(attempt)
    pipeline.merge(0)
    with attempt.database("test") as connection:
        connection.cursor().execute("TRUNCATE import_ranges")
        assert sum(finish.close(connection, attempt.work, pipeline.plan).values()) == 5


def test_rate_is_of_the_records_without_blank_rows(shared: Settings, s3: Any) -> None:
    attempt, _ = staged(shared, s3, SPARSE, max_reject_rate=0.2)
    assert check(attempt)["outcome"] == "merge"
    refused, _ = staged(shared, s3, SPARSE, max_reject_rate=0.19)
    with pytest.raises(JobEndedError, match="of 5 records"):
        check(refused)


def test_attribute_of_several_products_ends_the_job_before_the_merge(
    shared: Settings, s3: Any
) -> None:
    shop, pipeline = staged(shared, s3, b"sku,name,GTIN\nA,Lamp,1\nB,Desk,1\nC,Rug,2\n")
    check(shop)
    pipeline.merge(0)
    pipeline.close()
    update: dict[str, Any] = {"mode": "update", "match": "attributes.GTIN"}
    attempt, _ = staged(shared, s3, b"GTIN,price\n1,5\n2,5\n", **update)
    with pytest.raises(JobEndedError) as caught:
        check(attempt)
    assert caught.value.code == "match_not_unique"
    assert not job_of(attempt).has_begun_merge


def test_prices_in_more_than_one_currency_end_the_job_before_anything_is_merged(
    shared: Settings, s3: Any
) -> None:
    attempt, _ = staged(shared, s3, b"sku,name,price\nA,Lamp,5 EUR\nB,Desk,$5\n")
    with pytest.raises(JobEndedError) as caught:
        check(attempt)
    assert caught.value.code == "currencies_mixed"
    assert "EUR (line 2), $ (line 3)" in caught.value.message
    assert not job_of(attempt).has_begun_merge


def test_currency_of_all_ranges_and_warnings_are_noted_on_the_job(
    shared: Settings, s3: Any
) -> None:
    raw = b"sku,name,price\nA,Lamp,$5\nMar-26,Desk,USD 5\n6.9E+12,Sofa,7\n"
    attempt, _ = staged(shared, s3, raw)
    attempt.jobs.update(attempt.job_id, lambda job: set_detected(job, 1, {"currency": "$"}))
    check(attempt)
    check(attempt)
    job = job_of(attempt)
    assert job.detected == {"currency": "USD"}
    assert [(warning["code"], warning["lines"]) for warning in job.warnings] == [
        ("sku_scientific", [4]),
        ("sku_date", [3]),
    ]
