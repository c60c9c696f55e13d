"""Translate errors of requests, urllib3 and ssl into errors for the webhook's owner."""

import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead

from urllib3.util.ssl_match_hostname import CertificateError

from chalicelib.webhooks.sending.errors import AttemptFailedError

_BROKEN = "The receiver closed the connection before the response was complete."
_KINDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "tls_error",
        "TLS certificate verification failed: {why}.",
    ),
    (CertificateError, "tls_error", "The TLS certificate is for another host."),
    (TimeoutError, "timeout", "The response was not complete within {seconds:g} seconds."),
    (ssl.SSLError, "tls_error", "TLS handshake failed."),
    (
        ConnectionRefusedError,
        "connection_refused",
        "Connection refused: nothing listens at this address and port.",
    ),
    (ConnectionError, "connection_error", _BROKEN),
    (IncompleteRead, "connection_error", _BROKEN),
    (HTTPException, "protocol_error", "The response is not valid HTTP."),
)


def to_attempt_error(error: Exception, seconds: float) -> AttemptFailedError:
    """Return the error of an attempt for the most specific cause of a library's error."""
    causes = list(_causes_of(error))
    for kind, code, message in _KINDS:
        found = [cause for cause in causes if isinstance(cause, kind)]
        if found:
            why = getattr(found[0], "verify_message", "")
            return AttemptFailedError(code, message.format(seconds=seconds, why=why))
    return AttemptFailedError("connection_error", _BROKEN)


def _causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its causes: libraries wrap one in the other."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
