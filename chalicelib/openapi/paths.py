"""Make the operations of the document: parameters, request bodies and responses."""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_type_hints

from pydantic import TypeAdapter

from chalicelib.http.operations import IF_MATCH, Operation, ResponseSpec
from chalicelib.http.parsing import JSON
from chalicelib.http.problems import CONTENT_TYPE, ProblemResponse, phrase_of
from chalicelib.http.scopes import ANY_KEY, PUBLIC
from chalicelib.openapi.parts import HEADERS, REQUEST_HEADERS
from chalicelib.openapi.schemas import Json, Key, read_parameters

# Responses with these codes have a Retry-After header.
_RETRYABLE = {
    "catalogue_busy",
    "dependency_down",
    "report_not_ready",
    "request_in_progress",
    "temporarily_unavailable",
    "too_many_requests",
}


class Route(NamedTuple):
    """A method of a path, its view, its operation and the scope that it requires."""

    path: str
    method: str
    view: Callable[..., Any]
    operation: Operation
    access: str


@dataclass(frozen=True)
class Writer:
    """Writes operations; `references` are those to the schemas of their models."""

    references: dict[Key, Json]

    def write(self, route: Route) -> Json:
        """Return one operation, with the name and docstring of its view."""
        view, operation = route.view, route.operation
        summary, description = _split(inspect.getdoc(view) or "")
        written: Json = {
            "operationId": view.__name__,
            "summary": summary,
            "description": description,
            "tags": [operation.tag],
            "security": _security(route.access),
            "parameters": [*_in_path(route), *_in_query(operation), *_in_headers(operation)],
            "requestBody": self._body(operation),
            "responses": self._responses(operation, route.access),
        }
        return {name: value for name, value in written.items() if value or name == "security"}

    def write_messages(self, operation: Operation) -> Iterator[tuple[str, Json]]:
        """Yield the type and the path item of each message that the service sends."""
        for name, message in operation.messages.items():
            content = {JSON: {"schema": self.references[message, "serialization"]}}
            answers = {"2XX": {"description": "Received. Any other status is retried."}}
            body = {"required": True, "content": content}
            post = {"tags": [operation.tag], "requestBody": body, "responses": answers}
            yield name, {"post": {"summary": f"The event {name}", **post}}

    def _body(self, operation: Operation) -> Json | None:
        if operation.body is None:
            return None
        content = {"schema": self.references[operation.body, "validation"]}
        if operation.example is not None:
            content["example"] = operation.example
        return {"required": True, "content": {operation.media_type: content}}

    def _responses(self, operation: Operation, access: str) -> dict[str, Json]:
        codes, responses = operation.codes(access), operation.responses
        return {
            str(status): self._response(status, responses.get(status), codes.get(status, ()))
            for status in sorted({*codes, *responses})
        }

    def _response(self, status: int, spec: ResponseSpec | None, codes: Sequence[str]) -> Json:
        found = spec or ResponseSpec(ProblemResponse)
        if codes and found.example is None:
            found = replace(found, example=_make_problem(status, codes[0]))
        headers = [*found.headers, *(["Retry-After"] if _RETRYABLE.intersection(codes) else [])]
        phrase = found.description or phrase_of(status)
        named = ", ".join(f"`{code}`" for code in codes)
        written: Json = {
            "description": f"{phrase}: {named}" if codes else phrase,
            "headers": {name: HEADERS[name] for name in headers},
            "content": self._content(found),
            "x-codes": list(codes),
        }
        return {name: value for name, value in written.items() if value}

    def _content(self, spec: ResponseSpec) -> Json:
        if spec.body is None:
            return {}
        if isinstance(spec.body, str):
            kinds = {name: "object" if name == JSON else "string" for name in spec.body.split(", ")}
            return {name: {"schema": {"type": kind}} for name, kind in kinds.items()}
        content = {"schema": self.references[spec.body, "serialization"]}
        if spec.example is not None:
            content["example"] = spec.example
        is_problem = issubclass(spec.body, ProblemResponse)
        return {CONTENT_TYPE if is_problem else JSON: content}


def _split(docstring: str) -> tuple[str, str]:
    """Return a docstring's first sentence without its period, and the rest with joined lines."""
    paragraphs = [" ".join(lines.split()) for lines in docstring.split("\n\n")]
    first, _, rest = paragraphs[0].partition(". ")
    return first.removesuffix("."), "\n\n".join(filter(None, [rest, *paragraphs[1:]]))


def _make_problem(status: int, code: str) -> Json:
    return {
        "type": "about:blank",
        "title": phrase_of(status),
        "status": status,
        "detail": "What is wrong and what to do about it.",
        "code": code,
        "request_id": "b28c2919-39ca-435d-b2d0-a407bdb0f760",
    }


def _security(access: str) -> list[Json]:
    if access == PUBLIC:
        return []
    return [{"bearer": [] if access == ANY_KEY else [access]}]


def _in_path(route: Route) -> Iterator[Json]:
    hints = get_type_hints(route.view, include_extras=True)
    for name in re.findall(r"{(\w+)}", route.path):
        schema = TypeAdapter(hints[name]).json_schema()
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(operation: Operation) -> Iterator[Json]:
    for name, (schema, is_required) in read_parameters(operation.query).items():
        described = {"description": schema.pop("description")} if "description" in schema else {}
        required = {"required": True} if is_required else {}
        yield {"name": name, "in": "query", **described, **required, "schema": schema}


def _in_headers(operation: Operation) -> Iterator[Json]:
    for name in operation.headers:
        required = {"required": True} if name == IF_MATCH and 428 in operation.errors else {}
        yield {"name": name, "in": "header", **required, **REQUEST_HEADERS[name]}
