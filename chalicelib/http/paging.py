"""Cursor pagination: pages of up to 100 items, each with an opaque cursor of the next."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from chalice.app import Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.parsing import Query
from chalicelib.http.routing import make_response
from chalicelib.ids import is_id

PositionT = TypeVar("PositionT")
Cursor = Annotated[
    str, Field(min_length=1, max_length=1000, description="The `next_cursor` of the previous page.")
]


class Paging(Query):
    """Query parameters of every list; a list adds its filters."""

    limit: Annotated[int, Field(ge=1, le=100, description="Maximum number of items.")] = 25
    cursor: Cursor | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The other given parameters."""
        given = self.model_dump(
            mode="json", by_alias=True, exclude={"limit", "cursor"}, exclude_none=True
        )
        return {name: _to_text(value) for name, value in given.items()}


def read_cursor(paging: Paging, scope: str, kind: type[PositionT]) -> PositionT | None:
    """Return the position in the cursor, a `kind`; None for the first page.

    Raises ProblemError 400 if it isn't a cursor of this list (`scope`) with these filters.
    """
    if paging.cursor is None:
        return None
    try:
        padded = paging.cursor + "=" * (-len(paging.cursor) % 4)
        found = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (binascii.Error, ValueError, RecursionError):
        raise _cursor_problem() from None
    if not isinstance(found, list) or len(found) != 3 or found[:2] != [scope, _digest(paging)]:
        raise _cursor_problem()
    try:
        return TypeAdapter(kind).validate_json(json.dumps(found[2]), strict=True)
    except ValidationError:
        raise _cursor_problem() from None


def read_id_cursor(paging: Paging, scope: str, prefix: str) -> str | None:
    """Return the id in the cursor, like `read_cursor`; its prefix must be `prefix`."""
    found = read_cursor(paging, scope, str)
    if found is not None and not is_id(prefix, found):
        raise _cursor_problem()
    return found


def make_cursor(paging: Paging, scope: str, position: object) -> str:
    """Return the cursor of the page after `position`."""
    parts = [scope, _digest(paging), position]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def make_page_response(
    items: Sequence[BaseModel | Mapping[str, Any]],
    paging: Paging,
    next_cursor: str | None,
    extensions: Mapping[str, Any] | None = None,
) -> Response:
    """Return a page with `items`, `next_cursor` (null on the last page) and a Link to the next.

    `extensions` are additional fields.
    """
    body = {"items": list(items), "next_cursor": next_cursor, **(extensions or {})}
    if next_cursor is None:
        return make_response(body)
    query = urlencode({**paging.filters, "limit": paging.limit, "cursor": next_cursor})
    return make_response(body, headers={"Link": f'<?{query}>; rel="next"'})


def _digest(paging: Paging) -> str:
    # A digest, because filters may be long and a cursor only has to match them.
    return sha256(json.dumps(paging.filters, sort_keys=True).encode()).hexdigest()[:16]


def _to_text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _cursor_problem() -> ProblemError:
    message = "Not a cursor of this list with these filters. Start again without a cursor."
    problem = FieldProblem("cursor", "invalid_cursor", message)
    return ProblemError(400, "invalid_cursor", "The cursor is invalid; see `errors`.", [problem])
