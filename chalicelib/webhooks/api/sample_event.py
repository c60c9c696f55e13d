"""The test call: what the receiver really answers, told to the webhook's owner."""

import json
from datetime import datetime
from typing import Any

from chalicelib.ids import new_id
from chalicelib.times import format_time
from chalicelib.webhooks.models import TEST_TYPE, Webhook
from chalicelib.webhooks.sending.replies import judge_status, read_text
from chalicelib.webhooks.sending.sender import Reply, Sender
from chalicelib.webhooks.sending.signing import sign

_READ_BYTES = 4096  # of the answer's body
_MOST_HEADERS, _MOST_NAME, _MOST_VALUE = 50, 100, 1000  # of headers that are told, in letters
_TAKEN = "The receiver took the message."

Json = dict[str, Any]


def call_receiver(webhook: Webhook, sender: Sender, now: datetime) -> Json:
    """Send a signed webhook.test and return what came back, whatever that is, within its time.

    A webhook that is disabled is called as well: one tests before one enables.
    """
    message_id, payload = new_id("msg_", now), _make_payload(webhook, now)
    headers = sign(webhook.signing_secrets(now), message_id, payload, now)
    sent = sender.send(webhook.url, headers, payload, _READ_BYTES)
    told: Json = {"message_id": message_id, "duration_ms": sent.duration_ms}
    if sent.reply is None:
        failure = sent.failure
        code = failure.code if failure else "connection_error"
        return told | _NO_REPLY | {"code": code, "message": failure.message if failure else ""}
    code, message = judge_status(sent.reply.status)
    return told | _describe(sent.reply) | {"code": code, "message": message or _TAKEN}


_NO_REPLY: Json = {"status_code": None, "headers": {}, "body": None, "is_truncated": False}


def _make_payload(webhook: Webhook, now: datetime) -> str:
    time = format_time(now)
    body = {"type": TEST_TYPE, "timestamp": time, "data": {"webhook_id": webhook.webhook_id}}
    return json.dumps(body, separators=(",", ":"))


def _describe(reply: Reply) -> Json:
    headers = list(reply.headers.items())[:_MOST_HEADERS]
    return {
        "status_code": reply.status,
        "headers": {name[:_MOST_NAME]: value[:_MOST_VALUE] for name, value in headers},
        "body": read_text(reply),
        "is_truncated": reply.is_cut,
    }
