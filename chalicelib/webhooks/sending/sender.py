"""One request to a receiver, whatever it does: checked, pinned, capped, and over in time."""

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from time import perf_counter

from requests import PreparedRequest, Request, RequestException, Response
from urllib3.exceptions import HTTPError

from chalicelib.webhooks.delivery.failures import AttemptFailedError
from chalicelib.webhooks.sending.addresses import Target, UrlRefusedError, read_url
from chalicelib.webhooks.sending.connection import Deadline, PinnedAdapter
from chalicelib.webhooks.sending.dns import Lookup, find_addresses
from chalicelib.webhooks.sending.explanations import explain

TIMEOUT_SECONDS = 15.0
_MOST_ADDRESSES = 3  # of one host that are tried
_CONNECT_SECONDS = 5.0  # to one of them
_FIXED = {
    "User-Agent": "product-importer-webhooks/1",
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes  # its start
    is_cut: bool  # there was, or may have been, more


@dataclass(frozen=True)
class Sent:
    """One request: its reply or what went wrong, and how long it took."""

    reply: Reply | None
    failure: AttemptFailedError | None
    duration_ms: int


@dataclass(frozen=True)
class Sender:
    """Sends to the public internet; to loopback as well only where that is set."""

    allow_loopback: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS
    lookup: Lookup = socket.getaddrinfo
    verify: bool | str = True  # or the file of the authorities to believe

    def send(self, url: str, headers: Mapping[str, str], body: str, most_bytes: int) -> Sent:
        """POST `body`; read at most `most_bytes` of the answer. Never raises for a receiver."""
        started = perf_counter()
        reply, failure = None, None
        try:
            reply = self._send(url, headers, body.encode(), most_bytes)
        except AttemptFailedError as error:
            failure = error
        return Sent(reply, failure, round((perf_counter() - started) * 1000))

    def _send(self, url: str, headers: Mapping[str, str], body: bytes, most_bytes: int) -> Reply:
        deadline = Deadline(self.timeout_seconds)
        target = _read_target(url, allow_loopback=self.allow_loopback)
        addresses = find_addresses(
            target,
            allow_loopback=self.allow_loopback,
            seconds=deadline.left,
            lookup=self.lookup,
        )[:_MOST_ADDRESSES]
        named = {**_FIXED, **headers, "Host": target.authority}
        request = Request("POST", target.url, headers=named, data=body).prepare()
        while True:
            address = addresses.pop(0)
            try:
                return self._exchange(PinnedAdapter(target, address, deadline), request, most_bytes)
            except AttemptFailedError:
                # Where nothing was sent, the host's next address may do.
                if deadline.has_connected or deadline.is_over or not addresses:
                    raise

    def _exchange(self, adapter: PinnedAdapter, request: PreparedRequest, most_bytes: int) -> Reply:
        deadline = adapter.deadline
        timeout = (min(deadline.left, _CONNECT_SECONDS), deadline.left)
        try:
            with closing(adapter):
                response = adapter.send(request, stream=True, timeout=timeout, verify=self.verify)
                with closing(response):
                    body, is_cut = _read_start(response, most_bytes)
        except (RequestException, HTTPError, HTTPException, OSError) as error:
            cause = TimeoutError() if deadline.is_over else error
            raise explain(cause, self.timeout_seconds) from None
        finally:
            deadline.cancel()
        if deadline.is_over:  # what was read may have been cut, and look whole
            raise explain(TimeoutError(), self.timeout_seconds)
        return Reply(response.status_code, response.headers, body, is_cut)


def _read_target(url: str, *, allow_loopback: bool) -> Target:
    try:
        return read_url(url, allow_loopback=allow_loopback)
    except UrlRefusedError as error:
        raise AttemptFailedError("blocked_address", str(error)) from None


def _read_start(response: Response, most_bytes: int) -> tuple[bytes, bool]:
    """Return the body's first bytes as they come, and whether there may be more."""
    body = b""
    while len(body) < most_bytes:
        piece = response.raw.read1(most_bytes - len(body), decode_content=False)
        if not piece:
            return body, False
        body += piece
    return body, True
