"""Resolve a host once, within a timeout, and check its addresses before anything connects."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from chalicelib.webhooks.sending.addresses import Address, Target, is_allowed
from chalicelib.webhooks.sending.errors import AttemptFailedError

Lookup = Callable[..., list[Any]]  # as socket.getaddrinfo


def resolve_host(
    target: Target, *, allow_loopback: bool, seconds: float, lookup: Lookup = socket.getaddrinfo
) -> list[Address]:
    """Return the addresses of the target's host, IPv4 first.

    Raises AttemptFailedError: dns_error, timeout, or blocked_address when any of the addresses
    isn't allowed.
    """
    literal = target.address
    found = [literal] if literal else _look_up(target, seconds, lookup)
    if not all(is_allowed(a, target.scheme, allow_loopback=allow_loopback) for a in found):
        raise AttemptFailedError(
            "blocked_address", f"{target.host} resolves to an address that is not public."
        )
    return found


def _look_up(target: Target, seconds: float, lookup: Lookup) -> list[Address]:
    # The C library's lookup has no timeout, so a thread does it and this one stops waiting.
    results: SimpleQueue[list[Any] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            results.put(lookup(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            results.put(error)

    Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        result = results.get(timeout=max(seconds, 0.001))
    except Empty:
        raise AttemptFailedError("timeout", f"{target.host} was not resolved in time.") from None
    if isinstance(result, Exception) or not result:
        raise AttemptFailedError("dns_error", f"{target.host} does not resolve.")
    found = dict.fromkeys(ip_address(entry[4][0]) for entry in result)
    return sorted(found, key=lambda address: address.version)
