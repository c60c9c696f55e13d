"""Test calls: what is said of each receiver, and those that no request may reach."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fakes.receiver import (
    Behaviour,
    answer,
    drip_body,
    drip_head,
    huge_body,
    receiving,
    reset,
    silence,
)
from tests.stack.client import Api, read_problem
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]

BEHAVIOURS: list[tuple[Behaviour, str]] = [
    (answer(204), "ok"),
    (answer(500, b"no"), "bad_status"),
    (answer(302, Location="http://169.254.169.254/"), "redirect"),
    (drip_head, "timeout"),
    (drip_body, "timeout"),
    (silence(20), "timeout"),
    (huge_body, "ok"),
    (reset, "connection_error"),
]


def test_test_calls_answer_within_the_gateways_limit_whatever_the_receiver_does(api: Api) -> None:
    # All at once, for three of them take the 15 seconds that a receiver is given.
    with ThreadPoolExecutor(len(BEHAVIOURS)) as pool:
        for call in [pool.submit(_call_receiver, api, *case) for case in BEHAVIOURS]:
            call.result()


def _call_receiver(api: Api, behaviour: Behaviour, code: str) -> None:
    with receiving(behaviour) as receiver, subscribed(api, receiver, enabled=False) as webhook:
        started = time.monotonic()
        answered = api.call("POST", webhook["links"]["test"])
        assert time.monotonic() - started < 25
        result = answered.json()
        assert answered.status_code == 200, answered.text
        assert result["code"] == code
        assert result["message"]
        assert len(result["body"] or "") <= 4096
        [received] = receiver.requests
        payload: Any = received.verify(webhook["secret"])
        assert payload["type"] == "webhook.test"


def test_test_call_that_is_answered_gone_leaves_the_webhook_enabled(api: Api) -> None:
    with receiving(answer(410)) as receiver, subscribed(api, receiver) as webhook:
        result = api.call("POST", webhook["links"]["test"]).json()
        assert (result["code"], result["status_code"]) == ("gone", 410)
        assert "disabled" not in result["message"]
        assert api.get(webhook["links"]["self"])["enabled"]


def test_test_call_of_a_port_where_nothing_listens(api: Api) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        receiver.stop()
        result = api.call("POST", webhook["links"]["test"]).json()
        assert (result["code"], result["status_code"]) == ("connection_refused", None)


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "http://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/x"],
)
def test_url_that_leads_inside_is_refused(url: str, api: Api) -> None:
    refused = api.call("POST", "/webhooks", json={"url": url})
    problem = read_problem(refused, 422, "invalid_body")
    assert problem["errors"][0]["field"] == "url"
