"""The test call: what comes back is told, and no more of it than a person can read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.webhooks.sending.send_test_event import send_test_event
from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.receiver import Behaviour, Exchange, answer, receiving, silence
from tests.fakes.webhooks import SECRET, make_webhook


def _call(url: str, **more: Any) -> dict[str, Any]:
    sender = Sender(allow_loopback=True, timeout_seconds=0.5)
    return send_test_event(make_webhook(url=url, **more), sender, datetime.now(UTC))


@pytest.mark.parametrize("enabled", [True, False])
def test_a_test_message_is_signed_and_its_answer_told(enabled: bool) -> None:
    with receiving(answer(201, b"thanks", X_Shop="7")) as receiver:
        told = _call(receiver.url, enabled=enabled)
        [received] = receiver.requests
    payload: Any = received.verify(SECRET)
    assert payload["type"] == "webhook.test"
    assert received.headers["webhook-id"] == told["message_id"]
    assert (told["code"], told["status_code"], told["body"]) == ("ok", 201, "thanks")
    assert told["headers"]["X-Shop"] == "7"
    assert told["duration_ms"] >= 0
    assert (bool(told["message"]), told["is_truncated"]) == (True, False)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(answer(500), "bad_status"), (answer(301), "redirect"), (answer(410), "gone")],
)
def test_an_answer_that_is_no_success_says_so_in_a_sentence(
    behaviour: Behaviour, code: str
) -> None:
    with receiving(behaviour) as receiver:
        told = _call(receiver.url)
    assert told["code"] == code
    assert told["message"].endswith(".")


def test_what_brings_no_answer_is_told_as_well() -> None:
    with receiving(silence(3)) as receiver:
        told = _call(receiver.url)
    assert (told["code"], told["status_code"], told["headers"], told["body"]) == (
        "timeout",
        None,
        {},
        None,
    )
    assert _call(receiver.url)["code"] == "connection_refused"
    assert _call("https://10.0.0.1/")["code"] == "blocked_address"


def test_headers_and_body_of_any_size_are_told_in_part() -> None:
    def answer_much(exchange: Exchange) -> None:
        names = {f"X-{n}": "v" * 2_000 for n in range(60)}
        exchange.begin(200, {"N" * 5_000: "v", **names, "Content-Length": "9000"})
        exchange.wfile.write(b"b" * 9_000)

    with receiving(answer_much) as receiver:
        told = _call(receiver.url)
    assert told["code"] == "ok"
    assert len(told["headers"]) == 50
    assert max(len(name) for name in told["headers"]) == 100
    assert max(len(value) for value in told["headers"].values()) == 1_000
    assert (len(told["body"]), told["is_truncated"]) == (4_096, True)
    assert len(json.dumps(told)) < 100_000
