"""Helpers for tests that send one request to a receiver."""

import socket
from typing import Any

from chalicelib.webhooks.sending.sender import Sender, SendResult

SENDER = Sender(allow_loopback=True, timeout_seconds=1.0)


def send(url: str, sender: Sender = SENDER) -> SendResult:
    return sender.send(url, {"webhook-id": "msg_1"}, '{"a":"ä"}', 1024)


def code_of(sent: SendResult) -> str:
    assert sent.failure, sent
    assert sent.failure.message
    return sent.failure.code


def resolving(*addresses: str) -> Any:
    """Return a lookup that resolves every name to these addresses."""

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port))
            for a in addresses
        ]

    return look_up
