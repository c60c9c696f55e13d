"""Read bodies and query strings into pydantic models, with a problem for each invalid field."""

import json
import re
from collections.abc import Sequence
from typing import Any, TypeVar, get_args

from chalice.app import Request
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError, from_json

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.faults import field_problems

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
MAX_BODY_BYTES = 2 * 1024 * 1024  # the largest body is a list of 10,000 parts
_INTEGER = re.compile(r"-?[0-9]+")
_MAX_NAME = 100  # characters of a key in a problem


def _leave_out_default(schema: dict[str, Any]) -> None:
    del schema["default"]  # not a default: the field keeps its value


# The default of a field in the body of a PATCH.
KEPT: Any = Field(default=None, json_schema_extra=_leave_out_default)


class Body(BaseModel):
    """Base model of request bodies: no unknown fields, no type conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """Base model of query strings: no unknown parameters; strings are converted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _validate_integer(cls, value: Any, field: ValidationInfo) -> Any:
        # Pydantic also accepts "2_5", " 25", "+25" and "25.0".
        kind = cls.model_fields[field.field_name or ""].annotation
        is_integer = kind is int or int in get_args(kind)
        if is_integer and isinstance(value, str) and not _INTEGER.fullmatch(value):
            raise PydanticCustomError("not_integer", "Must be an integer.")
        return value


BodyT = TypeVar("BodyT", bound=Body)
QueryT = TypeVar("QueryT", bound=Query)


def read_body(
    request: Request,
    model: type[BodyT],
    content_types: Sequence[str] = (JSON,),
    context: Any = None,
) -> BodyT:
    """Return the body as `model`, whose validators get `context`.

    Raises ProblemError: 415 for another content type, 413 if it's too large, 400 if it isn't JSON,
    422 with the invalid fields if it doesn't match the model.
    """
    _check_content_type(request, content_types)
    raw = request.raw_body
    if len(raw) > MAX_BODY_BYTES:
        detail = f"The body is too large; at most {MAX_BODY_BYTES} bytes are allowed."
        raise ProblemError(413, "too_large", detail)
    if not raw.strip():
        raise ProblemError(400, "body_missing", "The request has no body. Send a JSON object.")
    sent = _read_json(raw)
    try:
        return model.model_validate_json(raw, context=context)
    except ValidationError as error:
        detail = "The body is invalid; see `errors` for each field."
        raise ProblemError(422, "invalid_body", detail, field_problems(error, sent)) from None


def read_query(request: Request, model: type[QueryT]) -> QueryT:
    """Return the query string as `model`; raises ProblemError 400 with the invalid parameters.

    A repeated parameter is invalid too, because its value would be ambiguous.
    """
    given: Any = request.query_params or {}
    values: dict[str, list[str]] = {name: given.getlist(name) for name in given}
    repeated = [name for name, texts in values.items() if len(texts) > 1]
    if repeated:
        problems = [FieldProblem(n, "repeated", "Duplicate parameter.") for n in repeated]
        detail = "The query string has duplicate parameters; see `errors`."
        raise ProblemError(400, "invalid_query", detail, problems)
    sent = {name: texts[0] for name, texts in values.items()}
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        detail = "The query string is invalid; see `errors` for each parameter."
        raise ProblemError(400, "invalid_query", detail, field_problems(error, sent)) from None


def _read_json(raw: str | bytes) -> Any:
    """Return the JSON of a body; raises ProblemError 400 if it's invalid or has duplicate keys."""
    try:
        sent = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise _json_problem(f"The body is not valid JSON: {error}.") from None
    # The only reader that reports duplicate keys; others silently keep one of them.
    json.loads(raw, object_pairs_hook=_check_unique, parse_int=str)
    return sent


def _check_unique(members: list[tuple[str, Any]]) -> None:
    given = set[str]()
    for name, _ in members:
        if name in given:
            shown = json.dumps(name[:_MAX_NAME], ensure_ascii=False)
            raise _json_problem(f"Duplicate key {shown}. Send each key once.")
        given.add(name)


def _json_problem(detail: str) -> ProblemError:
    return ProblemError(400, "malformed_json", detail)


def _check_content_type(request: Request, expected: Sequence[str]) -> None:
    given = request.headers.get("content-type", expected[0])
    media_type, _, parameters = given.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() not in expected or charset not in ("", "charset=utf-8"):
        header = "Accept-Patch" if request.method == "PATCH" else "Accept"
        raise ProblemError(
            415,
            "unsupported_media_type",
            f"Content-Type {given[:100]!r} is not supported. Send {' or '.join(expected)}.",
            headers={header: ", ".join(expected)},
        )
