"""POST, GET, PATCH and DELETE /profiles."""

import json
from typing import Any

import pytest
from chalice.test import HTTPResponse

from app import app
from chalicelib.bootstrap import services
from chalicelib.http.paging import Paging, make_cursor
from chalicelib.profiles.store import MOST_PROFILES
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import make_bulk_delete, make_job
from tests.fakes.keys import keep_key
from tests.fakes.profiles import make_profile

OPTIONS = {"delimiter": ";", "mapping": {"Titel": "name", "Notiz": None}}
BODY = {"name": "Spring supplier", "options": OPTIONS, "header": ["SKU", "Titel", "Notiz"]}
MISSING = "prf_" + "0" * 26


def _create(api: Api, **more: Any) -> Any:
    answer = api.post("/profiles", BODY | more)
    assert answer.status_code == 201, answer.body
    return answer.json_body


def _patch(api: Api, profile_id: str, body: Any, **headers: str) -> HTTPResponse:
    named = {"Content-Type": "application/json", **headers}
    return api.send("PATCH", f"/profiles/{profile_id}", json.dumps(body).encode(), named)


def _options_of(profile: dict[str, Any]) -> dict[str, Any]:
    """Return the options that a profile has set."""
    return {name: value for name, value in profile["options"].items() if value is not None}


def test_a_profile_is_created_from_options(api: Api) -> None:
    answer = api.post("/profiles", BODY)
    created = answer.json_body
    profile_id = created["profile_id"]
    assert answer.headers["Location"] == f"profiles/{profile_id}"
    assert answer.headers["ETag"] == '"1"'
    assert (created["name"], created["header"]) == (BODY["name"], BODY["header"])
    assert created["options"]["delimiter"] == ";"
    assert created["options"]["mapping"] == OPTIONS["mapping"]
    assert (created["last_used_at"], created["created_at"]) == (None, created["updated_at"])
    assert api.get(f"/profiles/{profile_id}").json_body == created


def test_a_name_is_enough(api: Api) -> None:
    created = api.post("/profiles", {"name": "plain"}).json_body
    assert created["header"] is None
    assert created["options"]["mapping"] == {}


def test_a_repeated_request_creates_one_profile(api: Api) -> None:
    first = api.post("/profiles", BODY, Idempotency_Key="k").json_body
    assert api.post("/profiles", BODY, Idempotency_Key="k").json_body == first
    assert len(api.get("/profiles").json_body["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "   "}, "name", "value_error"),
        ({"name": "a\nb"}, "name", "value_error"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"header": []}, "header", "empty"),
        ({"header": ["sku", ""]}, "header.1", "empty"),
        ({"header": ["x" * 300] * 300}, "header", "value_error"),
        ({"options": {"delimiter": "x"}}, "options.delimiter", "not_a_choice"),
        ({"options": {"speed": 1}}, "options.speed", "unknown"),
        ({"job_id": "job_" + "0" * 26}, "", "value_error"),
        ({"options": None, "header": None, "job_id": "x"}, "job_id", "job_not_found"),
    ],
)
def test_an_invalid_body_is_rejected(
    api: Api, change: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post("/profiles", BODY | change)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}
    assert api.get("/profiles").json_body["items"] == []


def test_a_name_that_differs_only_in_case_is_taken(api: Api) -> None:
    _create(api)
    answer = api.post("/profiles", BODY | {"name": "SPRING supplier"})
    assert problem_of(answer) == (409, "profile_name_taken")


def test_there_are_only_so_many_profiles(api: Api) -> None:
    for n in range(MOST_PROFILES):
        services().profiles.create(make_profile(f"profile {n}"))
    assert problem_of(api.post("/profiles", BODY)) == (409, "too_many_profiles")


# ---------------------------------------------------------------- from an import
def _create_from(api: Api, detected: Any, **options: Any) -> HTTPResponse:
    job = make_job(options=options, detected=detected)
    services().jobs.create(job)
    return api.post("/profiles", {"name": "saved", "job_id": job.job_id})


