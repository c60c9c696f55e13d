"""Routes: a blueprint whose routes all answer alike, whatever happens in them."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from time import perf_counter
from typing import Any
from urllib.parse import unquote

from chalice.app import Blueprint, Request, Response
from pydantic_core import to_json

from chalicelib.http.operations import Operation, describe
from chalicelib.http.problems import answer_problem, request_id_of, to_problem, translate
from chalicelib.telemetry import logger

View = Callable[..., Response]


class Routes(Blueprint):
    """A blueprint of routes that take the request, then the path's parameters.

    What a route raises is answered as problem details; every request is logged in one line; HEAD
    is answered wherever GET is.
    """

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.register_middleware(translate, "http")

    def route(  # type: ignore[override]  # a route that nobody described is no route here
        self, path: str, *, operation: Operation, methods: Sequence[str] = ("GET",), **options: Any
    ) -> Callable[[View], View]:
        """Register a view as Chalice does; it is framed, and judges content types itself.

        `operation` is what the API's document says of it.
        """
        answered = [*methods, "HEAD"] if "GET" in methods else list(methods)
        register = super().route(path, methods=answered, content_types=["*/*"], **options)

        def decorate(view: View) -> View:
            framed = self._frame(view)
            describe(framed, operation)
            register(framed)
            return view

        return decorate

    def _frame(self, view: View) -> View:
        @wraps(view)
        def framed(**parameters: str) -> Response:
            request = self.current_request
            started = perf_counter()
            response = _answer(view, request, parameters)
            _log(request, response, perf_counter() - started)
            if request.method == "HEAD":
                response.body = ""
            return response

        return framed


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON response, not to be cached unless `headers` say otherwise.

    `body` is a model of answers, or JSON values; a text is sent as it is.
    """
    defaults: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
    }
    text = body if isinstance(body, str) else to_json(body).decode()
    return Response(text, defaults | dict(headers or {}), status)


def point_to(request: Request, path: str) -> str:
    """Return a reference to `path` (from the API's root) for a header such as Location.

    It is relative to the request, so that it is right under every host and stage.
    """
    asked = request.context.get("path") or request.path
    depth = request.path.strip("/").count("/") + asked.endswith("/")
    return "../" * depth + path.removeprefix("/")


def _answer(view: View, request: Request, parameters: dict[str, str]) -> Response:
    try:
        return view(request, **{name: unquote(value) for name, value in parameters.items()})
    except Exception as error:  # noqa: BLE001  # the one place where every error becomes an answer
        problem = to_problem(error)
        if problem.status >= 500:
            logger.exception("request.failed", error_class=type(error).__name__)
        return answer_problem(problem, request_id_of(request))


def _log(request: Request, response: Response, seconds: float) -> None:
    logger.info(
        "request.answered",
        method=request.method,
        route=request.path,
        status=response.status_code,
        seconds=round(seconds, 4),
        request_id=request_id_of(request),
        parameters=request.uri_params or {},
    )
