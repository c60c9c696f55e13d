"""Routes: a blueprint whose routes all answer alike, whatever happens in them."""

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
from chalicelib.http.operations import Operation, describe
from chalicelib.http.problems import make_problem_response, request_id_of, to_problem, translate
from chalicelib.http.scopes import PUBLIC, Access, is_public_path
from chalicelib.http.sizes import MOST_ANSWER_BYTES, MOST_OF_A_CHARACTER, measure_text
from chalicelib.telemetry import logger
from chalicelib.traces import annotate

View = Callable[..., Response]


class Routes(Blueprint):
    """A blueprint of routes that take the request, then the path's parameters.

    Each says who may ask: whoever has a scope, any key, or, of a few, everybody. What a route
    raises is answered as problem details; every request is logged in one line; HEAD is answered
    wherever GET is.
    """

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.register_middleware(translate, "http")

    def route(  # type: ignore[override]  # nobody forgets who may ask, or what is answered
        self,
        path: str,
        *,
        scope: Access,
        operation: Operation,
        methods: Sequence[str] = ("GET",),
        **options: Any,
    ) -> Callable[[View], View]:
        """Register a view as Chalice does; it is framed, and judges content types itself.

        `operation` is what the API's document says of it.
        """
        if scope == PUBLIC and not is_public_path(path):
            raise ValueError(f"{path} is not among the paths that are public")
        answered = [*methods, "HEAD"] if "GET" in methods else list(methods)
        register = super().route(path, methods=answered, content_types=["*/*"], **options)

        def decorate(view: View) -> View:
            framed = self._frame(view, scope)
            describe(framed, operation)
            register(framed)
            return view

        return decorate

    def _frame(self, view: View, scope: Access) -> View:
        @wraps(view)
        def framed(**parameters: str) -> Response:
            request = self.current_request
            logger.clear_state()  # a view notes the job that it is about
            started = perf_counter()
            response = _answer(lambda: self._call(view, scope, request, parameters), request)
            _log(request, response, perf_counter() - started)
            audit(request, view.__name__, response)
            if request.method == "HEAD":
                response.body = ""
            return response

        vars(framed)["scope"] = scope
        return framed

    def _call(
        self, view: View, scope: Access, request: Request, parameters: dict[str, str]
    ) -> Response:
        if scope != PUBLIC:
            if find_caller(request) is None:
                self._ask_authorizer(request)
            check_scope(read_caller(request), scope)
        return view(request, **{name: unquote(value) for name, value in parameters.items()})

    def _ask_authorizer(self, request: Request) -> None:
        # The gateway has asked it before, on AWS. Should it ever not have, as in an emulator that
        # knows no authorizers, then the route is not open: it asks the very same one itself.
        authorizer: Any = self.current_app.routes[request.path][request.method].authorizer
        if authorizer is not None:
            token = request.headers.get("authorization", "")
            with suppress(UnauthorizedError):
                found = authorizer.func(AuthRequest("TOKEN", token, ""))
                request.context["authorizer"] = found.context


def require_keys(app: Chalice, authorizer: ChaliceAuthorizer) -> None:
    """Let the gateway ask `authorizer` before each route of the app that is not public."""
    for methods in app.routes.values():
        for route in methods.values():
            if scope_of(route.view_function) != PUBLIC:
                route.authorizer = authorizer  # type: ignore[assignment]  # as Chalice itself does


def scope_of(view: View) -> Access | None:
    """Return the scope that a registered view was given; None for one that Routes did not frame."""
    return vars(view).get("scope")


def make_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response, not to be cached unless `headers` say otherwise.

    `body` is a model of answers, or JSON values; a text is sent as it is.
    """
    defaults: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
    }
    text = body if isinstance(body, str) else to_json(body).decode()
    return Response(text, defaults | dict(headers or {}), status)


def make_relative_url(request: Request, path: str) -> str:
    """Return a reference to `path` (from the API's root) for a header such as Location.

    It is relative to the request, so that it is right under every host and stage.
    """
    asked = request.context.get("path") or request.path
    below_root = len(request.path.strip("/").split("/")) if request.path != "/" else 0
    if asked.endswith("/"):
        lead = "../" * below_root
    elif below_root:
        lead = "../" * (below_root - 1)
    else:  # the root without its slash: what is below it begins with the stage's name
        lead = f"{asked.rpartition('/')[2]}/"
    return lead + path.removeprefix("/")


def make_root_url(request: Request) -> str:
    """Return a reference to the API's root for a page, without the slash behind it."""
    return make_relative_url(request, "").rstrip("/") or "."


def _answer(act: Callable[[], Response], request: Request) -> Response:
    try:
        return _check_size(act())
    except Exception as error:  # noqa: BLE001  # the one place where every error becomes an answer
        problem = to_problem(error)
        if problem.status >= 500:
            logger.exception("request.failed", error_class=type(error).__name__)
        return make_problem_response(problem, request_id_of(request))


def _check_size(response: Response) -> Response:
    """Return the response; raises ProblemError for one that could not leave the function."""
    body = response.body if isinstance(response.body, str) else ""
    is_long = len(body) * MOST_OF_A_CHARACTER > MOST_ANSWER_BYTES  # then it is worth measuring
    if is_long and measure_text(body) > MOST_ANSWER_BYTES:
        raise ProblemError(
            500,
            "answer_too_large",
            "The answer is longer than can be sent. Ask for less of it: a list takes `fields`.",
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
