"""Routes: a blueprint that adds authorization, problem details and logs to its routes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from time import perf_counter
from typing import Any
from urllib.parse import unquote

from chalice.app import AuthRequest, Blueprint, Chalice, ChaliceAuthorizer, Request, Response
from pydantic_core import to_json

from chalicelib.errors import ProblemError
from chalicelib.http.audit import audit
from chalicelib.http.callers import UnauthorizedError, check_scope, find_caller, read_caller
from chalicelib.http.operations import Operation, set_operation
from chalicelib.http.problems import make_problem_response, request_id_of, to_problem, translate
from chalicelib.http.scopes import PUBLIC, Access, is_public_path
from chalicelib.http.sizes import MAX_ESCAPED_CHARACTER, MAX_RESPONSE_BYTES, measure_text
from chalicelib.telemetry import logger
from chalicelib.traces import annotate

View = Callable[..., Response]


class Routes(Blueprint):
    """A blueprint whose views take the request and the path parameters.

    Each route declares the scope it requires; a few are public. Exceptions become problem details,
    every request is logged in one entry, and every GET route supports HEAD.
    """

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.register_middleware(translate, "http")

    def route(  # type: ignore[override]  # scope and operation are required
        self,
        path: str,
        *,
        scope: Access,
        operation: Operation,
        methods: Sequence[str] = ("GET",),
        **options: Any,
    ) -> Callable[[View], View]:
        """Register a view as Chalice does, wrapped; the view checks content types itself.

        `operation` is its part of the OpenAPI document.
        """
        if scope == PUBLIC and not is_public_path(path):
            raise ValueError(f"{path} is not one of the public paths")
        all_methods = [*methods, "HEAD"] if "GET" in methods else list(methods)
        register = super().route(path, methods=all_methods, content_types=["*/*"], **options)

        def decorate(view: View) -> View:
            wrapped = self._wrap(view, scope)
            set_operation(wrapped, operation)
            register(wrapped)
            return view

        return decorate

    def _wrap(self, view: View, scope: Access) -> View:
        @wraps(view)
        def wrapped(**parameters: str) -> Response:
            request = self.current_request
            logger.clear_state()  # of the last request; a view adds its job
            started = perf_counter()
            response = _respond(lambda: self._call(view, scope, request, parameters), request)
            _log(request, response, perf_counter() - started)
            audit(request, view.__name__, response)
            if request.method == "HEAD":
                response.body = ""
            return response

        vars(wrapped)["scope"] = scope
        return wrapped

    def _call(
        self, view: View, scope: Access, request: Request, parameters: dict[str, str]
    ) -> Response:
        if scope != PUBLIC:
            if find_caller(request) is None:
                self._call_authorizer(request)
            check_scope(read_caller(request), scope)
        return view(request, **{name: unquote(value) for name, value in parameters.items()})

    def _call_authorizer(self, request: Request) -> None:
        # On AWS the gateway has called the authorizer already. An emulator may not support
        # authorizers; then the route calls the same one itself, so that it's never unprotected.
        authorizer: Any = self.current_app.routes[request.path][request.method].authorizer
        if authorizer is not None:
            token = request.headers.get("authorization", "")
            with suppress(UnauthorizedError):
                found = authorizer.func(AuthRequest("TOKEN", token, ""))
                request.context["authorizer"] = found.context


def require_keys(app: Chalice, authorizer: ChaliceAuthorizer) -> None:
    """Set `authorizer` on each route of the app that isn't public."""
    for methods in app.routes.values():
        for route in methods.values():
            if scope_of(route.view_function) != PUBLIC:
                route.authorizer = authorizer  # type: ignore[assignment]  # as Chalice itself does


def scope_of(view: View) -> Access | None:
    """Return the scope that a view requires; None for a view that isn't registered by Routes."""
    return vars(view).get("scope")


def make_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response, not cacheable unless `headers` say otherwise.

    `body` is a response model or JSON values; a string is sent unchanged.
    """
    defaults: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
    }
    text = body if isinstance(body, str) else to_json(body).decode()
    return Response(text, defaults | dict(headers or {}), status)


def make_relative_url(request: Request, path: str) -> str:
    """Return a relative URL of `path` (from the API's root) for a header such as Location.

    It is relative to the request, so it works with every host and stage.
    """
    asked = request.context.get("path") or request.path
    below_root = len(request.path.strip("/").split("/")) if request.path != "/" else 0
    if asked.endswith("/"):
        lead = "../" * below_root
    elif below_root:
        lead = "../" * (below_root - 1)
    else:  # the root without its slash: relative URLs start with the stage's name
        lead = f"{asked.rpartition('/')[2]}/"
    return lead + path.removeprefix("/")


def make_root_url(request: Request) -> str:
    """Return a relative URL of the API's root for a page, without a trailing slash."""
    return make_relative_url(request, "").rstrip("/") or "."


def _respond(act: Callable[[], Response], request: Request) -> Response:
    try:
        return _validate_size(act())
    except Exception as error:  # noqa: BLE001  # every error becomes a response here
        problem = to_problem(error)
        if problem.status >= 500:
            logger.exception("request.failed", error_class=type(error).__name__)
        return make_problem_response(problem, request_id_of(request))


def _validate_size(response: Response) -> Response:
    """Return the response; raises ProblemError if Lambda couldn't return it."""
    body = response.body if isinstance(response.body, str) else ""
    is_long = len(body) * MAX_ESCAPED_CHARACTER > MAX_RESPONSE_BYTES  # only then measure it
    if is_long and measure_text(body) > MAX_RESPONSE_BYTES:
        raise ProblemError(
            500,
            "answer_too_large",
            "The response is too large. Use a smaller `limit`, or `fields` if the list has it.",
        )
    return response


def _log(request: Request, response: Response, seconds: float) -> None:
    caller = find_caller(request)
    logger.info(
        "request.answered",
        method=request.method,
        route=request.path,
        status=response.status_code,
        seconds=round(seconds, 4),
        request_id=request_id_of(request),
        caller=caller.caller_id if caller else None,
        parameters=request.uri_params or {},
    )
    annotate(
        "answer_request",
        seconds,
        is_fault=response.status_code >= 500,
        job_id=logger.get_current_keys().get("job_id"),
        request_id=request_id_of(request),
    )
