"""Replays: events are sent again, and a disabled webhook gets those it missed."""

import pytest

from tests.fakes.receiver import receiving
from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, read_problem
from tests.stack.reach import needs_this_machine
from tests.stack.webhooks.subscribing import CONTENT, WAIT_SECONDS, deliveries_of, subscribed

pytestmark = [pytest.mark.stack, needs_this_machine]


def test_delivery_and_a_window_of_time_are_replayed(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver) as webhook:
        api.complete(CONTENT)
        receiver.wait_for(1, WAIT_SECONDS)
        wait_until(
            lambda: deliveries_of(api, webhook)[0]["status"] == "DELIVERED", "it is delivered"
        )
        [delivery] = deliveries_of(api, webhook)
        assert api.call("POST", delivery["links"]["replay"]).status_code == 202
        receiver.wait_for(2, WAIT_SECONDS)
        wait_until(
            lambda: deliveries_of(api, webhook)[0]["status"] == "DELIVERED", "it is delivered again"
        )
        asked = {"since": "2026-01-01T00:00:00Z"}
        begun = api.call("POST", f"/webhooks/{webhook['webhook_id']}/replay", json=asked)
        assert begun.status_code == 202, begun.text
        first, second, third = receiver.wait_for(3, WAIT_SECONDS)
        ids = {r.headers["webhook-id"] for r in (first, second, third)}
        assert len(ids) == 1


def test_what_a_disabled_webhook_missed_is_replayed(api: Api, catalogue: Catalogue) -> None:
    with receiving() as receiver, subscribed(api, receiver, enabled=False) as webhook:
        api.complete(CONTENT)
        wait_until(lambda: deliveries_of(api, webhook), "it is in the log")
        [missed] = deliveries_of(api, webhook)
        assert (missed["status"], missed["cancel_reason"]) == ("CANCELLED", "webhook_disabled")
        path = webhook["links"]["self"]
        asked = {"since": "2026-01-01T00:00:00Z", "status": "CANCELLED"}
        refused = api.call("POST", f"{path}/replay", json=asked)
        read_problem(refused, 409, "webhook_disabled")
        assert api.call("PATCH", path, json={"enabled": True}).status_code == 200
        assert api.call("POST", f"{path}/replay", json=asked).status_code == 202
        [received] = receiver.wait_for(1, WAIT_SECONDS)
        assert received.headers["webhook-id"] == missed["message_id"]
        received.verify(webhook["secret"])
