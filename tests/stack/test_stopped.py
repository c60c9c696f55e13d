"""Executions that are stopped by hand: their jobs end and say what to do."""

import pytest

from tests.stack.alarms import wait_for_alarm
from tests.stack.at_work import import_at_work
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    """The emulator, with the lines of one test alone."""
    return emulator.from_now()


def test_stopped_import_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with import_at_work(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.stop_execution(job_id)
    followed = api.follow(job_id)
    job = followed.job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "internal_error")
    assert "retry the import" in job["error"]["message"]
    wait_until(lambda: catalogue.leftovers(job_id)["lease"] == 0, "the lease given back")

    assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["attempt"], job["counts"]["created"]) == ("COMPLETED", 2, 1)
    assert catalogue.names() == {"A": "Bulb"}


def test_sweep_finds_a_stopped_import_without_an_event(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with emulator.without_rule("ImportFailed"):
        with import_at_work(api, catalogue, make_csv("A,Bulb,1")) as job_id:
            emulator.stop_execution(job_id)
        # LocalStack has the function that is at work end first.
        wait_until(lambda: not emulator.is_executed(job_id), "its execution stopped")
        emulator.let_work_take_long(job_id)
        assert api.get(f"/jobs/{job_id}")["status"] == "PROCESSING"
        assert emulator.invoke("SweepJobs", {})["jobs"] >= 1
        assert api.follow(job_id).job["error"]["code"] == "internal_error"
    assert emulator.log_entries(message="job.orphaned", job_id=job_id)
    assert wait_for_alarm(emulator, "JobsOrphaned") >= 1


def test_stopped_bulk_delete_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    api.complete(make_csv("A,Bulb,1", "B,Lamp,1"))
    with catalogue.hold("bulk_delete_batches"):
        job_id = api.begin_delete(all=True)
        catalogue.wait_for("plan_bulk_delete", job_id, is_waiting=True)
        emulator.stop_execution(job_id)
    followed = api.follow(job_id)
    assert followed.job["error"]["code"] == "internal_error"
    assert api.call("POST", f"/jobs/{job_id}/retry").status_code == 202
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["counts"]["deleted"]) == ("COMPLETED", 2)
