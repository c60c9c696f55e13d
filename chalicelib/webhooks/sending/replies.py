"""Classify a receiver's response."""

from datetime import datetime

from chalicelib.webhooks.models import Attempt
from chalicelib.webhooks.sending.sender import Reply, SendResult

_MESSAGES = {
    "redirect": "The receiver redirects, and redirects are not followed. Use the final URL.",
    "gone": "The receiver responded with 410 Gone: it accepts no more messages.",
    "bad_status": "The response status is not 2xx.",
}

_MAX_RETRY_AFTER = 100  # characters of the header that are kept


def classify_status(status: int) -> tuple[str, str]:
    """Return the code of a response status and a message, which is empty for "ok"."""
    if 200 <= status < 300:
        return "ok", ""
    code = {3: "redirect"}.get(status // 100, "bad_status")
    code = "gone" if status == 410 else code
    return code, _MESSAGES[code]


def make_attempt_record(sent: SendResult, number: int, attempted_at: datetime) -> Attempt:
    """Return the nth attempt of a delivery with the result of its request."""
    if sent.reply is None:
        failure = sent.failure
        code = failure.code if failure else "connection_error"
        message = failure.message if failure else ""
        return Attempt(number, attempted_at, code, message, sent.duration_ms)
    code, message = classify_status(sent.reply.status)
    return Attempt(
        number=number,
        attempted_at=attempted_at,
        code=code,
        message=message,
        duration_ms=sent.duration_ms,
        response_status=sent.reply.status,
        response_body=decode_body(sent.reply),
        retry_after=(sent.reply.headers.get("Retry-After") or "")[:_MAX_RETRY_AFTER] or None,
    )


def decode_body(reply: Reply) -> str:
    """Return the start of a body as text; invalid UTF-8 and NUL become U+FFFD."""
    return reply.body.decode("utf-8", "replace").replace("\0", "\ufffd")
