"""Whatever goes wrong in a route, it is answered as problem details."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from chalice.app import BadRequestError, Request, Response
from pydantic import Field

from chalicelib.errors import FieldProblem, ProblemError, TryAgainError
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.parsing import Body, read_body
from chalicelib.http.routing import Routes, make_relative_url, make_response, make_root_url
from chalicelib.http.scopes import ANY_KEY
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.keys import make_app


def _client_error(code: str, status: int) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "secret"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "PutItem")


ERRORS: dict[str, tuple[Exception, int, str]] = {
    "teapot": (ProblemError(409, "job_final", "The job has ended."), 409, "job_final"),
    "chalice": (BadRequestError("What is that?"), 400, "bad_request"),
    "passing": (TryAgainError("secret"), 503, "temporarily_unavailable"),
    "network": (EndpointConnectionError(endpoint_url="secret"), 503, "temporarily_unavailable"),
    "throttled": (_client_error("ThrottlingException", 400), 503, "temporarily_unavailable"),
    "aws": (_client_error("InternalFailure", 500), 503, "temporarily_unavailable"),
    "denied": (_client_error("AccessDeniedException", 400), 500, "internal_error"),
    "bug": (ZeroDivisionError("secret"), 500, "internal_error"),
}


_SAID = Operation(tag="service", responses={200: ResponseSpec()})


class _Inner(Body):
    price: int


class _Thing(Body):
    name: str
    inner: _Inner | None = None
    many: list[_Inner] = Field(default_factory=list)
    by_name: dict[str, int] = Field(default_factory=dict)


@pytest.fixture
def api() -> Api:
    routes = Routes(__name__)

    @routes.route("/fails/{how}", methods=["GET", "POST"], scope=ANY_KEY, operation=_SAID)
    def fail(request: Request, how: str) -> Response:
        raise ERRORS[how][0]

    @routes.route("/things", methods=["POST"], scope=ANY_KEY, operation=_SAID)
    def make_thing(request: Request) -> Response:
        return make_response(read_body(request, _Thing).model_dump(), 201)

    @routes.route("/a/{b}/c", methods=["GET"], scope=ANY_KEY, operation=_SAID)
    def point(request: Request, b: str) -> Response:
        return make_response({"b": b}, headers={"Location": make_relative_url(request, "/jobs/1")})

    app = make_app(routes)
    app.debug = True  # even then no traceback is shown
    return Api(app)


@pytest.mark.parametrize("how", ERRORS)
def test_every_error_is_a_problem(api: Api, how: str) -> None:
    found = api.get(f"/fails/{how}")
    assert problem_of(found) == ERRORS[how][1:]
    assert b"secret" not in found.body
    assert b"Traceback" not in found.body


def test_fields_and_headers_of_a_problem_are_answered(api: Api) -> None:
    error = ProblemError(
        422, "x", "y", [FieldProblem("a.b", "c", "d")], headers={"Retry-After": "3"}
    )
    ERRORS["fields"] = (error, 422, "x")
    found = api.get("/fails/fields")
    assert found.headers["Retry-After"] == "3"
    assert found.json_body["errors"] == [{"field": "a.b", "code": "c", "message": "d"}]
    assert found.json_body["title"] == "Unprocessable Content"


def test_a_method_that_is_not_there_is_a_problem(api: Api) -> None:
    found = api.send("DELETE", "/things")
    assert problem_of(found) == (405, "method_not_allowed")
    assert found.headers["Allow"] == "POST"


def test_head_of_a_problem_has_no_body(api: Api) -> None:
    found = api.send("HEAD", "/fails/bug")
    assert (found.status_code, found.body) == (500, b"")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_missing"),
        (b"  ", 400, "body_missing"),
        (b"{", 400, "malformed_json"),
        (b'{"name": "x",}', 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"name": "\xff"}', 400, "malformed_json"),
        (b'{"name": "\\ud800"}', 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b"null", 422, "invalid_body"),
        (b'"name"', 422, "invalid_body"),
        (b'{"name": 1}', 422, "invalid_body"),
        (b'{"name": "x", "inner": {"price": "1"}}', 422, "invalid_body"),
        (b'{"name": "' + b"x" * 2_100_000 + b'"}', 413, "too_large"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api: Api, body: bytes, status: int, code: str) -> None:
    found = api.send("POST", "/things", body, {"Content-Type": "application/json"})
    assert problem_of(found) == (status, code)


def test_each_field_at_fault_is_named_by_its_path(api: Api) -> None:
    body = {"inner": {"cost": 1}, "many": [{"price": 1}, {"price": None}], "by_name": {"ä b": "1"}}
    found = api.post("/things", body)
    assert fields_of(found) == {
        "name": "required",
        "inner.price": "required",
        "inner.cost": "unknown",
        "many.1.price": "not_integer",
        "by_name.ä b": "not_integer",
    }


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        None,
    ],
)
def test_json_is_taken(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    found = api.send("POST", "/things", '{"name": "Stuhl, grün"}'.encode(), headers)
    assert found.status_code == 201
    assert found.json_body["name"] == "Stuhl, grün"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/merge-patch+json",
        "application/octet-stream",
        "",
    ],
)
def test_other_content_types_are_refused(api: Api, content_type: str) -> None:
    found = api.send("POST", "/things", b'{"name": "x"}', {"Content-Type": content_type})
    assert problem_of(found) == (415, "unsupported_media_type")
    assert found.headers["Accept"] == "application/json"


def test_places_are_relative_to_the_request(api: Api) -> None:
    assert api.get("/a/1/c").headers["Location"] == "../../jobs/1"
    assert api.get("/a/1/c/").headers["Location"] == "../../../jobs/1"


@pytest.mark.parametrize(
    ("route", "asked", "root"),
    [
        ("/", "/api/", "."),
        ("/", "/api", "api"),
        ("/", "/", "."),
        ("/docs", "/api/docs", "."),
        ("/docs", "/api/docs/", ".."),
        ("/docs/{asset}", "/api/docs/a.js", ".."),
    ],
)
def test_a_page_finds_the_root_with_or_without_a_slash(route: str, asked: str, root: str) -> None:
    event = {
        "requestContext": {"resourcePath": route, "httpMethod": "GET", "path": asked},
        **dict.fromkeys(("multiValueQueryStringParameters", "pathParameters", "stageVariables")),
        "headers": {},
        "body": "",
        "isBase64Encoded": False,
    }
    assert make_root_url(Request(event, None)) == root


def test_parameters_of_a_path_are_decoded(api: Api) -> None:
    assert api.get("/a/%C3%A4%20%2F/c").json_body == {"b": "ä /"}
