"""Each cause of an alarm writes the alarm's metric to the logs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.jobs.models import first_job_id
from tests.fakes.jobs import make_bulk_delete
from tests.fakes.receiver import answer, receiving
from tests.stack.alarms import wait_for_alarm
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, Json, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv
from tests.stack.reach import left_out_by, needs_this_machine
from tests.stack.running import running_import
from tests.stack.webhooks.subscribing import subscribed

pytestmark = pytest.mark.stack


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    """The emulator, with the log lines of this test only."""
    return emulator.from_now()


def wait_for_metric(emulator: Emulator, name: str, **labels: Any) -> float:
    """Wait until a metric with these dimensions is written; return its last value."""
    fields = {"service": "product-importer", "stage": "local", **labels}

    def find() -> list[float]:
        return [entry[name][0] for entry in emulator.log_entries(**fields) if name in entry]

    return wait_until(find, f"the metric {name}")[-1]


def test_stopped_import_counts_as_failed_internally(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with running_import(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.stop_execution(job_id)
    assert api.follow(job_id).job["status"] == "FAILED"
    assert wait_for_alarm(emulator, "ImportsBreakOff") == 1
    assert wait_for_metric(emulator, "JobsEnded", kind="import", status="FAILED") == 1


def test_invalid_file_does_not_count_as_failed_internally(api: Api, emulator: Emulator) -> None:
    api.run(make_csv("A", header="nothing"))
    wait_for_metric(emulator, "JobsEnded", kind="import", status="FAILED")
    before = len(emulator.log_entries(kind="import", JobsBrokenOff=[1.0]))
    assert api.run(make_csv("B", header="nothing"))["status"] == "FAILED"
    assert len(emulator.log_entries(kind="import", JobsBrokenOff=[1.0])) == before


def test_long_running_job_is_measured(api: Api, catalogue: Catalogue, emulator: Emulator) -> None:
    with running_import(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.backdate_start(job_id)
        emulator.invoke("SweepJobs", {})
        assert api.get(f"/jobs/{job_id}")["status"] == "PROCESSING"  # its execution runs
        assert 7_200 <= wait_for_alarm(emulator, "JobStuck") < 8_000
    assert api.follow(job_id).job["status"] == "COMPLETED"


def test_job_that_was_never_started_is_counted(emulator: Emulator, api: Api) -> None:
    job = make_bulk_delete(datetime.now(UTC) - timedelta(hours=1))
    emulator.keep_job(job)
    emulator.invoke("SweepJobs", {})
    assert api.get(f"/jobs/{job.job_id}")["error"]["code"] == "not_started"
    assert wait_for_alarm(emulator, "JobsNotStarted") >= 1
    assert wait_for_alarm(emulator, "BulkDeletesBreakOff") == 1


@needs_this_machine
def test_disabled_webhook_is_counted(api: Api, emulator: Emulator) -> None:
    with receiving(answer(410)) as receiver, subscribed(api, receiver) as webhook:
        path = webhook["links"]["self"]
        api.complete(make_csv("A,Bulb,1"))
        wait_until(lambda: not api.get(path)["enabled"], "the webhook disabled")
        assert wait_for_alarm(emulator, "WebhooksDisabled") == 1


def test_requests_fail_while_the_database_is_down(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with catalogue.away():
        read_problem(api.call("GET", "/products"), 503, "temporarily_unavailable")
    wait_until(lambda: emulator.log_entries(message="request.failed"), "the line of the failure")


def test_requests_are_slow_while_products_are_locked(
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


@left_out_by("LocalStack", "its workflows name the error of a throttled function Exception")
def test_import_above_the_reserved_concurrency_waits_and_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with emulator.without_capacity("StageRange") as is_throttled:
        job_id = api.begin(make_csv("A,Bulb,1"))
        wait_until(is_throttled, "a call that is throttled")
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"], job["counts"]["created"]) == ("COMPLETED", 1, 1)


def test_depth_of_a_dead_letter_queue_counts_its_messages(emulator: Emulator) -> None:
    for name in ("UndeliveredEvents", "UndeliveredWebhooks"):
        with emulator.waiting_in(name, "{}") as depth:
            assert depth() >= 1
        assert depth() == 0


def test_age_of_the_document_backlog_is_measured(catalogue: Catalogue, emulator: Emulator) -> None:
    hour = "INSERT INTO document_backlog (block, noted_at) VALUES (0, now() - interval '1 hour')"
    catalogue.query(hour)
    emulator.invoke("IndexDocuments", {})
    assert wait_for_alarm(emulator, "SearchBehind") >= 3_600
    assert catalogue.query("SELECT 1 FROM document_backlog") == []


def test_rows_of_expired_jobs_are_purged(catalogue: Catalogue, emulator: Emulator) -> None:
    old = first_job_id(datetime.now(UTC) - timedelta(days=40))
    catalogue.query("INSERT INTO import_merges (job_id, key_range) VALUES (%s, 0)", old)
    assert emulator.invoke("PurgeImports", {})["rows"] >= 1
    assert catalogue.query("SELECT 1 FROM import_merges WHERE job_id = %s", old) == []


def test_finished_job_has_its_cost_and_all_its_lines_have_its_id(
    api: Api, emulator: Emulator
) -> None:
    job = api.run(make_csv("A,Bulb,1"))
    cost = job["cost"]
    steps = {"claim_job", "inspect_source", "scan_span", "plan_ranges", "stage_range"}
    steps |= {"check_stage", "merge_key_range", "finish_import"}
    assert (cost["requests"], cost["transitions"]) == (len(steps), 18)
    assert 0 < cost["gigabyte_seconds"] < 60
    assert float(cost["usd"]) > 18 * 0.000025

    def find() -> list[Json]:
        found = emulator.log_entries(job_id=job["job_id"])
        return found if {line.get("step") for line in found} >= steps else []

    lines = wait_until(find, "the lines of all steps")  # the log is eventually consistent
    messages = {line["message"] for line in lines}
    assert {"audit", "request.answered", "job.claimed", "step.finished"} <= messages
    [audit] = [line for line in lines if line["message"] == "audit"]
    assert (audit["action"], audit["outcome"]) == ("create_import", "done")
