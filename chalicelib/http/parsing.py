"""What clients send, read into pydantic models; what does not fit is answered field by field."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from chalice.app import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.faults import describe

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
MOST_BODY_BYTES = 2 * 1024 * 1024  # the longest is a list of 10,000 parts
_MOST_NAME = 100  # letters of a name that is told, however long a client makes it


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
    request: Request,
    model: type[BodyT],
    content_types: Sequence[str] = (JSON,),
    context: Any = None,
) -> BodyT:
    """Return the body as `model`, whose validators get `context`.

    Raises ProblemError: 415 for another content type, 413 when it is too long, 400 when it is not
    JSON, 422 with the fields at fault when it does not fit the model.
    """
    _check_content_type(request, content_types)
    raw = request.raw_body
    if len(raw) > MOST_BODY_BYTES:
        raise ProblemError(413, "too_large", f"A body has at most {MOST_BODY_BYTES} bytes.")
    if not raw.strip():
        raise ProblemError(400, "body_missing", "The request has no body; send a JSON object.")
    sent = _read_json(raw)
    try:
        return model.model_validate_json(raw, context=context)
    except ValidationError as error:
        detail = "The body does not fit; `errors` names each field."
        raise ProblemError(422, "invalid_body", detail, describe(error, sent)) from None


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
    sent = {name: texts[0] for name, texts in values.items()}
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        detail = "The query string does not fit; `errors` names each parameter."
        raise ProblemError(400, "invalid_query", detail, describe(error, sent)) from None


def _read_json(raw: str | bytes) -> Any:
    """Return a body's JSON; raises ProblemError 400 for what is none, or says a thing twice."""
    try:
        sent = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise _json_problem(f"The body is not JSON: {error}.") from None
    # Nothing faster tells of a name that is given twice, of which any reader keeps one unseen.
    json.loads(raw, object_pairs_hook=_check_unique, parse_int=str)
    return sent


def _check_unique(members: list[tuple[str, Any]]) -> None:
    given = set[str]()
    for name, _ in members:
        if name in given:
            told = json.dumps(name[:_MOST_NAME], ensure_ascii=False)
            raise _json_problem(f"An object of the body has {told} twice; which one counts?")
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
            f"The body must be sent as {' or '.join(expected)}, not as {given[:100]!r}.",
            headers={header: ", ".join(expected)},
        )
