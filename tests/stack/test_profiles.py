"""Profiles on the deployed stack: saved from an import, proposed for the next file, used by it."""

import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

HEADER = "Nr,Titel,Notiz"


@contextmanager
def saved(api: Api, **body: object) -> Iterator[Json]:
    """Create a profile, and delete it afterwards."""
    body = {"name": f"profile {time.time_ns()}", **body}
    answer = api.call("POST", "/profiles", json=body)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    api.call("DELETE", f"/profiles/{answer.json()['profile_id']}")


def preview(api: Api, content: bytes, **more: object) -> Json:
    body = {"size_bytes": len(content), "head": b64encode(content).decode(), **more}
    answer = api.call("POST", "/imports/preview", json=body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def run(api: Api, content: bytes, profile: Json, **options: object) -> Json:
    """Import `content` with a profile and return the final job."""
    body = {"filename": "a.csv", "size_bytes": len(content), "options": options}
    created = api.call("POST", "/imports", json=body | {"profile": profile["profile_id"]})
    assert created.status_code == 201, created.text
    api.upload(created.json(), content)
    return api.follow(created.json()["job_id"]).job


def test_the_next_file_is_imported_as_the_first_was(api: Api, catalogue: Catalogue) -> None:
    options = {"mapping": {"Nr": "sku", "Titel": "name", "Notiz": None}}
    first = api.run(make_csv("A-1,Lamp,x", header=HEADER), options)
    assert first["status"] == "COMPLETED", first
    with saved(api, job_id=first["job_id"]) as profile:
        assert profile["header"] == HEADER.split(",")
        following = make_csv("A-2,Chair,y", header=f"{HEADER},Farbe")
        proposal = preview(api, following)["profile"]
        assert proposal["profile_id"] == profile["profile_id"]
        assert [drift["message"] for drift in proposal["drift"]] == ["Column Farbe is new."]
        job = run(api, following, profile, max_rejects=0)
        used = api.get(f"/profiles/{profile['profile_id']}")
    assert job["status"] == "COMPLETED", job
    assert job["profile"] == {name: profile[name] for name in ("profile_id", "name")}
    assert (job["options"]["mapping"], job["options"]["max_rejects"]) == (options["mapping"], 0)
    assert used["last_used_at"] is not None
    products = catalogue.products()
    assert [products[sku]["name"] for sku in ("a-1", "a-2")] == ["Lamp", "Chair"]
    assert api.get(f"/jobs/{job['job_id']}") == job


def test_a_profile_is_renamed_listed_and_deleted(api: Api) -> None:
    with saved(api) as profile, saved(api) as other:
        path, name = f"/profiles/{profile['profile_id']}", f"renamed {time.time_ns()}"
        changed = api.call("PATCH", path, json={"name": name}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"'), changed.text
        stale = api.call("PATCH", path, json={"name": "x"}, headers={"If-Match": '"1"'})
        read_problem(stale, 412, "precondition_failed")
        taken = api.call("PATCH", f"/profiles/{other['profile_id']}", json={"name": name.upper()})
        read_problem(taken, 409, "profile_name_taken")
        listed = [item["profile_id"] for page in api.pages("/profiles", 1) for item in page]
        assert listed.index(other["profile_id"]) < listed.index(profile["profile_id"])
        assert api.call("DELETE", path).status_code == 204
        read_problem(api.call("GET", path), 404, "profile_not_found")


def test_templates_are_downloaded_as_files(api: Api) -> None:
    with saved(api, header=["Nr", "Größe"], options={"delimiter": ";"}) as profile:
        answer = api.call("GET", f"/profiles/{profile['profile_id']}/template")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.content.decode("utf-8-sig") == "Nr;Größe\r\n"
    general = api.call("GET", "/imports/template")
    assert general.content.decode("utf-8-sig").startswith("sku,name,")
