"""Writes to single attributes of an item, as DynamoDB wants them said."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import TryAgainError
from chalicelib.webhooks.items import serialize

_REFUSED, _CONFLICT = "ConditionalCheckFailed", "TransactionConflict"


def make_update(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an update that sets these values, and removes those that are None."""
    removed = sorted(name for name, value in values.items() if value is None)
    given = serialize(values)
    expression = ", ".join(f"#{name} = :{name}" for name in given)
    expression = f"SET {expression}" if given else ""
    if removed:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
    update: dict[str, Any] = {
        "UpdateExpression": expression.strip(),
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
    }
    if given:
        update["ExpressionAttributeValues"] = {f":{name}": v for name, v in given.items()}
    return update


def demand(update: dict[str, Any], condition: str, names: str, **values: Any) -> dict[str, Any]:
    """Return `update` with a condition; `names` are the attributes it names as #name."""
    given = update.get("ExpressionAttributeValues", {})
    given |= {f":{name}": value for name, value in serialize(values).items()}
    named = {f"#{name}": name for name in names.split()}
    demanded = update | {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": update.get("ExpressionAttributeNames", {}) | named,
    }
    return demanded | {"ExpressionAttributeValues": given} if given else demanded


def is_lost_race(error: ClientError) -> bool:
    """Say whether a write was refused because of what another writer did."""
    return bool(_codes_of(error) & {_REFUSED, _CONFLICT})


def is_refused(error: ClientError) -> bool:
    """Say whether a write was refused by its own condition.

    Raises TryAgainError where another transaction stood in the way, for then nobody knows.
    """
    codes = _codes_of(error)
    if _CONFLICT in codes:
        raise TryAgainError("another transaction was at work on the item") from error
    return _REFUSED in codes


def _codes_of(error: ClientError) -> set[str]:
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = [error.response["Error"]["Code"], *(str(reason.get("Code")) for reason in reasons)]
    return {code.removesuffix("Exception") for code in codes}
