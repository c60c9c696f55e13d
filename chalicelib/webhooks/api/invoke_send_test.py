"""Asking for a test call: another function makes it, for the API's own may not reach receivers."""

import json
from typing import Any

from botocore.exceptions import ConnectionClosedError

from chalicelib.bootstrap import services
from chalicelib.errors import TryAgainError


def ask_for_test(webhook_id: str) -> dict[str, Any] | None:
    """Return what the receiver answered; None when the webhook is gone. Raises TryAgainError."""
    answer = _invoke({"webhook_id": webhook_id})
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise TryAgainError(f"send_test failed: {told.get('errorType')}")
    result: dict[str, Any] | None = told.get("result")
    return result


def _invoke(event: dict[str, Any]) -> Any:
    client = services().client(
        "lambda", tries=1
    )  # a call that takes long is not made a second time
    call = {
        "FunctionName": services().settings.send_test_function,
        "Payload": json.dumps(event).encode(),
    }
    try:
        return client.invoke(**call)
    except ConnectionClosedError:  # it was kept for minutes, and closed at the other end
        return client.invoke(**call)
