"""One request to a receiver, whatever it does."""

import socket
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Request

from chalicelib.webhooks.sending.addresses import InvalidUrlError, parse_url
from chalicelib.webhooks.sending.sender import TIMEOUT_SECONDS, Sender
from tests.fakes.receiver import (
    Behaviour,
    answer,
    drip_body,
    drip_head,
    endless_body,
    gibberish,
    huge_body,
    receiving,
    reset,
    silence,
)
from tests.webhooks.sending import code_of, send


def test_attempts_have_fifteen_seconds() -> None:
    assert Sender().timeout_seconds == TIMEOUT_SECONDS == 15


def test_a_message_is_posted_unchanged() -> None:
    with receiving(answer(201, b"thanks", X_Trace="7")) as receiver:
        sent = send(receiver.url)
        [received] = receiver.requests
    assert sent.reply is not None
    assert (sent.reply.status, sent.reply.body, sent.reply.is_truncated) == (201, b"thanks", False)
    assert sent.reply.headers["X-Trace"] == "7"
    assert received.path == "/hooks?for=me"
    assert received.body == '{"a":"ä"}'
    assert received.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["webhook-id"] == "msg_1"
    assert "Cookie" not in received.headers


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 404, 410, 429, 500, 503])
def test_every_status_is_a_reply(status: int) -> None:
    with receiving(answer(status, Location="http://169.254.169.254/")) as receiver:
        sent = send(receiver.url)
        assert len(receiver.requests) == 1, "a redirect is not followed"
    assert sent.reply is not None
    assert sent.reply.status == status


@pytest.mark.parametrize("behaviour", [drip_head, drip_body, silence(5)])
def test_a_receiver_that_never_finishes_times_out(behaviour: Behaviour) -> None:
    with receiving(behaviour) as receiver:
        started = monotonic()
        sent = send(receiver.url)
        assert 0.9 < monotonic() - started < 2
    assert code_of(sent) == "timeout"


@pytest.mark.parametrize("behaviour", [endless_body, huge_body])
def test_only_the_start_of_a_body_is_read(behaviour: Behaviour) -> None:
    with receiving(behaviour) as receiver:
        started = monotonic()
        sent = send(receiver.url)
        assert monotonic() - started < 0.9
    assert sent.reply is not None
    assert (sent.reply.body, sent.reply.is_truncated) == (b"x" * 1024, True)


def test_only_the_start_of_a_redirects_body_is_read() -> None:
    def redirect_endlessly(exchange: Any) -> None:
        exchange.begin(302, {"Location": "/again", "Content-Length": str(10**12)})
        while True:
            exchange.wfile.write(b"x" * 0x10000)

    with receiving(redirect_endlessly) as receiver:
        sent = send(receiver.url)
    assert sent.reply is not None
    assert len(sent.reply.body) == 1024


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (reset, "connection_error"),
        (gibberish, "protocol_error"),
        (lambda exchange: exchange.begin(200, {"Content-Length": "5"}), "connection_error"),
    ],
)
def test_a_broken_response_is_a_failure(behaviour: Behaviour, code: str) -> None:
    with receiving(behaviour) as receiver:
        assert code_of(send(receiver.url)) == code


def test_a_closed_port_is_connection_refused() -> None:
    with receiving() as receiver:
        url = receiver.url
    assert code_of(send(url)) == "connection_refused"


def test_a_host_that_accepts_no_connection_times_out() -> None:
    with socket.socket() as full:  # its queue of connections is full
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        held = [socket.socket() for _ in range(4)]
        for one in held:
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        started = monotonic()
        sent = send(f"http://127.0.0.1:{full.getsockname()[1]}/")
        assert monotonic() - started < 2
        for one in held:
            one.close()
    assert code_of(sent) == "timeout"


def test_environment_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert send(receiver.url).reply is not None
        assert (len(receiver.requests), len(proxy.requests)) == (1, 0)


@settings(max_examples=40)
@given(st.binary(max_size=200), st.booleans())
def test_any_response_bytes_are_handled(noise: bytes, begins_well: bool) -> None:
    def answer_noise(exchange: Any) -> None:
        exchange.wfile.write((b"HTTP/1.1 200 OK\r\n" if begins_well else b"") + noise)

    with receiving(answer_noise) as receiver:
        sent = send(receiver.url)
    assert (sent.reply is None) != (sent.failure is None)


@given(st.text(max_size=40) | st.text(".%2e7aA/?~", max_size=40))
def test_every_accepted_url_is_called_unchanged(text: str) -> None:
    try:
        target = parse_url(f"https://example.com/{text}", allow_loopback=False)
    except InvalidUrlError:
        return
    assert Request("POST", target.url).prepare().url == target.url
