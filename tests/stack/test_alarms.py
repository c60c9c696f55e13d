"""What the alarms watch: each cause is provoked, and the metric is written into the logs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.jobs.models import first_job_id
from tests.fakes.jobs import make_bulk_delete
from tests.fakes.receiver import answer, receiving
from tests.stack.alarms import wait_for_alarm
from tests.stack.at_work import import_at_work
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv
from tests.stack.reach import left_out_by, needs_this_machine
from tests.stack.webhooks.subscribing import subscribed

pytestmark = pytest.mark.stack


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    """The emulator, with the lines of one test alone."""
    return emulator.from_now()


def wait_for_metric(emulator: Emulator, name: str, **labels: Any) -> float:
    """Wait until a metric with these dimensions is written; return its last value."""
    wanted = {"service": "product-importer", "stage": "local", **labels}

    def find() -> list[float]:
        return [entry[name][0] for entry in emulator.log_entries(**wanted) if name in entry]

    return wait_until(find, f"the metric {name}")[-1]


def test_a_stopped_import_counts_as_broken_off(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with import_at_work(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.stop_execution(job_id)
    assert api.follow(job_id).job["status"] == "FAILED"
    assert wait_for_alarm(emulator, "ImportsBreakOff") == 1
    assert wait_for_metric(emulator, "JobsEnded", kind="import", status="FAILED") == 1


def test_a_refused_file_does_not(api: Api, emulator: Emulator) -> None:
    api.run(make_csv("A", header="nothing"))
    wait_for_metric(emulator, "JobsEnded", kind="import", status="FAILED")
    before = len(emulator.log_entries(kind="import", JobsBrokenOff=[1.0]))
    assert api.run(make_csv("B", header="nothing"))["status"] == "FAILED"
    assert len(emulator.log_entries(kind="import", JobsBrokenOff=[1.0])) == before


def test_a_job_that_is_at_work_for_long_is_measured(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with import_at_work(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.let_work_take_long(job_id)
        emulator.invoke("SweepJobs", {})
        assert api.get(f"/jobs/{job_id}")["status"] == "PROCESSING"  # its execution runs
        assert 7_200 <= wait_for_alarm(emulator, "JobStuck") < 8_000
    assert api.follow(job_id).job["status"] == "COMPLETED"


def test_a_job_that_nobody_started_is_counted(emulator: Emulator, api: Api) -> None:
    job = make_bulk_delete(datetime.now(UTC) - timedelta(hours=1))
    emulator.keep_job(job)
    emulator.invoke("SweepJobs", {})
    assert api.get(f"/jobs/{job.job_id}")["error"]["code"] == "not_started"
    assert wait_for_alarm(emulator, "JobsNotStarted") >= 1
    assert wait_for_alarm(emulator, "BulkDeletesBreakOff") == 1


@needs_this_machine
def test_a_webhook_that_is_disabled_is_counted(api: Api, emulator: Emulator) -> None:
    with receiving(answer(410)) as receiver, subscribed(api, receiver) as webhook:
        path = webhook["links"]["self"]
        api.complete(make_csv("A,Bulb,1"))
        wait_until(lambda: not api.get(path)["enabled"], "the webhook disabled")
        assert wait_for_alarm(emulator, "WebhooksDisabled") == 1


def test_requests_fail_while_the_database_is_away(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with catalogue.away():
        read_problem(api.call("GET", "/products"), 503, "temporarily_unavailable")
    wait_until(lambda: emulator.log_entries(message="request.failed"), "the line of the failure")


def test_requests_take_long_while_the_products_are_locked(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    milliseconds = emulator.alarm("ApiSlow")["Threshold"]
    with ThreadPoolExecutor(1) as beside:
        with catalogue.transaction("LOCK TABLE products"):
            asked = beside.submit(api.call, "GET", "/products")
            catalogue.wait_for_anyone("list_products")
            time.sleep(milliseconds / 1000)
        assert asked.result().status_code == 200

    def find() -> list[float]:
        lines = emulator.log_entries(message="request.answered", route="/products")
        return [line["seconds"] for line in lines if line["seconds"] * 1000 > milliseconds]

    wait_until(find, "the line of a request that took long")


@left_out_by("LocalStack", "its workflows call a refused function's error Exception")
def test_an_import_above_what_is_reserved_waits_and_does_not_fail(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with emulator.without_capacity("StageRange") as is_throttled:
        job_id = api.begin(make_csv("A,Bulb,1"))
        wait_until(is_throttled, "a call that is throttled")
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"], job["counts"]["created"]) == ("COMPLETED", 1, 1)


def test_what_is_in_a_dead_letter_queue_is_seen_in_its_depth(emulator: Emulator) -> None:
    for name in ("UndeliveredEvents", "UndeliveredWebhooks"):
        with emulator.waiting_in(name, "{}") as depth:
            assert depth() >= 1
        assert depth() == 0


def test_documents_that_are_behind_are_measured(catalogue: Catalogue, emulator: Emulator) -> None:
    hour = "INSERT INTO document_backlog (block, noted_at) VALUES (0, now() - interval '1 hour')"
    catalogue.query(hour)
    emulator.invoke("IndexDocuments", {})
    assert wait_for_alarm(emulator, "SearchBehind") >= 3_600
    assert catalogue.query("SELECT 1 FROM document_backlog") == []


def test_rows_of_jobs_that_are_not_kept_are_purged(
    catalogue: Catalogue, emulator: Emulator
) -> None:
    old = first_job_id(datetime.now(UTC) - timedelta(days=40))
    catalogue.query("INSERT INTO import_merges (job_id, key_range) VALUES (%s, 0)", old)
    assert emulator.invoke("PurgeImports", {})["rows"] >= 1
    assert catalogue.query("SELECT 1 FROM import_merges WHERE job_id = %s", old) == []


def test_a_finished_job_has_its_cost_and_one_id_leads_through_all_lines(
    api: Api, emulator: Emulator
) -> None:
    job = api.run(make_csv("A,Bulb,1"))
    cost = job["cost"]
    steps = {"claim_job", "inspect_source", "scan_span", "plan_ranges", "stage_range"}
    steps |= {"check_stage", "merge_key_range", "finish_import"}
    assert (cost["requests"], cost["transitions"]) == (len(steps), 18)
    assert 0 < cost["gigabyte_seconds"] < 60
    assert float(cost["usd"]) > 18 * 0.000025
    time.sleep(0.5)  # the log is a snapshot behind
    lines = emulator.log_entries(job_id=job["job_id"])
    messages = {line["message"] for line in lines}
    assert {"audit", "request.answered", "job.claimed", "step.finished"} <= messages
    assert {line["step"] for line in lines if "step" in line} >= steps
    [audit] = [line for line in lines if line["message"] == "audit"]
    assert (audit["action"], audit["outcome"]) == ("create_import", "done")
