"""Cancel: honoured until the merge begins, and then the import has changed nothing."""

import pytest

from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, read_problem
from tests.stack.emulator import Emulator
from tests.stack.files import make_catalogue, make_csv, make_numbered
from tests.stack.running import running_import

pytestmark = [pytest.mark.stack, pytest.mark.wiring]


def test_cancelled_before_the_upload(api: Api, catalogue: Catalogue, emulator: Emulator) -> None:
    content = make_numbered(range(5))
    created = api.announce(len(content))
    answer = api.call("POST", f"/imports/{created['job_id']}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "CANCELLED")
    assert answer.headers["Location"].endswith(f"jobs/{created['job_id']}")
    before = emulator.executions()
    api.upload(created, content)
    assert [end["outcome"] for end in emulator.wait_for_another(before)] == ["ignored"]
    assert api.get(f"/jobs/{created['job_id']}")["status"] == "CANCELLED"
    assert catalogue.products() == {}


def test_cancelled_while_ranges_are_staged(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_numbered(range(5)))
    versions = catalogue.row_versions()
    with running_import(api, catalogue, make_catalogue(10_000)) as job_id:
        answer = api.call("POST", f"/imports/{job_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (202, "PROCESSING")
        assert answer.json()["cancel_requested"] is True
        followed = api.follow(job_id, lambda job: job["cancel_requested"])
    job = api.follow(job_id, followed=followed).job
    assert (job["status"], job["error"]) == ("CANCELLED", None)
    assert job["finished_at"]
    assert catalogue.row_versions() == versions
    assert api.report(job_id).status_code == 200

    again = api.call("POST", f"/imports/{job_id}/cancel")
    assert (again.status_code, again.json()["status"]) == (202, "CANCELLED")
    refused = api.call("POST", f"/imports/{job_id}/retry")
    assert "CANCELLED" in read_problem(refused, 409, "job_not_retryable")["detail"]


def test_cancelled_job_leaves_nothing_and_blocks_no_other(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    before = emulator.executions()
    with running_import(api, catalogue, make_numbered(range(5))) as job_id:
        api.call("POST", f"/imports/{job_id}/cancel")
    emulator.wait_for_another(before)
    assert catalogue.leftovers(job_id) == {"tables": 0, "ranges": 0, "lease": 0, "plans": 0}
    assert api.complete(make_numbered(range(5))) == {"created": 5}


def test_retry_cancelled_before_its_merge(api: Api, catalogue: Catalogue) -> None:
    failed = api.run(make_csv("A,Lamp,x"), {"max_rejects": 0})
    job_id = failed["job_id"]
    with catalogue.hold("import_ranges"):
        assert api.call("POST", f"/imports/{job_id}/retry").json()["status"] == "PENDING"
        answer = api.call("POST", f"/imports/{job_id}/cancel")
        assert (answer.status_code, answer.json()["cancel_requested"]) == (202, True)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"], job["error"]) == ("CANCELLED", 2, None)
    wait_until(lambda: not any(catalogue.leftovers(job_id).values()), "nothing left behind")
    assert catalogue.products() == {}


def test_too_late_once_the_merge_has_begun(api: Api, catalogue: Catalogue) -> None:
    with catalogue.hold("import_merges"):
        job_id = api.begin(make_numbered(range(5)))
        followed = api.follow(job_id, lambda job: job["phase"] == "merge")
        assert "cancel" not in followed.job["links"]
        read_problem(api.call("POST", f"/imports/{job_id}/cancel"), 409, "cancel_too_late")
    assert api.follow(job_id, followed=followed).job["status"] == "COMPLETED"
    assert len(catalogue.products()) == 5
    refused = api.call("POST", f"/imports/{job_id}/cancel")
    assert "COMPLETED" in read_problem(refused, 409, "job_final")["detail"]