def test_a_profile_of_an_import_has_its_options_header_and_detected_fields(api: Api) -> None:
    detected = {
        "encoding": "cp1252",
        "delimiter": ";",
        "columns": {"Nr": "sku", "Titel": "name", "Farbe": "attributes", "Notiz": None},
        "header": ["Nr", "Titel", "Farbe", "Notiz"],
    }
    answer = _create_from(api, detected, mapping={"Notiz": None}, max_rejects=5)
    saved = answer.json_body
    assert saved["header"] == detected["header"]
    assert _options_of(saved)["max_rejects"] == 5
    assert saved["options"]["mapping"] == {"Nr": "sku", "Titel": "name", "Notiz": None}
    assert (saved["options"]["delimiter"], saved["options"]["encoding"]) == (None, None)


def test_a_profile_takes_the_detected_decimal_mark_unless_the_import_had_one(api: Api) -> None:
    detected = {"columns": {"sku": "sku"}, "header": ["sku"], "decimal_mark": ","}
    taken = _create_from(api, detected).json_body
    assert taken["options"]["decimal_mark"] == ","
    _send_delete(api, taken["profile_id"])
    given = _create_from(api, detected, decimal_mark=".").json_body
    assert given["options"]["decimal_mark"] == "."


def test_a_detected_format_is_saved_instead_of_its_columns(api: Api) -> None:
    detected = {"columns": {"Variant SKU": "sku"}, "header": None, "format": "shopify_products"}
    saved = _create_from(api, detected, mapping={"Vendor": None}).json_body["options"]
    assert (saved["format"], saved["mapping"]) == ("shopify_products", {"Vendor": None})


@pytest.mark.parametrize(("detected", "saved"), [("EUR", "EUR"), ("$", None), (None, None)])
def test_a_detected_currency_is_saved_if_it_is_a_code(
    api: Api, detected: str | None, saved: str | None
) -> None:
    found = {"columns": {"sku": "sku"}, "header": ["sku"], "currency": detected}
    assert _create_from(api, found).json_body["options"]["currency"] == saved


def test_a_mapping_that_pads_a_name_wins_over_the_detected_column(api: Api) -> None:
    detected = {"columns": {"Nr": "sku", "Titel": "name"}, "header": ["Nr", "Titel"]}
    saved = _create_from(api, detected, mapping={" Nr ": "sku"}).json_body["options"]
    assert saved["mapping"] == {" Nr ": "sku", "Titel": "name"}


def test_an_import_without_a_stored_header_makes_a_profile_without_one(api: Api) -> None:
    detected = {"columns": {"sku": "sku"}, "header": None}
    assert _create_from(api, detected).json_body["header"] is None


def test_an_import_that_has_not_read_its_header_is_refused(api: Api) -> None:
    answer = _create_from(api, None)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"job_id": "header_unknown"}


def test_a_job_of_another_kind_is_refused(api: Api) -> None:
    job = make_bulk_delete()
    services().jobs.create(job)
    answer = api.post("/profiles", {"name": "saved", "job_id": job.job_id})
    assert fields_of(answer) == {"job_id": "job_not_found"}


# ---------------------------------------------------------------- list, change, delete
def _send_delete(api: Api, profile_id: str, **headers: str) -> HTTPResponse:
    return api.send("DELETE", f"/profiles/{profile_id}", headers=headers)


def test_profiles_are_listed_over_pages(api: Api) -> None:
    made = [_create(api, name=f"profile {n}")["profile_id"] for n in range(4)]
    first = api.get("/profiles?limit=3").json_body
    second = api.get(f"/profiles?limit=3&cursor={first['next_cursor']}").json_body
    listed = [profile["profile_id"] for profile in first["items"] + second["items"]]
    assert listed == sorted(made, reverse=True)
    assert second["next_cursor"] is None


