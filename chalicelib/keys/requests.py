"""What clients ask of keys, and what is wrong with it."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.parsing import Body
from chalicelib.http.scopes import Scope
from chalicelib.http.times import Time
from chalicelib.keys.models import find_unheld, in_order


class CreateKey(Body):
    """POST /keys: a key of this name is wanted, good for these scopes, until then or for ever."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: Time | None = None

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if not name.isprintable() or not name.strip():
            raise ValueError("A name has visible characters and no control characters.")
        return name

    @field_validator("scopes")
    @classmethod
    def _sort(cls, scopes: list[Scope]) -> list[Scope]:
        return list(in_order(scopes))


def refuse_unheld(asked: Collection[Scope], held: Collection[Scope]) -> None:
    """Raise ProblemError 403 where a scope is asked for that the caller does not have."""
    unheld = find_unheld(asked, held)
    if unheld:
        raise ProblemError(
            403,
            "scope_not_held",
            f"Your key cannot grant what it does not have: {', '.join(unheld)}.",
        )


def refuse_past(expires_at: datetime | None, now: datetime) -> None:
    """Raise ProblemError 422 where a key would be expired from the start."""
    if expires_at is not None and expires_at <= now:
        problem = FieldProblem("expires_at", "value_error", "It must be in the future.")
        detail = "The body does not fit; `errors` names each field."
        raise ProblemError(422, "invalid_body", detail, [problem])
