"""Keys on the deployed stack: no route but the public ones answers without a good one."""

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from app import app
from chalicelib.http.routing import scope_of
from chalicelib.http.scopes import ANY_KEY, PUBLIC, SCOPES
from chalicelib.keys.authorizer import KEPT_SECONDS
from chalicelib.keys.tokens import hash_secret, new_token
from tests.fakes.issuer import FakeIssuer
from tests.stack.client import Api, Json, read_problem
from tests.stack.emulator import Emulator
from tests.stack.reach import left_out_by, needs_this_machine

pytestmark = [pytest.mark.stack, pytest.mark.wiring]

ROUTES = [
    (method, re.sub(r"\{\w+\}", "x", path), scope_of(route.view_function))
    for path, methods in app.routes.items()
    for method, route in methods.items()
]
PROTECTED = [route for route in ROUTES if route[2] != PUBLIC]
IDS = [f"{method} {path}" for method, path, _ in PROTECTED]
REALM = 'Bearer realm="product-importer"'


def make_key(api: Api, *scopes: str, **more: str) -> Json:
    answer = api.call("POST", "/keys", json={"name": "a test's", "scopes": scopes, **more})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def challenge_of(answer: requests.Response) -> str:
    """Return WWW-Authenticate, which a gateway renames when it is of a function."""
    names = ("WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate")
    return next((answer.headers[name] for name in names if name in answer.headers), "")


@pytest.fixture(scope="module")
def bad_headers(api: Api) -> dict[str, str]:
    """Return every kind of invalid header; the gateway has never accepted any of them."""
    soon = datetime.now(UTC) + timedelta(seconds=5)  # a first request may wait for a cold start
    expired = make_key(api, *SCOPES, expires_at=soon.isoformat())["key"]
    revoked = make_key(api, *SCOPES)
    assert api.call("DELETE", f"/keys/{revoked['key_id']}").status_code == 204
    time.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    head, secret = api.key.rsplit("_", 1)
    changed = secret[:-1] + ("1" if secret[-1] == "0" else "0")
    return {
        "malformed": "Bearer nonsense",
        "another scheme": f"Basic {api.key}",
        "no scheme": api.key,
        "unknown": f"Bearer pik_{'0' * 26}_{secret}",
        "wrong secret": f"Bearer {head}_{changed}",
        "no JWT": "Bearer a.b.c",
        "expired": f"Bearer {expired}",
        "revoked": f"Bearer {revoked['key']}",
    }


def check_unauthorized(answer: requests.Response, method: str) -> None:
    assert answer.status_code == 401, answer.text
    assert challenge_of(answer) == REALM
    if method != "HEAD":
        read_problem(answer, 401, "unauthorized")


@pytest.fixture(scope="module")
def refused(api: Api, bad_headers: dict[str, str]) -> dict[str, list[requests.Response]]:
    """What each protected route answers with no key, a wrong one and a revoked one.

    Several at once: MiniStack takes half a second for each, since it ends a process that raises.
    """
    headers: list[dict[str, str]] = [{}] + [
        {"Authorization": bad_headers[k]} for k in ("wrong secret", "revoked")
    ]

    def ask(route: tuple[str, str, object]) -> list[requests.Response]:
        method, path, _ = route
        return [api.with_key("").call(method, path, headers=given) for given in headers]

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(IDS, pool.map(ask, PROTECTED), strict=True))


@pytest.mark.parametrize(("method", "path", "scope"), PROTECTED, ids=IDS)
def test_no_route_answers_without_an_active_key(
    method: str, path: str, scope: str, refused: dict[str, list[requests.Response]]
) -> None:
    answers = refused[f"{method} {path}"]
    assert len(answers) == 3
    for answer in answers:
        check_unauthorized(answer, method)


def test_every_kind_of_bad_key_is_refused(api: Api, bad_headers: dict[str, str]) -> None:
    for header in bad_headers.values():
        answer = api.with_key("").call("GET", "/jobs", headers={"Authorization": header})
        check_unauthorized(answer, "GET")


@pytest.fixture(scope="module")
def lacking(api: Api) -> dict[str, Api]:
    """For each scope the API asked with a key that has all the others."""
    return {
        scope: api.with_key(make_key(api, *(other for other in SCOPES if other != scope))["key"])
        for scope in SCOPES
    }


@pytest.mark.parametrize(("method", "path", "scope"), PROTECTED, ids=IDS)
def test_key_without_the_scope_is_refused_and_the_scope_is_named(
    method: str, path: str, scope: str, lacking: dict[str, Api]
) -> None:
    if scope == ANY_KEY:
        assert lacking["keys:write"].call(method, path).status_code in (200, 404)
        return
    answer = lacking[scope].call(method, path)
    assert answer.status_code == 403, answer.text
    assert f'scope="{scope}"' in challenge_of(answer)
    if method != "HEAD":
        assert scope in read_problem(answer, 403, "insufficient_scope")["detail"]


@pytest.mark.parametrize("is_given", [True, False])
def test_a_route_asks_the_authorizer_itself_where_no_gateway_has(
    api: Api, emulator: Emulator, *, is_given: bool
) -> None:
    place = {"resourcePath": "/keys", "path": "/api/keys", "httpMethod": "GET", "requestId": "1"}
    event = {
        "resource": "/keys",
        "path": "/keys",
        "httpMethod": "GET",
        "headers": api.key_header if is_given else {},
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": place,
        "body": None,
        "isBase64Encoded": False,
    }
    assert emulator.invoke("APIHandler", event)["statusCode"] == (200 if is_given else 401)


