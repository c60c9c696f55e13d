"""The receivers of the webhook benchmark fail as configured."""

import socket
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from bench.bursts import BURST
from bench.receivers import BlackHole, Faults, ReceiverProcess
from bench.subscriptions import Delays, wait_for
from bench.webhooks import Result, write_page
from chalicelib.webhooks.sending.signing import make_secret, sign

SECRET = make_secret(datetime.now(UTC)).value


@pytest.fixture
def receiver(tmp_path: Path) -> ReceiverProcess:
    return ReceiverProcess(tmp_path / "log", secret=SECRET)


def _post(receiver: ReceiverProcess, name: str, secret: str = SECRET) -> int:
    headers = sign([secret], name, "{}", datetime.now(UTC))
    with requests.Session() as session:
        session.trust_env = False
        return session.post(receiver.url, data="{}", headers=headers, timeout=20).status_code


def test_a_receiver_records_signed_messages_only(
    receiver: ReceiverProcess,
) -> None:
    receiver.start()
    forged = make_secret(datetime.now(UTC)).value
    assert (_post(receiver, "msg_1"), _post(receiver, "msg_2", forged)) == (200, 401)
    assert [name for name, _ in receiver.taken()] == ["msg_1"]
    receiver.kill()


def test_a_killed_receiver_refuses_connections_and_keeps_its_records(
    receiver: ReceiverProcess,
) -> None:
    receiver.start()
    _post(receiver, "msg_1")
    receiver.kill()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", receiver.port)) != 0
    receiver.start()
    _post(receiver, "msg_1")
    assert [name for name, _ in receiver.taken()] == ["msg_1", "msg_1"]
    receiver.kill()


def test_a_faulty_receiver_fails_at_the_configured_rate(receiver: ReceiverProcess) -> None:
    receiver = replace(receiver, faults=Faults(failing=0.3))
    receiver.start()
    statuses = Counter(_post(receiver, f"msg_{n}") for n in range(200))
    receiver.kill()
    assert statuses.keys() == {200, 500}
    assert 30 < statuses[500] < 90
    assert len(receiver.taken()) == statuses[200]


def test_a_black_hole_accepts_connections_and_never_answers() -> None:
    hole = BlackHole()
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.ReadTimeout):
            session.post(hole.url, data="{}", timeout=0.3)
    assert hole.connections == 1
    hole.close()


def test_delays_count_the_first_arrival_of_a_message(receiver: ReceiverProcess) -> None:
    receiver.log.write_text("".join(f"msg_{n} {100 + n}\n" for n in (1, 2, 3, 1)))
    sent = {"msg_1": 100.0, "msg_2": 100.0, "msg_3": 100.0}
    delays = wait_for(sent, receiver)
    assert (delays.messages, delays.median, delays.p99, delays.most) == (3, 2.0, 3.0, 3.0)


def _result(**more: int) -> Result:
    delays = Delays.of([n / 100 for n in range(1, 201)])
    values = dict.fromkeys(
        ("deliveries", "attempts", "lost", "duplicates", "left", "replayed", "dead_attempts"), 0
    )
    return Result(
        seconds=12.0,
        alone=delays,
        beside_faulty=delays,
        beside_dead=delays,
        bursts={"alone": delays, "after others": delays},
        **values | more,
    )


def test_the_page_has_every_number() -> None:
    page = write_page(_result(deliveries=10_000, attempts=14_321, lost=0, duplicates=7))
    assert "**10,000 deliveries**" in page
    assert "| attempts | 14,321 |" in page
    assert "| duplicate messages | 7 |" in page
    assert page.count("| 200 | 1.00 s | 1.91 s | 1.99 s | 2.00 s |") == 5
    assert f"A burst of {BURST} messages" in page
