"""Imports and previews that use a profile."""

import json
from base64 import b64encode
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.profiles.models import Profile
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import as_import
from tests.fakes.profiles import make_profile

MISSING = "prf_" + "0" * 26


def _keep(**options: Any) -> Profile:
    profile = make_profile(options=options)
    services().profiles.create(profile)
    return profile


def _begin(
    api: Api, profile: Profile, headers: dict[str, str] | None = None, **options: Any
) -> Any:
    body = {"filename": "c.csv", "size_bytes": 9, "profile": profile.profile_id}
    answer = api.post("/imports", body | {"options": options}, **(headers or {}))
    assert answer.status_code == 201, answer.body
    return answer.json_body


def _read(job_id: str) -> ImportJob:
    return as_import(services().jobs.get(job_id))


def test_an_import_stores_the_options_that_its_profile_had(api: Api) -> None:
    profile = _keep(delimiter=";", mapping={"Nr": "sku"}, max_rejects=5)
    job_id = _begin(api, profile, delimiter=",", mapping={"Titel": "name"})["job_id"]
    services().profiles.delete(profile.profile_id, lambda _: None)
    shown = api.get(f"/jobs/{job_id}").json_body
    assert shown["profile"] == {"profile_id": profile.profile_id, "name": profile.name}
    assert (shown["options"]["delimiter"], shown["options"]["max_rejects"]) == (",", 5)
    assert shown["options"]["mapping"] == {"Nr": "sku", "Titel": "name"}


def test_an_import_without_a_profile_has_none(api: Api) -> None:
    job_id = api.post("/imports", {"filename": "c.csv", "size_bytes": 9}).json_body["job_id"]
    assert api.get(f"/jobs/{job_id}").json_body["profile"] is None
    assert api.get("/jobs").json_body["items"][0]["profile"] is None


def test_the_use_of_a_profile_is_recorded(api: Api) -> None:
    profile = _keep()
    job_id = _begin(api, profile)["job_id"]
    answer = api.get(f"/profiles/{profile.profile_id}")
    assert answer.json_body["last_used_at"] is not None
    assert answer.headers["ETag"] == profile.etag
    assert _read(job_id).profile == {"profile_id": profile.profile_id, "name": profile.name}


def test_a_repeated_request_finds_its_import_after_the_profile_is_gone(api: Api) -> None:
    profile = _keep()
    first = _begin(api, profile, {"Idempotency_Key": "k"})
    services().profiles.delete(profile.profile_id, lambda _: None)
    assert _begin(api, profile, {"Idempotency_Key": "k"})["job_id"] == first["job_id"]


def test_an_unknown_profile_is_refused(api: Api) -> None:
    size = {"size_bytes": 2, "profile": MISSING}
    for path, body in (
        ("/imports", {"filename": "c.csv"}),
        ("/imports/preview", {"head": b64encode(b"ab").decode()}),
    ):
        answer = api.post(path, body | size)
        assert problem_of(answer) == (422, "invalid_body")
        assert fields_of(answer) == {"profile": "profile_not_found"}
    assert api.get("/jobs").json_body["items"] == []


def test_scope_of_an_unknown_profile_is_refused(api: Api) -> None:
    options = {"missing": "delete", "scope": {"profile": MISSING}}
    answer = api.post("/imports", {"filename": "c.csv", "size_bytes": 9, "options": options})
    assert fields_of(answer) == {"options.scope.profile": "profile_not_found"}
    profile = _keep(**options)
    body = {"filename": "c.csv", "size_bytes": 9, "profile": profile.profile_id}
    assert fields_of(api.post("/imports", body)) == {"options.scope.profile": "profile_not_found"}
    kept = {"scope": {"profile": profile.profile_id}}
    assert api.post("/imports", body | {"options": kept}).status_code == 201


@pytest.mark.parametrize(
    "given",
    [
        {"scope": {"active": True}},
        {"max_missing": {"percent": 5}},
        {"missing": "keep", "max_missing": {"products": 5}},
    ],
)
def test_limits_of_missing_products_are_refused_where_none_are_changed(
    api: Api, given: dict[str, Any]
) -> None:
    body = {"filename": "c.csv", "size_bytes": 9}
    answer = api.post("/imports", body | {"options": given})
    assert list(fields_of(answer).values()) == ["needs_missing"]
    profile = _keep(missing="delete", scope={"active": True})
    used = body | {"profile": profile.profile_id}
    if "missing" not in given:
        assert api.post("/imports", used | {"options": given}).status_code == 201
    assert api.post("/imports", used | {"options": {"missing": "keep"}}).status_code == 201


