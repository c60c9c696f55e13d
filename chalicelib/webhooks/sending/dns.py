"""A host's addresses: looked up once, within a time, and checked before anything connects."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from chalicelib.webhooks.delivery.failures import AttemptFailedError
from chalicelib.webhooks.sending.addresses import Address, Target, is_allowed

Lookup = Callable[..., list[Any]]  # as socket.getaddrinfo


def find_addresses(
    target: Target, *, allow_loopback: bool, seconds: float, lookup: Lookup = socket.getaddrinfo
) -> list[Address]:
    """Return the addresses of the target's host, those of IPv4 first.

    Raises AttemptFailedError: dns_error, timeout, or blocked_address when one of them is not
    allowed: a name that leads inside as well as outside is not to be tried.
    """
    literal = target.address
    found = [literal] if literal else _look_up(target, seconds, lookup)
    if not all(is_allowed(a, target.scheme, allow_loopback=allow_loopback) for a in found):
        raise AttemptFailedError(
            "blocked_address", f"{target.host} has an address that is not of the public internet."
        )
    return found


def _look_up(target: Target, seconds: float, lookup: Lookup) -> list[Address]:
    # The C library's look-up knows no deadline. Whoever waits for it does.
    answers: SimpleQueue[list[Any] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(lookup(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except Empty:
        raise AttemptFailedError(
            "timeout", f"The name {target.host} was not resolved in time."
        ) from None
    if isinstance(answer, Exception) or not answer:
        raise AttemptFailedError("dns_error", f"The name {target.host} does not resolve.")
    found = dict.fromkeys(ip_address(entry[4][0]) for entry in answer)
    return sorted(found, key=lambda address: address.version)
