"""What is said of a route: what follows from it, and that no route goes without."""

import pytest
from chalice.app import Chalice, Request, Response

from chalicelib.http.operations import (
    IDEMPOTENCY_KEY,
    Operation,
    ResponseSpec,
    access_of,
    operation_of,
)
from chalicelib.http.paging import Paging
from chalicelib.http.parsing import Body
from chalicelib.http.routing import Routes, make_response
from chalicelib.http.scopes import ANY_KEY, PUBLIC, Access
from chalicelib.openapi.document import make_document

_SAID = Operation(tag="jobs", responses={200: ResponseSpec()})
_ALWAYS = {
    400: ["invalid_query"],
    429: ["too_many_requests"],
    500: ["internal_error", "answer_too_large"],
    503: ["temporarily_unavailable"],
    504: ["gateway_timeout"],
}


class _Thing(Body):
    name: str


def _app(scope: Access) -> Chalice:
    routes = Routes(__name__)

    @routes.route("/docs/things", scope=scope, operation=_SAID)
    def list_things(request: Request) -> Response:
        """List things. They are many."""
        return make_response([])

    app = Chalice("test")
    app.register_blueprint(routes)
    return app


def test_every_route_may_answer_these_errors() -> None:
    assert _SAID.codes(PUBLIC) == _ALWAYS


def test_errors_follow_from_what_a_route_takes() -> None:
    operation = Operation(
        tag="jobs",
        query=Paging,
        body=_Thing,
        headers=[IDEMPOTENCY_KEY],
        responses={201: ResponseSpec()},
        errors={404: ["job_not_found"], 422: ["part_unknown"]},
    )
    assert operation.codes(PUBLIC) == _ALWAYS | {
        400: [
            "invalid_query",
            "invalid_cursor",
            "body_missing",
            "malformed_json",
            "invalid_idempotency_key",
        ],
        404: ["job_not_found"],
        409: ["request_in_progress"],
        413: ["too_large"],
        415: ["unsupported_media_type"],
        422: ["invalid_body", "idempotency_key_reused", "part_unknown"],
    }


def test_route_with_a_key_can_answer_401_and_403() -> None:
    refused = {401: ["unauthorized"], 403: ["forbidden"]}
    assert _SAID.codes(ANY_KEY) == _ALWAYS | refused
    refused[403].append("insufficient_scope")
    assert _SAID.codes("products:read") == _ALWAYS | refused


def test_a_route_that_nobody_described_is_none() -> None:
    with pytest.raises(TypeError, match="operation"):
        Routes(__name__).route("/things", scope=ANY_KEY)  # type: ignore[call-arg]


def test_what_is_said_of_a_view_is_found_by_its_route() -> None:
    view = _app(PUBLIC).routes["/docs/things"]["GET"].view_function
    assert operation_of(view) is _SAID
    assert access_of(view) == PUBLIC


@pytest.mark.parametrize(
    ("scope", "security"),
    [
        (PUBLIC, []),
        (ANY_KEY, [{"bearer": []}]),
        ("imports:write", [{"bearer": ["imports:write"]}]),
    ],
)
def test_the_document_says_who_may_ask(scope: Access, security: list[object]) -> None:
    document = make_document(_app(scope).routes)
    operation = document["paths"]["/docs/things"]["get"]
    assert operation["security"] == security
    assert ("securitySchemes" in document["components"]) == bool(security)
    assert ("401" in operation["responses"]) == bool(security)


def test_words_are_those_of_the_docstring() -> None:
    operation = make_document(_app(PUBLIC).routes)["paths"]["/docs/things"]["get"]
    assert operation["operationId"] == "list_things"
    assert (operation["summary"], operation["description"]) == ("List things", "They are many.")
