"""The statements of policies in a template."""

from collections.abc import Iterator
from typing import Any


def statements_of(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the policy statements of a role, given by its properties."""
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    """Return actions or resources as a list; a single one may be given without."""
    return value if isinstance(value, list) else [value]