def test_health_needs_no_key_and_minds_none(api: Api) -> None:
    for key in ("", "nonsense"):
        assert api.with_key(key).call("GET", "/health").status_code == 200


def test_one_key_goes_from_route_to_route(api: Api) -> None:
    """The gateway keeps the authorizer's answer to the first and lets it count for the others."""
    reader = api.with_key(make_key(api, "products:read")["key"])
    for _ in range(2):
        assert reader.get("/jobs", params={"limit": "1"})["items"] is not None
        read_problem(reader.call("GET", "/jobs/x"), 404, "job_not_found")
        read_problem(reader.call("POST", "/imports", json={}), 403, "insufficient_scope")


def test_revoked_key_works_for_seconds_at_most(api: Api) -> None:
    made = make_key(api, "products:read")
    mine = api.with_key(made["key"])
    assert mine.call("GET", "/jobs").status_code == 200
    revoked_at = time.monotonic()
    for _ in range(2):
        assert api.call("DELETE", f"/keys/{made['key_id']}").status_code == 204
    asked_at = time.monotonic()  # a busy machine may answer late, but not as of later
    while mine.call("GET", "/jobs").status_code != 401:
        assert asked_at - revoked_at < KEPT_SECONDS + 3
        time.sleep(0.2)
        asked_at = time.monotonic()
    listed = {key["key_id"]: key for key in api.get("/keys", params={"limit": "100"})["items"]}
    assert listed[made["key_id"]]["revoked_at"] is not None


def test_a_key_is_shown_once_and_its_use_is_noted(api: Api) -> None:
    made = make_key(api, "products:read")
    assert api.with_key(made["key"]).call("GET", "/jobs").status_code == 200
    shown = api.get(f"/keys/{made['key_id']}")
    assert shown["last_used_at"] is not None
    assert made["key"] not in str(shown)
    assert made["key"] not in str(api.get("/keys", params={"limit": "100"}))


def test_caller_can_read_its_own_key(api: Api) -> None:
    made = make_key(api, "products:read", expires_at="2126-11-24T09:30:00Z")
    assert api.with_key(made["key"]).get("/keys/current") == {
        "caller_id": made["key_id"],
        "name": made["name"],
        "kind": "key",
        "scopes": ["products:read"],
        "expires_at": made["expires_at"],
    }
    assert api.get("/keys/current")["expires_at"] is None


def test_repeated_request_for_a_key_names_the_first_key(api: Api) -> None:
    asked = {"json": {"name": "once", "scopes": ["products:read"]}}
    headers = {"Idempotency-Key": str(time.time_ns())}
    first = api.call("POST", "/keys", headers=headers, **asked)
    again = api.call("POST", "/keys", headers=headers, **asked)
    assert first.status_code == 201
    assert first.json()["key_id"] in read_problem(again, 409, "key_shown_once")["detail"]


def test_nobody_grants_what_they_do_not_have(api: Api) -> None:
    mine = api.with_key(make_key(api, "keys:write")["key"])
    asked = {"name": "more", "scopes": ["keys:write", "products:write"]}
    read_problem(mine.call("POST", "/keys", json=asked), 403, "scope_not_held")


def test_the_deploy_program_makes_a_first_key_once(api: Api, emulator: Emulator) -> None:
    outcomes = []
    for token in (new_token(datetime.now(UTC)), new_token(datetime.now(UTC))):
        event: Json = {"key_id": token.key_id, "secret_hash": hash_secret(token.secret)}
        event |= {"name": "the first", "only_first": True}
        outcome = emulator.invoke("IssueKey", event)["outcome"]
        is_good = api.with_key(token.text).call("GET", "/keys").status_code == 200
        outcomes.append((outcome, is_good))
    assert outcomes == [("made", True), ("exists", False)]


@needs_this_machine
def test_jwts_of_the_issuer_are_taken(api: Api, issuer: FakeIssuer) -> None:
    good = api.with_key(issuer.sign(scope="openid keys:write"))
    assert good.call("GET", "/keys").status_code == 200
    read_problem(good.call("POST", "/imports", json={}), 403, "insufficient_scope")
    mine = good.get("/keys/current")
    assert (mine["name"], mine["kind"], mine["scopes"]) == ("robot", "jwt", ["keys:write"])
    for bad in (issuer.sign(aud="another"), issuer.sign(exp=int(time.time()) - 60)):
        check_unauthorized(api.with_key(bad).call("GET", "/jobs"), "GET")


@left_out_by("LocalStack", "it does not throttle")
def test_too_many_requests_are_a_problem(api: Api, emulator: Emulator) -> None:
    with emulator.throttled("/health", "GET"):
        answer = api.call("GET", "/health")
    read_problem(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"] == "1"
    assert api.call("GET", "/health").status_code == 200


def test_a_body_that_is_too_large_is_a_problem(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.call("POST", "/imports", data=b" " * 3_000_000, headers=headers)
    read_problem(answer, 413, "too_large")


def test_no_secret_is_in_any_log(api: Api, emulator: Emulator) -> None:
    made = make_key(api, "products:read")
    api.with_key(made["key"]).call("GET", "/jobs")
    api.with_key(made["key"][:-3] + "000").call("GET", "/jobs")
    with contextlib.suppress(requests.RequestException):
        api.with_key(made["key"]).call("GET", "/nothing")
    text = "\n".join(emulator.log_lines())
    assert made["key_id"] in text
    for key in (made["key"], api.key):
        assert key.rpartition("_")[2][:-3] not in text
