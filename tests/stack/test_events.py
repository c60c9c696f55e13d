"""Object events that come twice, late, never or for no job each have one defined result."""

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, read_problem
from tests.stack.conftest import PARAMETERS
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv, make_numbered

pytestmark = [pytest.mark.stack, pytest.mark.wiring]

CONTENT = make_numbered(range(20))


def test_repeated_event_after_the_end_changes_nothing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    followed = api.follow(api.begin(CONTENT))
    catalogue.query("UPDATE products SET name = 'edited' WHERE sku = 'N-000001'")
    versions, key = catalogue.row_versions(), f"uploads/{followed.job['job_id']}"
    assert emulator.announce_again(key)["outcome"] == "ignored"
    assert emulator.announce_again(key, size=1, etag="other")["outcome"] == "ignored"
    assert catalogue.row_versions() == versions
    again = api.follow(followed.job["job_id"])
    assert again.versions == followed.versions[-1:]


def test_repeated_event_during_the_import_changes_nothing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    with catalogue.hold("import_ranges"):
        job_id = api.begin(CONTENT)
        catalogue.wait_for("stage_range", job_id, is_waiting=True)
        assert emulator.announce_again(f"uploads/{job_id}")["outcome"] == "ignored"
    job = api.follow(job_id).job
    assert (job["status"], job["counts"]["created"]) == ("COMPLETED", 20)
    assert len(catalogue.products()) == 20


def test_object_put_again_after_the_end_changes_nothing(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    followed = api.follow(api.begin(CONTENT))
    versions, before = catalogue.row_versions(), emulator.executions()
    key = f"uploads/{followed.job['job_id']}"
    emulator.put(key, CONTENT)
    emulator.put(key, CONTENT.replace(b"Lamp", b"Bulb"))
    ended = emulator.wait_for_another(before, 2)
    assert [end["outcome"] for end in ended] == ["ignored", "ignored"]
    assert catalogue.row_versions() == versions
    assert api.follow(followed.job["job_id"]).versions == followed.versions[-1:]


def test_object_without_a_job_is_ignored(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    stranger = "job_" + "7" * 26
    keys = ["uploads/stray.csv", f"uploads/{stranger}", f"uploads/{stranger}/a.csv"]
    before = emulator.executions()
    for key in keys:
        emulator.put(key, CONTENT)
    ended = emulator.wait_for_another(before, len(keys))
    assert [end["outcome"] for end in ended] == ["ignored"] * len(keys)
    assert catalogue.products() == {}
    read_problem(api.call("GET", f"/jobs/{stranger}"), 404, "job_not_found")


def test_objects_elsewhere_in_the_bucket_start_nothing(emulator: Emulator) -> None:
    before = emulator.executions()
    emulator.put("other/file.csv", CONTENT)
    emulator.put("uploads/stray.csv", CONTENT)
    assert len(emulator.wait_for_another(before)) == 1


@pytest.mark.parametrize("uploaded", [CONTENT[:-1], CONTENT + b"N-9,Lamp,1\n", b""])
def test_upload_of_another_size_than_declared_fails(
    uploaded: bytes, api: Api, catalogue: Catalogue
) -> None:
    created = api.announce(len(CONTENT))
    api.put(created["upload"]["url"], uploaded)
    job = api.follow(created["job_id"]).job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "size_mismatch")
    assert str(len(uploaded)) in job["error"]["message"]
    assert str(len(CONTENT)) in job["error"]["message"]
    assert catalogue.products() == {}
    assert "retry" not in job["links"]
    refused = api.call("POST", f"/imports/{job['job_id']}/retry")
    read_problem(refused, 409, "job_not_retryable")


def test_right_upload_after_a_wrong_one_is_too_late(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    created = api.announce(len(CONTENT))
    api.put(created["upload"]["url"], b"half of it")
    followed = api.follow(created["job_id"])
    before = emulator.executions()
    api.put(created["upload"]["url"], CONTENT)
    assert [end["outcome"] for end in emulator.wait_for_another(before)] == ["ignored"]
    assert api.follow(created["job_id"]).versions == followed.versions[-1:]


def test_object_replaced_during_the_import_fails_it(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    api.complete(CONTENT)
    versions, before = catalogue.row_versions(), emulator.executions()
    with catalogue.hold("import_ranges"):
        job_id = api.begin(CONTENT.replace(b"Lamp", b"Bulb"))
        catalogue.wait_for("stage_range", job_id, is_waiting=True)
        emulator.put(f"uploads/{job_id}", CONTENT.replace(b"Lamp", b"Pipe"))
    job = api.follow(job_id).job
    assert (job["status"], job["error"]["code"]) == ("FAILED", "source_changed")
    assert catalogue.row_versions() == versions
    ended = emulator.wait_for_another(before, 2)
    assert sorted(end["outcome"] for end in ended) == ["failed", "ignored"]


def test_import_without_an_upload_fails_after_its_deadline(
    api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    single, in_time = api.announce(len(CONTENT)), api.announce(len(CONTENT))
    parts = api.announce(int(PARAMETERS["SinglePutLimitBytes"]) + 1)
    for created in (single, parts):
        emulator.expire_upload(created["job_id"])

    emulator.invoke("SweepJobs", {})

    for created in (single, parts):
        job = api.get(f"/jobs/{created['job_id']}")
        assert (job["status"], job["error"]["code"]) == ("FAILED", "upload_abandoned")
        refused = api.call("POST", f"/imports/{created['job_id']}/retry")
        read_problem(refused, 409, "job_not_retryable")
    assert api.get(f"/jobs/{in_time['job_id']}")["status"] == "PENDING"
    late_part = api.session.put(parts["upload"]["parts"][0]["url"], data=b"x", timeout=30)
    assert late_part.status_code == 404

    before = emulator.executions()
    api.upload(single, CONTENT)
    assert [end["outcome"] for end in emulator.wait_for_another(before)] == ["ignored"]
    assert catalogue.products() == {}
    api.upload(in_time, CONTENT)
    assert api.follow(in_time["job_id"]).job["status"] == "COMPLETED"
    assert len(catalogue.products()) == 20
    assert emulator.invoke("SweepJobs", {})["jobs"] == 0


def test_file_with_the_same_content_is_another_import(api: Api, catalogue: Catalogue) -> None:
    content = make_csv("A,Lamp,1")
    assert api.complete(content) == {"created": 1}
    assert api.complete(content) == {"unchanged": 1}
