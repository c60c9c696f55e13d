"""Send a test event and report the receiver's response to the webhook's owner."""

from datetime import datetime
from typing import Any

from chalicelib.ids import new_id
from chalicelib.times import format_time
from chalicelib.webhooks.models import TEST_TYPE, Webhook, to_payload
from chalicelib.webhooks.sending.replies import classify_status, decode_body
from chalicelib.webhooks.sending.sender import Reply, Sender
from chalicelib.webhooks.sending.signing import sign

_READ_BYTES = 4096  # of the response body
_MAX_HEADERS, _MAX_NAME, _MAX_VALUE = 50, 100, 1000  # headers reported, and their characters
_ACCEPTED = "The receiver accepted the message."

Json = dict[str, Any]


def send_test_event(webhook: Webhook, sender: Sender, now: datetime) -> Json:
    """Send a signed webhook.test event and return the response, or the error if none came.

    A disabled webhook can be tested too, so that its owner can test it before enabling it.
    """
    message_id, payload = new_id("msg_", now), _make_payload(webhook, now)
    headers = sign(webhook.signing_secrets(now), message_id, payload, now)
    sent = sender.send(webhook.url, headers, payload, _READ_BYTES)
    result: Json = {"message_id": message_id, "duration_ms": sent.duration_ms}
    if sent.reply is None:
        failure = sent.failure
        code = failure.code if failure else "connection_error"
        return result | _NO_REPLY | {"code": code, "message": failure.message if failure else ""}
    code, message = classify_status(sent.reply.status)
    return result | _describe(sent.reply) | {"code": code, "message": message or _ACCEPTED}


_NO_REPLY: Json = {"status_code": None, "headers": {}, "body": None, "is_truncated": False}


def _make_payload(webhook: Webhook, now: datetime) -> str:
    time = format_time(now)
    body = {"type": TEST_TYPE, "timestamp": time, "data": {"webhook_id": webhook.webhook_id}}
    return to_payload(body)


def _describe(reply: Reply) -> Json:
    headers = list(reply.headers.items())[:_MAX_HEADERS]
    return {
        "status_code": reply.status,
        "headers": {name[:_MAX_NAME]: value[:_MAX_VALUE] for name, value in headers},
        "body": decode_body(reply),
        "is_truncated": reply.is_truncated,
    }
