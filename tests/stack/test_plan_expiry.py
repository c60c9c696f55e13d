"""Plans that nobody applied in time: the sweep ends their imports, and a retry makes a new plan."""

import pytest

from tests.stack.alarms import wait_for_alarm
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, Json, read_problem
from tests.stack.emulator import Emulator
from tests.stack.planning import BEFORE, COUNTS, FILE, apply, edit, list_changes, make_plan
from tests.stack.reach import left_out_by

pytestmark = pytest.mark.stack


@pytest.fixture
def planned(api: Api, catalogue: Catalogue) -> Json:
    api.complete(BEFORE)
    return make_plan(api, FILE)


def test_plan_that_nobody_applies_expires(
    api: Api, catalogue: Catalogue, emulator: Emulator, planned: Json
) -> None:
    job_id, watching = planned["job_id"], emulator.from_now()
    versions = catalogue.row_versions()
    emulator.expire_plan(job_id)
    refused = api.call("POST", f"/imports/{job_id}/apply", json={})
    read_problem(refused, 409, "plan_expired")

    assert emulator.invoke("SweepJobs", {})["jobs"] == 1

    job = api.follow(job_id).job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "plan_expired")
    assert wait_for_alarm(watching, "PlansExpired") == 1
    assert catalogue.row_versions() == versions
    assert catalogue.leftovers(job_id) == {"tables": 0, "ranges": 0, "lease": 0, "plans": 0}
    assert emulator.invoke("SweepJobs", {})["jobs"] == 0

    assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
    again = api.follow(job_id, lambda found: found["status"] == "PLANNED").job
    assert again["plan"]["counts"] == COUNTS
    assert apply(api, job_id)["counts"] == COUNTS


@left_out_by("LocalStack", "its workflows name the error of a throttled function Exception")
def test_retry_of_an_apply_makes_a_new_plan_once_the_first_has_expired(
    api: Api, catalogue: Catalogue, emulator: Emulator, planned: Json
) -> None:
    job_id = planned["job_id"]
    with emulator.without_capacity("CheckStage") as is_throttled:
        api.call("POST", f"/imports/{job_id}/apply", json={"on_drift": "overwrite"})
        wait_until(is_throttled, "the apply waits")
        emulator.stop_execution(job_id)
        assert api.follow(job_id).job["error"]["code"] == "internal_error"
    edit(api, "A", price="1.10")
    emulator.expire_plan(job_id)
    versions = catalogue.row_versions()

    assert api.call("POST", f"/imports/{job_id}/retry").status_code == 202
    again = api.follow(job_id, lambda found: found["status"] == "PLANNED").job

    assert again["plan"]["counts"] == COUNTS | {"updated": 1, "unchanged": 2}
    assert catalogue.row_versions() == versions
    assert [item["sku"] for item in list_changes(api, job_id)] == ["B", "D"]
    assert apply(api, job_id)["counts"] == again["plan"]["counts"]
