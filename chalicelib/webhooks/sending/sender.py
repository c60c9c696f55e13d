"""Send one request to a receiver: address checked and pinned, size and time limited."""

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from time import perf_counter

from requests import PreparedRequest, Request, RequestException, Response
from urllib3.exceptions import HTTPError

from chalicelib.webhooks.sending.addresses import InvalidUrlError, Target, parse_url
from chalicelib.webhooks.sending.connection import Deadline, PinnedAdapter
from chalicelib.webhooks.sending.dns import Lookup, resolve_host
from chalicelib.webhooks.sending.errors import AttemptFailedError
from chalicelib.webhooks.sending.transport_errors import to_attempt_error

TIMEOUT_SECONDS = 15.0
_MAX_ADDRESSES = 3  # addresses of one host to try
_CONNECT_SECONDS = 5.0  # for each address
_FIXED = {
    "User-Agent": "product-importer-webhooks/1",
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True)
class Reply:
    """The response of a receiver."""

    status: int
    headers: Mapping[str, str]
    body: bytes  # its start
    is_truncated: bool  # there was, or may have been, more


@dataclass(frozen=True)
class SendResult:
    """The result of one request: the reply or the error, and how long it took."""

    reply: Reply | None
    failure: AttemptFailedError | None
    duration_ms: int


@dataclass(frozen=True)
class Sender:
    """Sends to public addresses, and to loopback addresses only if that is enabled."""

    allow_loopback: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS
    lookup: Lookup = socket.getaddrinfo
    verify: bool | str = True  # or the file of the trusted certificate authorities

    def send(self, url: str, headers: Mapping[str, str], body: str, most_bytes: int) -> SendResult:
        """POST `body` and read at most `most_bytes` of the response. A failure is returned."""
        started = perf_counter()
        reply, failure = None, None
        try:
            reply = self._send(url, headers, body.encode(), most_bytes)
        except AttemptFailedError as error:
            failure = error
        return SendResult(reply, failure, round((perf_counter() - started) * 1000))

    def _send(self, url: str, headers: Mapping[str, str], body: bytes, most_bytes: int) -> Reply:
        deadline = Deadline(self.timeout_seconds)
        target = _read_target(url, allow_loopback=self.allow_loopback)
        addresses = resolve_host(
            target,
            allow_loopback=self.allow_loopback,
            seconds=deadline.left,
            lookup=self.lookup,
        )[:_MAX_ADDRESSES]
        named = {**_FIXED, **headers, "Host": target.authority}
        request = Request("POST", target.url, headers=named, data=body).prepare()
        while True:
            address = addresses.pop(0)
            try:
                return self._exchange(PinnedAdapter(target, address, deadline), request, most_bytes)
            except AttemptFailedError:
                # Nothing was sent, so the host's next address can be tried.
                if deadline.has_connected or deadline.has_passed or not addresses:
                    raise

    def _exchange(self, adapter: PinnedAdapter, request: PreparedRequest, most_bytes: int) -> Reply:
        deadline = adapter.deadline
        timeout = (min(deadline.left, _CONNECT_SECONDS), deadline.left)
        try:
            with closing(adapter):
                response = adapter.send(request, stream=True, timeout=timeout, verify=self.verify)
                with closing(response):
                    body, is_truncated = _read_start(response, most_bytes)
        except (RequestException, HTTPError, HTTPException, OSError) as error:
            cause = TimeoutError() if deadline.has_passed else error
            raise to_attempt_error(cause, self.timeout_seconds) from None
        finally:
            deadline.cancel()
        if deadline.has_passed:  # the body may be truncated and look complete
            raise to_attempt_error(TimeoutError(), self.timeout_seconds)
        return Reply(response.status_code, response.headers, body, is_truncated)


def _read_target(url: str, *, allow_loopback: bool) -> Target:
    try:
        return parse_url(url, allow_loopback=allow_loopback)
    except InvalidUrlError as error:
        raise AttemptFailedError("blocked_address", str(error)) from None


def _read_start(response: Response, most_bytes: int) -> tuple[bytes, bool]:
    """Return the first bytes of the body, and whether there may be more."""
    body = b""
    while len(body) < most_bytes:
        piece = response.raw.read1(most_bytes - len(body), decode_content=False)
        if not piece:
            return body, False
        body += piece
    return body, True
