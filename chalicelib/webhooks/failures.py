"""What may go wrong in an attempt: a code that stays, and a sentence for people."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException


@dataclass
class AttemptFailedError(Exception):
    """An attempt that got no answer: its code says why."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def explain(error: Exception, seconds: float) -> AttemptFailedError:
    """Return what an error of a library means for the receiver's owner."""
    causes = list(_causes_of(error))
    for kind, code, message in _KINDS:
        found = [cause for cause in causes if isinstance(cause, kind)]
        if found:
            why = (
                found[0].verify_message
                if isinstance(found[0], ssl.SSLCertVerificationError)
                else ""
            )
            return AttemptFailedError(code, message.format(seconds=seconds, why=why or "no detail"))
    return AttemptFailedError(
        "connection_error", "The connection broke before there was a whole answer."
    )


_KINDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "tls_error",
        "The receiver's certificate was not accepted: {why}.",
    ),
    (TimeoutError, "timeout", "There was no whole answer within {seconds:g} seconds."),
    (ssl.SSLError, "tls_error", "No TLS connection came about: the receiver does not speak it so."),
    (
        ConnectionRefusedError,
        "connection_refused",
        "Nothing listens at the receiver's address and port.",
    ),
    (ConnectionError, "connection_error", "The receiver closed the connection without an answer."),
    (HTTPException, "protocol_error", "What the receiver answered is not HTTP."),
)


def _causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what it came from: libraries wrap one in the other."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        reasons = [
            a for a in (*found.args, getattr(found, "reason", None)) if isinstance(a, BaseException)
        ]
        waiting += [found.__cause__, found.__context__, *reasons]
