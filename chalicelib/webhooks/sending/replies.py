"""What a receiver's answer means."""

from datetime import datetime

from chalicelib.webhooks.models import Attempt
from chalicelib.webhooks.sending.sender import Reply, Sent

_SENTENCES = {
    "redirect": "The receiver redirects elsewhere; that is not followed. Give the final URL.",
    "gone": "The receiver answered 410 Gone: it wants no more messages.",
    "bad_status": "The receiver did not answer with a status of 200 to 299.",
}

_MOST_RETRY_AFTER = 100  # letters of a header that is kept, however long a receiver makes it


def judge_status(status: int) -> tuple[str, str]:
    """Return the code of a response's status, and a sentence; "ok" has none."""
    if 200 <= status < 300:
        return "ok", ""
    code = {3: "redirect"}.get(status // 100, "bad_status")
    code = "gone" if status == 410 else code
    return code, _SENTENCES[code]


def to_attempt(sent: Sent, number: int, attempted_at: datetime) -> Attempt:
    """Return the so-manieth attempt, as it is judged and logged."""
    if sent.reply is None:
        failure = sent.failure
        code = failure.code if failure else "connection_error"
        message = failure.message if failure else ""
        return Attempt(number, attempted_at, code, message, sent.duration_ms)
    code, message = judge_status(sent.reply.status)
    return Attempt(
        number=number,
        attempted_at=attempted_at,
        code=code,
        message=message,
        duration_ms=sent.duration_ms,
        response_status=sent.reply.status,
        response_body=read_text(sent.reply),
        retry_after=(sent.reply.headers.get("Retry-After") or "")[:_MOST_RETRY_AFTER] or None,
    )


def read_text(reply: Reply) -> str:
    """Return the start of a body as text; what is no UTF-8, or no text, is replaced."""
    return reply.body.decode("utf-8", "replace").replace("\0", "\ufffd")
