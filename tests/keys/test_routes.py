"""GET, POST and DELETE /keys."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from app import app
from chalicelib.http.paging import Paging, make_cursor
from chalicelib.keys.store import KeyStore
from chalicelib.times import format_time
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.aws import IDEMPOTENCY_TABLE
from tests.fakes.keys import TOKEN, keep_key

BODY = {"name": "the shop", "scopes": ["products:read"]}


def make(api: Api, **more: Any) -> Any:
    answer = api.post("/keys", BODY | more)
    assert answer.status_code == 201, answer.body
    return answer.json_body


def test_a_new_key_is_shown_once_and_works(api: Api) -> None:
    answer = api.post("/keys", {"name": "robot", "scopes": ["keys:write", "imports:write"]})
    body = answer.json_body
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"keys/{body['key_id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert body["scopes"] == ["imports:write", "keys:write"]
    assert (body["expires_at"], body["revoked_at"], body["last_used_at"]) == (None, None, None)
    shown = Api(app, body["key"]).get(f"/keys/{body['key_id']}").json_body
    assert shown | {"last_used_at": None} == {n: v for n, v in body.items() if n != "key"}
    assert shown["last_used_at"] is not None
    assert body["key"] not in str(api.get("/keys").json_body)


def test_a_key_has_an_expiry(api: Api) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    made = make(api, expires_at=ends.isoformat())
    assert datetime.fromisoformat(made["expires_at"]) == ends.replace(
        microsecond=ends.microsecond // 1000 * 1000
    )


def test_a_key_cannot_grant_scopes_that_it_does_not_have(api: Api, keys: KeyStore) -> None:
    token = keep_key(keys, "keys:write", "products:read")
    mine = Api(app, token.text)
    refused = mine.post("/keys", BODY | {"scopes": ["products:read", "products:write"]})
    assert problem_of(refused) == (403, "scope_not_held")
    assert "products:write" in refused.json_body["detail"]
    assert make(mine)["scopes"] == ["products:read"]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"name": "   "}, "name", "value_error"),
        ({"name": "a\nb"}, "name", "value_error"),
        ({"name": 1}, "name", "not_text"),
        ({"scopes": []}, "scopes", "empty"),
        ({"scopes": ["everything"]}, "scopes.0", "not_a_choice"),
        ({"scopes": "products:read"}, "scopes", "not_list"),
        ({"expires_at": "2027-01-01T00:00:00"}, "expires_at", "not_time"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "value_error"),
        ({"expires_at": "soon"}, "expires_at", "not_time"),
        ({"secret": "x"}, "secret", "unknown"),
    ],
)
def test_an_invalid_body_is_rejected(
    api: Api, change: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post("/keys", BODY | change)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}


def test_a_repeated_request_neither_creates_nor_shows_a_key(api: Api) -> None:
    first = api.post("/keys", BODY, Idempotency_Key="k").json_body
    again = api.post("/keys", BODY, Idempotency_Key="k")
    assert problem_of(again) == (409, "key_shown_once")
    assert first["key_id"] in again.json_body["detail"]
    assert first["key"] not in again.body.decode()
    assert len(api.get("/keys").json_body["items"]) == 2  # with the one that asks
    kept = str(boto3.client("dynamodb").scan(TableName=IDEMPOTENCY_TABLE))
    assert first["key_id"] in kept
    assert first["key"].rpartition("_")[2] not in kept


def test_each_caller_has_idempotency_keys_of_its_own(api: Api, keys: KeyStore) -> None:
    other = Api(app, keep_key(keys, "keys:write", "products:read").text)
    first = api.post("/keys", BODY, Idempotency_Key="k").json_body
    second = other.post("/keys", BODY, Idempotency_Key="k").json_body
    assert first["key_id"] != second["key_id"]


def test_a_key_is_revoked_at_once_and_stays_listed(api: Api) -> None:
    made = make(api, scopes=["keys:write"])
    mine = Api(app, made["key"])
    assert mine.get("/keys").status_code == 200
    for _ in range(2):
        answer = api.send("DELETE", f"/keys/{made['key_id']}")
        assert (answer.status_code, answer.body) == (204, b"")
    assert mine.get("/keys").status_code == 401
    [listed] = [k for k in api.get("/keys").json_body["items"] if k["key_id"] == made["key_id"]]
    assert listed["revoked_at"] is not None


@pytest.mark.parametrize("key_id", ["key_" + "1" * 26, "first", "nothing", "%00", "key_%C3%A4"])
def test_an_unknown_key_is_not_found(api: Api, key_id: str) -> None:
    assert problem_of(api.get(f"/keys/{key_id}")) == (404, "key_not_found")
    assert problem_of(api.send("DELETE", f"/keys/{key_id}")) == (404, "key_not_found")


def test_current_key_shows_the_caller_and_its_scopes(api: Api, keys: KeyStore) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    token = keep_key(keys, "imports:write", "products:read", name="the shop", expires_at=ends)
    assert Api(app, token.text).get("/keys/current").json_body == {
        "caller_id": token.key_id,
        "name": "the shop",
        "kind": "key",
        "scopes": ["products:read", "imports:write"],
        "expires_at": format_time(ends),
    }
    mine = api.get("/keys/current")
    assert mine.headers["Cache-Control"] == "no-store"
    assert (mine.json_body["caller_id"], mine.json_body["expires_at"]) == (TOKEN.key_id, None)


def test_keys_are_listed_over_pages(api: Api) -> None:
    made = [make(api)["key_id"] for _ in range(4)]
    first = api.get("/keys?limit=3").json_body
    second = api.get(f"/keys?limit=3&cursor={first['next_cursor']}").json_body
    listed = [key["key_id"] for key in first["items"] + second["items"]]
    assert set(listed) == {*made, TOKEN.key_id}
    assert listed == sorted(listed, reverse=True)
    assert second["next_cursor"] is None
    assert problem_of(api.get("/keys?limit=0")) == (400, "invalid_query")
    assert problem_of(api.get("/keys?cursor=x")) == (400, "invalid_cursor")


@pytest.mark.parametrize("position", ["", "key_", "job_" + "0" * 26, "~" * 300, 5, None])
def test_a_forged_cursor_is_rejected(api: Api, position: object) -> None:
    answer = api.get(f"/keys?cursor={make_cursor(Paging(), 'keys', position)}")
    assert problem_of(answer) == (400, "invalid_cursor")
    assert fields_of(answer) == {"cursor": "invalid_cursor"}