def test_options_that_are_too_many_together_are_refused(api: Api) -> None:
    profile = _keep(mapping={f"a{n}": None for n in range(600)})
    given = {"mapping": {f"b{n}": None for n in range(600)}}
    body = {"filename": "c.csv", "size_bytes": 9, "profile": profile.profile_id}
    answer = api.post("/imports", body | {"options": given})
    assert fields_of(answer) == {"options": "too_many"}


@pytest.mark.parametrize(
    ("saved", "given", "field", "named"),
    [
        (
            {"match": "attributes.GTIN"},
            {"mode": "create"},
            "options.mode",
            ["options.match attributes.GTIN", "options.mode create"],
        ),
        ({"match": "id"}, {"mode": None}, "options.mode", ["match id", "options.mode upsert"]),
        (
            {"match": "id", "mapping": {"Key": "id"}},
            {"match": "sku"},
            "options.match",
            ["'Key' to id", "options.match sku"],
        ),
        (
            {"match": "id", "mapping": {"Key": "id"}},
            {"mode": "upsert", "match": None},
            "options.match",
            ["'Key' to id", "options.match sku"],
        ),
    ],
)
def test_option_that_contradicts_one_of_the_profile_is_answered_with_both(
    api: Api, saved: dict[str, Any], given: dict[str, Any], field: str, named: list[str]
) -> None:
    profile = _keep(mode="update", **saved)
    body = {"filename": "c.csv", "size_bytes": 9, "profile": profile.profile_id}
    answer = api.post("/imports", body | {"options": given})
    assert fields_of(answer) == {field: "contradicts_profile"}
    [problem] = answer.json_body["errors"]
    assert all(text in problem["message"] for text in (*named, "Remove"))


@pytest.mark.parametrize(
    "given",
    [
        {"delimiter": ",", "decimal_mark": "."},
        {"mode": "upsert", "match": "sku", "mapping": {"Key": "attributes"}},
        {"mode": "update", "match": "attributes.GTIN", "mapping": {"Key": None}},
        {"mapping": {"Product": "id"}, "match": "id", "mode": "update"},
    ],
)
def test_options_of_the_request_replace_those_of_the_profile(
    api: Api, given: dict[str, Any]
) -> None:
    own = {"delimiter": ";", "decimal_mark": ",", "match": "id", "mapping": {"Key": "id"}}
    body = {"filename": "c.csv", "size_bytes": 9, "profile": _keep(mode="update", **own).profile_id}
    answer = api.post("/imports", body | {"options": given})
    assert answer.status_code == 201, answer.body
    options = as_import(services().jobs.get(answer.json_body["job_id"])).options
    assert all(options[name] == value for name, value in given.items() if name != "mapping")


def test_changes_of_columns_are_kept_exactly(api: Api) -> None:
    changes = {"multiply": "1.19", "round": 2, "replace": [{"find": "x", "with": "y"}]}
    options = {"columns": {"price": changes}, "sku_from": ["a", "b"]}
    created = api.post("/profiles", {"name": "a", "options": options})
    assert created.status_code == 201, created.body
    found = services().profiles.get(created.json_body["profile_id"])
    assert found
    sent = ImportOptions.model_validate_json(json.dumps(options))
    assert ImportOptions.from_json(found.options) == sent
    assert as_import(services().jobs.get(_begin(api, found)["job_id"])).options == sent.to_json()


def test_a_preview_uses_the_options_of_its_profile(api: Api) -> None:
    profile = _keep(delimiter=";", mapping={"Nr": "sku", "Titel": "name"})
    raw = b"Nr;Titel\n1;Lamp\n"
    body = {"size_bytes": len(raw), "head": b64encode(raw).decode()}
    found = api.post("/imports/preview", body | {"profile": profile.profile_id}).json_body
    assert found["error"] is None
    assert [column["field"] for column in found["columns"]] == ["sku", "name"]
