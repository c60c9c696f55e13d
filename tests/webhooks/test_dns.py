"""Name resolution for a request: done once, checked, and never to an internal address."""

import socket
import threading
from time import monotonic
from typing import Any

import pytest

from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.receiver import receiving
from tests.webhooks.sending import code_of, resolving, send


def test_an_unresolvable_name_is_a_dns_error() -> None:
    def fail(*asked: Any, **more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    assert code_of(send("https://example.com/", Sender(lookup=fail))) == "dns_error"
    assert code_of(send("https://example.com/", Sender(lookup=resolving()))) == "dns_error"


def test_slow_name_resolution_times_out() -> None:
    released = threading.Event()

    def hang(*asked: Any, **more: Any) -> list[Any]:
        released.wait(60)
        return []

    started = monotonic()
    sent = send("https://example.com/", Sender(timeout_seconds=0.3, lookup=hang))
    assert monotonic() - started < 30
    released.set()
    assert code_of(sent) == "timeout"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://017700000001/",
        "https://user:password@example.com/",
    ],
)
def test_an_internal_url_is_never_called(url: str) -> None:
    assert code_of(send(url, Sender())) == "blocked_address"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.7"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["93.184.215.14", "10.0.0.7"],
        ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "fd00::1"],
    ],
)
def test_a_name_with_an_internal_address_is_never_called(addresses: list[str]) -> None:
    sent = send("https://example.com/", Sender(lookup=resolving(*addresses)))
    assert code_of(sent) == "blocked_address"


def test_a_name_is_resolved_once_and_the_checked_address_is_called() -> None:
    """DNS rebinding: a second lookup with another address has no effect."""
    with receiving() as trusted, receiving() as inside:
        asked: list[str] = []

        def rebind(host: str, port: int, **more: Any) -> list[Any]:
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return [(socket.AF_INET, 1, 6, "", (address, port))]

        sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=rebind)
        sent = send(f"http://rebinding.example:{trusted.port}/", sender)
        assert (len(trusted.requests), len(inside.requests)) == (1, 0)
        assert trusted.requests[0].headers["Host"] == f"rebinding.example:{trusted.port}"
    assert sent.reply is not None
    assert asked == ["rebinding.example"]


def test_a_name_is_checked_again_in_every_attempt() -> None:
    answers = iter(["127.0.0.1", "10.0.0.7"])
    with receiving() as receiver:

        def rebind(host: str, port: int, **more: Any) -> list[Any]:
            return [(socket.AF_INET, 1, 6, "", (next(answers), port))]

        sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=rebind)
        url = f"http://rebinding.example:{receiver.port}/"
        assert send(url, sender).reply is not None
        assert code_of(send(url, sender)) == "blocked_address"


def test_the_next_address_is_used_when_one_refuses_connections() -> None:
    with receiving() as receiver:
        sender = Sender(
            allow_loopback=True, timeout_seconds=2, lookup=resolving("127.0.0.9", "127.0.0.1")
        )
        assert send(f"http://two.example:{receiver.port}/", sender).reply is not None
