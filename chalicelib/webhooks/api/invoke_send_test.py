"""Invoke the send_test function: the API's own functions can't reach receivers."""

import json
from typing import Any

from botocore.exceptions import ConnectionClosedError

from chalicelib.errors import TryAgainError


def invoke_send_test(client: Any, function_name: str, webhook_id: str) -> dict[str, Any] | None:
    """Return the result of the test call; None when the webhook was deleted meanwhile.

    `client` is a Lambda client that doesn't retry. Raises TryAgainError.
    """
    response = _invoke(client, function_name, {"webhook_id": webhook_id})
    payload = json.loads(response["Payload"].read())
    if "FunctionError" in response:
        raise TryAgainError(f"send_test failed: {payload.get('errorType')}")
    result: dict[str, Any] | None = payload.get("result")
    return result


def _invoke(client: Any, function_name: str, event: dict[str, Any]) -> Any:
    call = {"FunctionName": function_name, "Payload": json.dumps(event).encode()}
    try:
        return client.invoke(**call)
    except ConnectionClosedError:  # a kept-alive connection that the other end had closed
        return client.invoke(**call)
