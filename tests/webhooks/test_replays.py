"""Messages are replayed: one, those of a time, and what a disabled webhook missed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.webhooks.api.replay import Window, begin_again, replay_page
from chalicelib.webhooks.models import (
    MOST_WINDOW,
    DeliveryStatus,
    Message,
    Webhook,
)
from tests.fakes.receiver import Receiver, answer
from tests.fakes.webhooks import make_import_event
from tests.webhooks.post import NOW, SECOND, Post


def _replay(post: Post, webhook: Webhook, **more: Any) -> int:
    begun = len(post.queues.entries)
    window: Window | None = Window(
        "rpl_1", webhook.webhook_id, NOW - timedelta(days=1), NOW + timedelta(days=9), **more
    )
    while window:
        window = replay_page(window, post.webhooks, post.deliveries, post.queues, post.now)
    return len(post.queues.entries) - begun


def test_a_delivery_is_replayed_as_the_same_message(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    post.work()
    delivery = post.only(webhook)
    wake_up = begin_again(delivery, webhook, "rpl_1", post.deliveries, post.now)
    assert wake_up is not None
    assert post.courier.attempt(wake_up) == "ok"
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [a.number for a in post.deliveries.list_attempts(delivery.delivery_id)] == [2, 1]


def test_a_delivery_on_its_way_is_not_replayed(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    assert begin_again(post.only(webhook), webhook, "rpl_1", post.deliveries, post.now) is None


def test_a_window_is_replayed_whole_and_once(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver)
    for n in range(120):
        post.publish(make_import_event(now=NOW + timedelta(seconds=n)))
    post.work()
    assert _replay(post, webhook) == 120
    assert set(post.work()) == {"ok"}
    assert _replay(post, webhook) == 0, "a replay that comes again begins nothing again"
    assert len(receiver.requests) == 240


def test_a_window_of_what_failed_leaves_the_rest(post: Post, receiver: Receiver) -> None:
    receiver.behave(answer(410), answer(200))
    webhook = post.subscribe(receiver)
    post.publish()
    post.work()
    post.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    post.publish(make_import_event("import.failed", NOW + timedelta(seconds=1)))
    post.work()
    assert _replay(post, webhook, status="FAILED") == 1
    assert post.work() == ["ok"]


@pytest.mark.parametrize("status", [None, "CANCELLED"])
def test_what_a_webhook_missed_while_it_was_disabled_is_replayed(
    status: DeliveryStatus | None, post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver, enabled=False)
    assert [post.publish(make_import_event(now=NOW + n * SECOND)) for n in range(3)] == [0, 0, 0]
    assert (post.queues.entries, post.sweep()) == ([], 0)
    missed = post.all_of(webhook)
    assert [(d.status, d.cancel_reason, d.attempts) for d in missed] == [
        ("CANCELLED", "webhook_disabled", 0)
    ] * 3
    post.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    assert _replay(post, webhook, status=status) == 3
    assert post.work() == ["ok"] * 3
    assert {(d.status, d.cancel_reason) for d in post.all_of(webhook)} == {("DELIVERED", None)}


def test_an_event_that_comes_twice_is_missed_once(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver, enabled=False)
    event = make_import_event(now=NOW)
    post.publish(event)
    post.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    post.publish(event)
    assert post.work() == ["not_due"]
    assert post.only(webhook).status == "CANCELLED"


def test_a_webhook_disabled_for_longer_than_a_replay_reaches_costs_nothing(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver, enabled=False)
    post.advance(MOST_WINDOW)
    event = make_import_event(now=post.now)
    assert post.publish(event) == 0
    assert post.all_of(webhook) == []
    assert post.deliveries.get_message(Message.of(event).message_id) is None


def test_nothing_is_replayed_to_a_webhook_that_takes_nothing(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    post.work()
    post.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=False))
    assert _replay(post, webhook) == 0
