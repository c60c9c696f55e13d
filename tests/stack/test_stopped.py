"""A job whose execution an operator stops fails, with a message that says what to do."""

import pytest

from tests.stack.alarms import wait_for_alarm
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv
from tests.stack.running import running_import

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    """The emulator, with the log lines of this test only."""
    return emulator.from_now()


def test_stopped_import_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with running_import(api, catalogue, make_csv("A,Bulb,1")) as job_id:
        emulator.stop_execution(job_id)
    followed = api.follow(job_id)
    job = followed.job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "internal_error")
    assert "Retry it" in job["error"]["message"]
    wait_until(lambda: catalogue.leftovers(job_id)["lease"] == 0, "the lease released")

    assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["attempt"], job["counts"]["created"]) == ("COMPLETED", 2, 1)
    assert catalogue.names() == {"A": "Bulb"}


def test_sweep_finds_a_stopped_import_without_an_event(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with emulator.without_rule("ImportFailed"):
        with running_import(api, catalogue, make_csv("A,Bulb,1")) as job_id:
            emulator.stop_execution(job_id)
        # LocalStack lets the running function end first.
        wait_until(lambda: not emulator.is_running(job_id), "its execution stopped")
        emulator.backdate_start(job_id)
        assert api.get(f"/jobs/{job_id}")["status"] == "PROCESSING"
        assert emulator.invoke("SweepJobs", {})["jobs"] >= 1
        assert api.follow(job_id).job["error"]["code"] == "internal_error"
    assert emulator.log_entries(message="job.orphaned", job_id=job_id)
    assert wait_for_alarm(emulator, "JobsOrphaned") >= 1


def test_stopped_bulk_delete_fails_and_its_retry_completes(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    api.complete(make_csv("A,Bulb,1", "B,Lamp,1"))
    with catalogue.hold("batches"):
        job_id = api.begin_delete(all=True)
        catalogue.wait_for("plan_batches", job_id, is_waiting=True)
        emulator.stop_execution(job_id)
    followed = api.follow(job_id)
    assert followed.job["error"]["code"] == "internal_error"
    assert api.call("POST", f"/jobs/{job_id}/retry").status_code == 202
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["counts"]["deleted"]) == ("COMPLETED", 2)
