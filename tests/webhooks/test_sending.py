"""One request to a receiver, whatever that does."""

import socket
import threading
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Request

from chalicelib.webhooks.addresses import UrlRefusedError, read_url
from chalicelib.webhooks.sending import TIMEOUT_SECONDS, Sender, Sent
from tests.fakes.certificates import Authority
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

SENDER = Sender(allow_loopback=True, timeout_seconds=1.0)


def _send(url: str, sender: Sender = SENDER) -> Sent:
    return sender.send(url, {"webhook-id": "msg_1"}, '{"a":"ä"}', 1024)


def _code(sent: Sent) -> str:
    assert sent.failure, sent
    assert sent.failure.message
    return sent.failure.code


def _resolving(*addresses: str) -> Any:
    """Return a look-up that answers these addresses, whatever it is asked."""

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port))
            for a in addresses
        ]

    return look_up


def test_attempts_have_fifteen_seconds() -> None:
    assert Sender().timeout_seconds == TIMEOUT_SECONDS == 15


def test_a_message_is_posted_as_it_is() -> None:
    with receiving(answer(201, b"thanks", X_Trace="7")) as receiver:
        sent = _send(receiver.url)
        [received] = receiver.requests
    assert sent.reply is not None
    assert (sent.reply.status, sent.reply.body, sent.reply.is_cut) == (201, b"thanks", False)
    assert sent.reply.headers["X-Trace"] == "7"
    assert received.path == "/hooks?for=me"
    assert received.body == '{"a":"ä"}'
    assert received.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["webhook-id"] == "msg_1"
    assert "Cookie" not in received.headers


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(status: int) -> None:
    with receiving(answer(status, Location="http://169.254.169.254/")) as receiver:
        sent = _send(receiver.url)
        assert len(receiver.requests) == 1, "a redirect is not followed"
    assert sent.reply is not None
    assert sent.reply.status == status


@pytest.mark.parametrize("behaviour", [drip_head, drip_body, silence(5)])
def test_a_receiver_that_does_not_end_is_left_in_time(behaviour: Behaviour) -> None:
    with receiving(behaviour) as receiver:
        started = monotonic()
        sent = _send(receiver.url)
        assert 0.9 < monotonic() - started < 2
    assert _code(sent) == "timeout"


@pytest.mark.parametrize("behaviour", [endless_body, huge_body])
def test_a_body_is_read_no_further_than_its_start(behaviour: Behaviour) -> None:
    with receiving(behaviour) as receiver:
        started = monotonic()
        sent = _send(receiver.url)
        assert monotonic() - started < 0.9
    assert sent.reply is not None
    assert (sent.reply.body, sent.reply.is_cut) == (b"x" * 1024, True)


def test_the_body_of_a_redirect_is_read_no_further_either() -> None:
    def redirect_for_ever(exchange: Any) -> None:
        exchange.begin(302, {"Location": "/again", "Content-Length": str(10**12)})
        while True:
            exchange.wfile.write(b"x" * 0x10000)

    with receiving(redirect_for_ever) as receiver:
        sent = _send(receiver.url)
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
def test_a_broken_answer_is_none(behaviour: Behaviour, code: str) -> None:
    with receiving(behaviour) as receiver:
        assert _code(_send(receiver.url)) == code


def test_a_port_where_nothing_listens_refuses() -> None:
    with receiving() as receiver:
        url = receiver.url
    assert _code(_send(url)) == "connection_refused"


def test_a_host_that_takes_no_connection_is_left_in_time() -> None:
    with socket.socket() as full:  # its queue of connections is full
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        held = [socket.socket() for _ in range(4)]
        for one in held:
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        started = monotonic()
        sent = _send(f"http://127.0.0.1:{full.getsockname()[1]}/")
        assert monotonic() - started < 2
        for one in held:
            one.close()
    assert _code(sent) == "timeout"


def test_a_name_that_does_not_resolve_is_told() -> None:
    def fail(*asked: Any, **more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    assert _code(_send("https://example.com/", Sender(lookup=fail))) == "dns_error"
    assert _code(_send("https://example.com/", Sender(lookup=_resolving()))) == "dns_error"


def test_a_name_that_takes_too_long_to_resolve_is_left_in_time() -> None:
    is_over = threading.Event()

    def hang(*asked: Any, **more: Any) -> list[Any]:
        is_over.wait(5)
        return []

    started = monotonic()
    sent = _send("https://example.com/", Sender(timeout_seconds=0.3, lookup=hang))
    assert monotonic() - started < 1
    is_over.set()
    assert _code(sent) == "timeout"


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
def test_a_url_that_leads_inside_is_never_called(url: str) -> None:
    assert _code(_send(url, Sender())) == "blocked_address"


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
def test_a_name_that_leads_inside_is_never_called(addresses: list[str]) -> None:
    sent = _send("https://example.com/", Sender(lookup=_resolving(*addresses)))
    assert _code(sent) == "blocked_address"


def test_a_name_is_resolved_once_and_its_checked_address_called() -> None:
    """Rebinding: a name that leads elsewhere when it is asked a second time gains nothing."""
    with receiving() as trusted, receiving() as inside:
        asked: list[str] = []

        def rebind(host: str, port: int, **more: Any) -> list[Any]:
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return [(socket.AF_INET, 1, 6, "", (address, port))]

        sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=rebind)
        sent = _send(f"http://rebinding.example:{trusted.port}/", sender)
        assert (len(trusted.requests), len(inside.requests)) == (1, 0)
        assert trusted.requests[0].headers["Host"] == f"rebinding.example:{trusted.port}"
    assert sent.reply is not None
    assert asked == ["rebinding.example"]