def test_a_page_with_large_profiles_ends_early(api: Api) -> None:
    mapping = dict.fromkeys([f"{n:03}{'x' * 180}" for n in range(300)], None)
    for n in range(70):
        services().profiles.create(make_profile(f"{n}", options={"mapping": mapping}))
    listed, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/profiles?limit=100{cursor and f'&cursor={cursor}'}").json_body
        listed += [profile["name"] for profile in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(listed, key=int) == [str(n) for n in range(70)]


@pytest.mark.parametrize("position", ["", "prf_", "job_" + "0" * 26, 5])
def test_a_forged_cursor_is_rejected(api: Api, position: object) -> None:
    answer = api.get(f"/profiles?cursor={make_cursor(Paging(), 'profiles', position)}")
    assert problem_of(answer) == (400, "invalid_cursor")


def test_given_fields_are_changed_and_the_others_stay(api: Api) -> None:
    created = _create(api)
    answer = _patch(api, created["profile_id"], {"name": "Summer"}, If_Match='"1"')
    assert answer.headers["ETag"] == '"2"'
    changed = answer.json_body
    kept = {"profile_id", "options", "header", "created_at", "links", "last_used_at"}
    assert {name: changed[name] for name in kept} == {name: created[name] for name in kept}
    assert changed["name"] == "Summer"
    replaced = _patch(api, created["profile_id"], {"options": {}, "header": None}).json_body
    assert (replaced["options"]["delimiter"], replaced["header"]) == (None, None)


def test_an_outdated_version_is_neither_changed_nor_deleted(api: Api) -> None:
    profile_id = _create(api)["profile_id"]
    _patch(api, profile_id, {"name": "Summer"})
    for answer in (
        _patch(api, profile_id, {"name": "Autumn"}, If_Match='"1"'),
        _send_delete(api, profile_id, If_Match='"1"'),
    ):
        assert problem_of(answer) == (412, "precondition_failed")
        assert answer.headers["ETag"] == '"2"'
    assert api.get(f"/profiles/{profile_id}").json_body["name"] == "Summer"


def test_a_change_of_nothing_keeps_the_version(api: Api) -> None:
    created = _create(api)
    answer = _patch(api, created["profile_id"], BODY)
    assert (answer.headers["ETag"], answer.json_body) == ('"1"', created)


def test_a_profile_cannot_take_the_name_of_another(api: Api) -> None:
    _create(api)
    other = _create(api, name="other")
    answer = _patch(api, other["profile_id"], {"name": "SPRING SUPPLIER"})
    assert problem_of(answer) == (409, "profile_name_taken")


@pytest.mark.parametrize("body", [{"name": None}, {"options": None}, {"job_id": "x"}])
def test_an_invalid_change_is_rejected(api: Api, body: dict[str, Any]) -> None:
    profile_id = _create(api)["profile_id"]
    assert problem_of(_patch(api, profile_id, body)) == (422, "invalid_body")


def test_a_deleted_profile_is_gone(api: Api) -> None:
    profile_id = _create(api)["profile_id"]
    assert _send_delete(api, profile_id, If_Match='"1"').status_code == 204
    for answer in (
        api.get(f"/profiles/{profile_id}"),
        _patch(api, profile_id, {"name": "x"}),
        _send_delete(api, profile_id),
    ):
        assert problem_of(answer) == (404, "profile_not_found")


@pytest.mark.parametrize("profile_id", [MISSING, "nothing", "%00", "prf_%C3%A4"])
def test_an_unknown_profile_is_not_found(api: Api, profile_id: str) -> None:
    assert problem_of(api.get(f"/profiles/{profile_id}")) == (404, "profile_not_found")


def test_every_key_may_read_profiles_and_one_that_imports_may_write(api: Api) -> None:
    profile_id = _create(api)["profile_id"]
    reader = Api(app, keep_key(services().keys, "products:read").text)
    assert reader.get(f"/profiles/{profile_id}").status_code == 200
    assert problem_of(reader.post("/profiles", BODY)) == (403, "insufficient_scope")
    importer = Api(app, keep_key(services().keys, "imports:write").text)
    assert _send_delete(importer, profile_id).status_code == 204
