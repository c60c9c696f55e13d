"""What clients send, read into pydantic models; what does not fit is answered field by field."""

from collections.abc import Sequence
from typing import Any, TypeVar

from chalice.app import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.errors import FieldProblem, ProblemError

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
MOST_BODY_BYTES = 2 * 1024 * 1024  # the longest is a list of 10,000 parts
_MOST_PROBLEMS = 50  # of one request; more help nobody


def _leave_out_default(schema: dict[str, Any]) -> None:
    del schema["default"]  # there is none: what is not given stays


# The default of a field of a PATCH's body.
KEPT: Any = Field(default=None, json_schema_extra=_leave_out_default)


class Body(BaseModel):
    """Base of the models of bodies: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """Base of the models of query strings: nothing unknown; texts are converted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


BodyT = TypeVar("BodyT", bound=Body)
QueryT = TypeVar("QueryT", bound=Query)


def read_body(
    request: Request, model: type[BodyT], content_types: Sequence[str] = (JSON,)
) -> BodyT:
    """Return the body as `model`.

    Raises ProblemError: 415 for another content type, 413 when it is too long, 400 when it is not
    JSON, 422 with the fields at fault when it does not fit the model.
    """
    _check_content_type(request, content_types)
    raw = request.raw_body
    if len(raw) > MOST_BODY_BYTES:
        raise ProblemError(413, "too_large", f"A body has at most {MOST_BODY_BYTES} bytes.")
    if not raw.strip():
        raise ProblemError(400, "body_missing", "The request has no body; send a JSON object.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refuse_body(error) from None


def read_query(request: Request, model: type[QueryT]) -> QueryT:
    """Return the query string as `model`; raises ProblemError 400, naming each parameter at fault.

    A parameter given twice is at fault, too: there is no telling which one counts.
    """
    given: Any = request.query_params or {}
    values: dict[str, list[str]] = {name: given.getlist(name) for name in given}
    repeated = [name for name, texts in values.items() if len(texts) > 1]
    if repeated:
        problems = [FieldProblem(n, "repeated", "The parameter is given twice.") for n in repeated]
        raise ProblemError(400, "invalid_query", "A query parameter is repeated.", problems)
    try:
        return model.model_validate({name: texts[0] for name, texts in values.items()})
    except ValidationError as error:
        detail = "The query string does not fit; `errors` names each parameter."
        raise ProblemError(400, "invalid_query", detail, describe(error)) from None


def describe(error: ValidationError) -> list[FieldProblem]:
    """Return what is wrong, with dotted paths such as `options.blank.price` or `parts.0.etag`."""
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return [FieldProblem(_path(e["loc"]), _code(e), _message(e)) for e in found[:_MOST_PROBLEMS]]


def _refuse_body(error: ValidationError) -> ProblemError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return ProblemError(
            400, "malformed_json", f"The body is not JSON: {first['ctx']['error']}."
        )
    detail = "The body does not fit; `errors` names each field."
    return ProblemError(422, "invalid_body", detail, describe(error))


def _check_content_type(request: Request, expected: Sequence[str]) -> None:
    given = request.headers.get("content-type", expected[0])
    media_type, _, parameters = given.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() not in expected or charset not in ("", "charset=utf-8"):
        header = "Accept-Patch" if request.method == "PATCH" else "Accept"
        raise ProblemError(
            415,
            "unsupported_media_type",
            f"The body must be sent as {' or '.join(expected)}, not as {given[:100]!r}.",
            headers={header: ", ".join(expected)},
        )


def _path(location: tuple[int | str, ...]) -> str:
    # "[key]" is pydantic's mark for a fault in the key itself; the key is named just before it.
    return ".".join(str(step) for step in location if step != "[key]")


def _code(error: ErrorDetails) -> str:
    return {"extra_forbidden": "unknown", "missing": "required"}.get(error["type"], error["type"])


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "There is no such field or parameter."
        case "missing":
            return "It is required."
        case "value_error":
            return str(error["ctx"]["error"])
    return error["msg"]
