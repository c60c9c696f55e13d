"""The statements of roles' policies, as a template writes them."""

from collections.abc import Iterator
from typing import Any


def statements_of(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the policies of a role, given by its properties, say."""
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    """Return actions or resources, of which a single one may stand without a list."""
    return value if isinstance(value, list) else [value]
