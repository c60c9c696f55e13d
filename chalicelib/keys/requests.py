"""Request bodies of the key routes, and their checks."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.parsing import Body
from chalicelib.http.scopes import Scope
from chalicelib.http.times import Time
from chalicelib.keys.models import find_missing, sort_scopes


class CreateKey(Body):
    """POST /keys: the name and the scopes of a new key; without `expires_at` it never expires."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: Time | None = None

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if not name.isprintable() or not name.strip():
            raise ValueError("A name must have visible characters and no control characters.")
        return name

    @field_validator("scopes")
    @classmethod
    def _sort(cls, scopes: list[Scope]) -> list[Scope]:
        return list(sort_scopes(scopes))


def check_grantable(requested: Collection[Scope], held: Collection[Scope]) -> None:
    """Raise ProblemError 403 when a scope is requested that the caller doesn't have."""
    missing = find_missing(requested, held)
    if missing:
        raise ProblemError(
            403,
            "scope_not_held",
            f"Your key can't grant scopes that it doesn't have: {', '.join(missing)}.",
        )


def check_future(expires_at: datetime | None, now: datetime) -> None:
    """Raise ProblemError 422 when a key would be expired from the start."""
    if expires_at is not None and expires_at <= now:
        problem = FieldProblem("expires_at", "value_error", "Must be in the future.")
        detail = "The body does not fit; `errors` names each field."
        raise ProblemError(422, "invalid_body", detail, [problem])
