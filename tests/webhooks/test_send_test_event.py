"""Test events: the response is returned, truncated to a readable size."""

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
def test_a_test_event_is_signed_and_its_response_returned(enabled: bool) -> None:
    with receiving(answer(201, b"thanks", X_Shop="7")) as receiver:
        result = _call(receiver.url, enabled=enabled)
        [received] = receiver.requests
    payload: Any = received.verify(SECRET)
    assert payload["type"] == "webhook.test"
    assert received.headers["webhook-id"] == result["message_id"]
    assert (result["code"], result["status_code"], result["body"]) == ("ok", 201, "thanks")
    assert result["headers"]["X-Shop"] == "7"
    assert result["duration_ms"] >= 0
    assert (bool(result["message"]), result["is_truncated"]) == (True, False)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(answer(500), "bad_status"), (answer(301), "redirect"), (answer(410), "gone")],
)
def test_an_unsuccessful_response_has_a_code_and_a_message(behaviour: Behaviour, code: str) -> None:
    with receiving(behaviour) as receiver:
        result = _call(receiver.url)
    assert result["code"] == code
    assert result["message"].endswith(".")


def test_a_missing_response_is_reported() -> None:
    with receiving(silence(3)) as receiver:
        result = _call(receiver.url)
    assert (result["code"], result["status_code"], result["headers"], result["body"]) == (
        "timeout",
        None,
        {},
        None,
    )
    assert _call(receiver.url)["code"] == "connection_refused"
    assert _call("https://10.0.0.1/")["code"] == "blocked_address"


def test_long_headers_and_bodies_are_truncated() -> None:
    def answer_much(exchange: Exchange) -> None:
        names = {f"X-{n}": "v" * 2_000 for n in range(60)}
        exchange.begin(200, {"N" * 5_000: "v", **names, "Content-Length": "9000"})
        exchange.wfile.write(b"b" * 9_000)

    with receiving(answer_much) as receiver:
        result = _call(receiver.url)
    assert result["code"] == "ok"
    assert len(result["headers"]) == 50
    assert max(len(name) for name in result["headers"]) == 100
    assert max(len(value) for value in result["headers"].values()) == 1_000
    assert (len(result["body"]), result["is_truncated"]) == (4_096, True)
    assert len(json.dumps(result)) < 100_000
