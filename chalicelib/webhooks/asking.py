"""Asking for a test call: another function makes it, for the API's own may not reach receivers."""

import json
from typing import Any

from chalicelib.aws import get_client
from chalicelib.errors import TryAgainError
from chalicelib.settings import get_settings


def ask_for_test(webhook_id: str) -> dict[str, Any] | None:
    """Return what the receiver answered; None when the webhook is gone. Raises TryAgainError."""
    client = get_client("lambda", tries=1)  # a call that takes long is not made a second time
    answer = client.invoke(
        FunctionName=get_settings().send_test_function,
        Payload=json.dumps({"webhook_id": webhook_id}).encode(),
    )
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise TryAgainError(f"send_test failed: {told.get('errorType')}")
    result: dict[str, Any] | None = told.get("result")
    return result