def test_a_name_is_checked_anew_at_every_attempt() -> None:
    answers = iter(["127.0.0.1", "10.0.0.7"])
    with receiving() as receiver:

        def rebind(host: str, port: int, **more: Any) -> list[Any]:
            return [(socket.AF_INET, 1, 6, "", (next(answers), port))]

        sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=rebind)
        url = f"http://rebinding.example:{receiver.port}/"
        assert _send(url, sender).reply is not None
        assert _code(_send(url, sender)) == "blocked_address"


def test_a_host_with_an_address_that_refuses_is_reached_at_another() -> None:
    with receiving() as receiver:
        sender = Sender(
            allow_loopback=True, timeout_seconds=2, lookup=_resolving("127.0.0.9", "127.0.0.1")
        )
        assert _send(f"http://two.example:{receiver.port}/", sender).reply is not None


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert _send(receiver.url).reply is not None
        assert (len(receiver.requests), len(proxy.requests)) == (1, 0)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def believing(authority: Authority) -> Sender:
    """A sender that believes the tests' authority."""
    return Sender(
        allow_loopback=True,
        timeout_seconds=2,
        lookup=_resolving("127.0.0.1"),
        verify=str(authority.file),
    )


def test_tls_is_spoken_with_the_host_of_the_url(authority: Authority, believing: Sender) -> None:
    with receiving(certificate=authority.certify("shop.example")) as receiver:
        sent = _send(f"https://shop.example:{receiver.port}/", believing)
    assert sent.reply is not None, sent
    assert sent.reply.status == 200


def test_a_certificate_of_another_host_is_refused(authority: Authority, believing: Sender) -> None:
    with receiving(certificate=authority.certify("other.example")) as receiver:
        sent = _send(f"https://shop.example:{receiver.port}/", believing)
        assert receiver.requests == []
    assert _code(sent) == "tls_error"


def test_a_certificate_of_the_address_is_not_one_of_the_name(
    authority: Authority, believing: Sender
) -> None:
    with receiving(certificate=authority.certify("127.0.0.1")) as receiver:
        sent = _send(f"https://shop.example:{receiver.port}/", believing)
    assert _code(sent) == "tls_error"


def test_an_expired_certificate_is_refused_and_why(authority: Authority, believing: Sender) -> None:
    certificate = authority.certify("shop.example", is_expired=True)
    with receiving(certificate=certificate) as receiver:
        sent = _send(f"https://shop.example:{receiver.port}/", believing)
    assert sent.failure is not None
    assert sent.failure.code == "tls_error"
    assert "expired" in sent.failure.message


def test_a_certificate_nobody_vouches_for_is_refused(authority: Authority) -> None:
    sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=_resolving("127.0.0.1"))
    with receiving(certificate=authority.certify("shop.example")) as receiver:
        assert _code(_send(f"https://shop.example:{receiver.port}/", sender)) == "tls_error"


def test_a_receiver_without_tls_is_told(believing: Sender) -> None:
    with receiving() as receiver:
        assert _code(_send(f"https://shop.example:{receiver.port}/", believing)) == "tls_error"


def test_a_handshake_that_drips_is_left_in_time(authority: Authority) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 100:
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        return
                    sleep(0.1)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        sender = Sender(
            allow_loopback=True,
            timeout_seconds=0.7,
            lookup=_resolving("127.0.0.1"),
            verify=str(authority.file),
        )
        started = monotonic()
        sent = _send(f"https://shop.example:{listener.getsockname()[1]}/", sender)
        assert monotonic() - started < 1.5
        thread.join(5)
    assert _code(sent) == "timeout"


@settings(max_examples=40)
@given(st.binary(max_size=200), st.booleans())
def test_no_answer_of_a_receiver_breaks_the_sender(noise: bytes, begins_well: bool) -> None:
    def answer_noise(exchange: Any) -> None:
        exchange.wfile.write((b"HTTP/1.1 200 OK\r\n" if begins_well else b"") + noise)

    with receiving(answer_noise) as receiver:
        sent = _send(receiver.url)
    assert (sent.reply is None) != (sent.failure is None)


@given(st.text(max_size=40) | st.text(".%2e7aA/?~", max_size=40))
def test_every_url_that_is_taken_is_called_as_it_is(text: str) -> None:
    try:
        target = read_url(f"https://example.com/{text}", allow_loopback=False)
    except UrlRefusedError:
        return
    assert Request("POST", target.url).prepare().url == target.url
