"""Requests over TLS: which certificates are trusted, and how long a handshake may take."""

import socket
import threading
from time import monotonic, sleep

import pytest

from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.certificates import Authority
from tests.fakes.receiver import receiving
from tests.webhooks.sending import code_of, resolving, send


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(authority: Authority) -> Sender:
    """A sender that trusts the tests' authority."""
    return Sender(
        allow_loopback=True,
        timeout_seconds=2,
        lookup=resolving("127.0.0.1"),
        verify=str(authority.file),
    )


def test_tls_uses_the_host_of_the_url(authority: Authority, trusting: Sender) -> None:
    with receiving(certificate=authority.certify("shop.example")) as receiver:
        sent = send(f"https://shop.example:{receiver.port}/", trusting)
    assert sent.reply is not None, sent
    assert sent.reply.status == 200


def test_a_certificate_for_another_host_is_rejected(authority: Authority, trusting: Sender) -> None:
    with receiving(certificate=authority.certify("other.example")) as receiver:
        sent = send(f"https://shop.example:{receiver.port}/", trusting)
        assert receiver.requests == []
    assert code_of(sent) == "tls_error"


def test_a_certificate_for_the_address_is_rejected_for_the_name(
    authority: Authority, trusting: Sender
) -> None:
    with receiving(certificate=authority.certify("127.0.0.1")) as receiver:
        sent = send(f"https://shop.example:{receiver.port}/", trusting)
    assert code_of(sent) == "tls_error"


def test_an_expired_certificate_is_rejected_with_the_reason(
    authority: Authority, trusting: Sender
) -> None:
    certificate = authority.certify("shop.example", is_expired=True)
    with receiving(certificate=certificate) as receiver:
        sent = send(f"https://shop.example:{receiver.port}/", trusting)
    assert sent.failure is not None
    assert sent.failure.code == "tls_error"
    assert "expired" in sent.failure.message


def test_an_untrusted_certificate_is_rejected(authority: Authority) -> None:
    sender = Sender(allow_loopback=True, timeout_seconds=2, lookup=resolving("127.0.0.1"))
    with receiving(certificate=authority.certify("shop.example")) as receiver:
        assert code_of(send(f"https://shop.example:{receiver.port}/", sender)) == "tls_error"


def test_a_receiver_without_tls_is_a_tls_error(trusting: Sender) -> None:
    with receiving() as receiver:
        assert code_of(send(f"https://shop.example:{receiver.port}/", trusting)) == "tls_error"


def test_a_slow_handshake_times_out(authority: Authority) -> None:
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
            lookup=resolving("127.0.0.1"),
            verify=str(authority.file),
        )
        started = monotonic()
        sent = send(f"https://shop.example:{listener.getsockname()[1]}/", sender)
        assert monotonic() - started < 1.5
        thread.join(5)
    assert code_of(sent) == "timeout"
