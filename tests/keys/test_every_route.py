"""Every route except the public ones needs an active key with the right scope."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.app import Chalice, Request, Response

from app import app
from chalicelib.bootstrap import services
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.routing import Routes, require_keys, scope_of
from chalicelib.http.scopes import ANY_KEY, PUBLIC, PUBLIC_PATHS, SCOPES
from chalicelib.keys.authorizer import authorize_request
from chalicelib.keys.store import KeyStore
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import open_account
from tests.fakes.keys import KEY, keep_key, make_app, make_key

_SAID = Operation(tag="products", responses={200: ResponseSpec()})

ROUTES = [(method, path) for path, methods in app.routes.items() for method in methods]
PROTECTED = [
    (method, path)
    for method, path in ROUTES
    if scope_of(app.routes[path][method].view_function) != PUBLIC
]
Ask = Callable[[str, str, str], tuple[int, Any]]


def ask_through_gateway(method: str, path: str, authorization: str) -> tuple[int, Any]:
    """Ask a route of which the gateway asks the authorizer first."""
    answer = Api(app, key="").send(method, place(path), headers={"Authorization": authorization})
    return answer.status_code, answer.json_body if answer.body else None


def ask_past_authorizer(method: str, path: str, authorization: str) -> tuple[int, Any]:
    """Ask a route as a gateway would that asks no authorizer."""
    event = {
        "resource": path,
        "path": place(path),
        "httpMethod": method,
        "headers": {"Authorization": authorization, "Content-Type": "application/json"},
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": dict.fromkeys(re.findall(r"{(\w+)}", path), "x"),
        "stageVariables": None,
        "requestContext": {"resourcePath": path, "path": place(path), "httpMethod": method}
        | {"requestId": "1", "identity": {"sourceIp": "127.0.0.1"}},
        "body": "{}",
        "isBase64Encoded": False,
    }
    answer = app(event, None)
    is_json = answer["body"] and "json" in answer["headers"]["Content-Type"]
    return answer["statusCode"], json.loads(answer["body"]) if is_json else None


def place(path: str) -> str:
    return re.sub(r"\{\w+\}", "x", path)


@pytest.fixture(scope="module")
def keys() -> Iterator[KeyStore]:
    """The keys of one account for all tests, which change nothing but keys."""
    with pytest.MonkeyPatch.context() as patch, open_account(patch):
        yield services().keys


@pytest.fixture(params=[ask_through_gateway, ask_past_authorizer])
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.param
    return found


@pytest.fixture(scope="module")
def bad_headers(keys: KeyStore) -> dict[str, str]:
    """Every kind of header without an active key."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    expired, revoked = keep_key(keys, *SCOPES, expires_at=past), keep_key(keys, *SCOPES)
    keys.revoke(revoked.key_id, past)
    unknown = make_key().key_id.removeprefix("key_")
    return {
        "none": "",
        "another scheme": f"Basic {KEY}",
        "no scheme": KEY,
        "malformed": "Bearer nonsense",
        "a JWT while there is no issuer": "Bearer e30.e30.e30",
        "unknown": f"Bearer pik_{unknown}_{'0' * 52}",
        "wrong secret": f"Bearer {KEY[:-1]}1",
        "expired": f"Bearer {expired.text}",
        "revoked": f"Bearer {revoked.text}",
    }


def test_public_routes_are_the_listed_ones() -> None:
    public = {path for method, path in set(ROUTES) - set(PROTECTED)}
    assert "/health" in public
    files = ("/assets/", "/docs/")
    assert {path for path in public if not path.startswith(files)} == set(PUBLIC_PATHS)


def test_every_route_has_a_known_scope() -> None:
    found = {scope_of(app.routes[path][method].view_function) for method, path in ROUTES}
    assert found <= {*SCOPES, ANY_KEY, PUBLIC}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_protected_route_has_the_authorizer(method: str, path: str) -> None:
    expected = authorize_request if (method, path) in PROTECTED else None
    assert app.routes[path][method].authorizer is expected


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_without_an_active_key_every_route_answers_401(
    method: str, path: str, ask: Ask, bad_headers: dict[str, str]
) -> None:
    answered = {name: ask(method, path, header)[0] for name, header in bad_headers.items()}
    assert answered == dict.fromkeys(bad_headers, 401)


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_without_its_scope_every_route_answers_403(
    method: str, path: str, ask: Ask, keys: KeyStore
) -> None:
    needed = scope_of(app.routes[path][method].view_function)
    others = keep_key(keys, *(scope for scope in SCOPES if scope != needed))
    status, body = ask(method, path, f"Bearer {others.text}")
    if needed == ANY_KEY:
        assert status in (200, 404)
        return
    assert status == 403
    if method != "HEAD":
        assert body["code"] == "insufficient_scope"
        assert str(needed) in body["detail"]


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_its_own_scope_is_enough_for_every_route(
    method: str, path: str, ask: Ask, keys: KeyStore
) -> None:
    needed = scope_of(app.routes[path][method].view_function)
    token = keep_key(keys, *(scope for scope in SCOPES if scope == needed))
    assert ask(method, path, f"Bearer {token.text}")[0] not in (401, 403)


def test_a_route_without_an_authorizer_answers_401_with_a_challenge(keys: KeyStore) -> None:
    routes = Routes(__name__)

    @routes.route("/things", methods=["GET"], scope="products:read", operation=_SAID)
    def list_things(request: Request) -> Response:
        raise AssertionError

    bare = Chalice("test")
    bare.register_blueprint(routes)  # and nothing that would protect it
    answer = Api(bare).get("/things")
    assert problem_of(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="product-importer"'


def test_a_missing_scope_is_named_by_rfc_6750(keys: KeyStore) -> None:
    answer = Api(app, keep_key(keys, "products:read").text).get("/keys")
    assert problem_of(answer) == (403, "insufficient_scope")
    given = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in given
    assert 'scope="keys:write"' in given


def test_no_other_path_can_be_public() -> None:
    with pytest.raises(ValueError, match="/products"):
        Routes(__name__).route("/products", methods=["GET"], scope=PUBLIC, operation=_SAID)


def test_a_route_that_is_not_framed_is_protected_too() -> None:
    bare = make_app()

    @bare.route("/bare")
    def show() -> dict[str, str]:
        return {}

    require_keys(bare, authorize_request)
    assert bare.routes["/bare"]["GET"].authorizer is authorize_request
