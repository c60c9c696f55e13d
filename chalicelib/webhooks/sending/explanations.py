"""What an error of the libraries that send means for a receiver's owner."""

import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead

from urllib3.util.ssl_match_hostname import CertificateError

from chalicelib.webhooks.delivery.failures import AttemptFailedError

_BROKEN = "The receiver closed the connection before there was a whole answer."
_KINDS: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "tls_error",
        "The receiver's certificate was not accepted: {why}.",
    ),
    (CertificateError, "tls_error", "The receiver's certificate is of another host."),
    (TimeoutError, "timeout", "There was no whole answer within {seconds:g} seconds."),
    (ssl.SSLError, "tls_error", "No TLS connection came about: the receiver does not speak it so."),
    (
        ConnectionRefusedError,
        "connection_refused",
        "Nothing listens at the receiver's address and port.",
    ),
    (ConnectionError, "connection_error", _BROKEN),
    (IncompleteRead, "connection_error", _BROKEN),
    (HTTPException, "protocol_error", "What the receiver answered is not HTTP."),
)


def explain(error: Exception, seconds: float) -> AttemptFailedError:
    """Return what an error means: of all that it came from, the kind that says most."""
    causes = list(_causes_of(error))
    for kind, code, message in _KINDS:
        found = [cause for cause in causes if isinstance(cause, kind)]
        if found:
            why = getattr(found[0], "verify_message", "")
            return AttemptFailedError(code, message.format(seconds=seconds, why=why))
    return AttemptFailedError("connection_error", _BROKEN)


def _causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from: libraries wrap one in the other."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
