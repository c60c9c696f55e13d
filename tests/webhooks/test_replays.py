"""Replays of one delivery, of a time window, and of what a disabled webhook missed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.webhooks.delivery.replay import Window, replay_page, restart_delivery
from chalicelib.webhooks.models import (
    MOST_WINDOW,
    DeliveryStatus,
    Message,
    Webhook,
)
from tests.fakes.receiver import Receiver, answer
from tests.fakes.webhooks import make_import_event
from tests.webhooks.pipeline import NOW, SECOND, Pipeline


def _replay(pipeline: Pipeline, webhook: Webhook, **more: Any) -> int:
    started = len(pipeline.queues.entries)
    window: Window | None = Window(
        "rpl_1", webhook.webhook_id, NOW - timedelta(days=1), NOW + timedelta(days=9), **more
    )
    while window:
        window = replay_page(
            window, pipeline.webhooks, pipeline.deliveries, pipeline.queues, pipeline.now
        )
    return len(pipeline.queues.entries) - started


def test_a_delivery_is_replayed_as_the_same_message(pipeline: Pipeline, receiver: Receiver) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.work()
    delivery = pipeline.only(webhook)
    wake_up = restart_delivery(delivery, webhook, "rpl_1", pipeline.deliveries, pipeline.now)
    assert wake_up is not None
    assert pipeline.runner.run(wake_up) == "ok"
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [a.number for a in pipeline.deliveries.list_attempts(delivery.delivery_id)] == [2, 1]


def test_a_pending_delivery_is_not_replayed(pipeline: Pipeline, receiver: Receiver) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    assert (
        restart_delivery(
            pipeline.only(webhook), webhook, "rpl_1", pipeline.deliveries, pipeline.now
        )
        is None
    )


def test_a_window_is_replayed_completely_and_once(pipeline: Pipeline, receiver: Receiver) -> None:
    webhook = pipeline.subscribe(receiver)
    for n in range(120):
        pipeline.publish(make_import_event(now=NOW + timedelta(seconds=n)))
    pipeline.work()
    assert _replay(pipeline, webhook) == 120
    assert set(pipeline.work()) == {"ok"}
    assert _replay(pipeline, webhook) == 0, "a replay that comes again begins nothing again"
    assert len(receiver.requests) == 240


def test_a_window_of_failed_deliveries_leaves_the_rest(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(answer(410), answer(200))
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.work()
    pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    pipeline.publish(make_import_event("import.failed", NOW + timedelta(seconds=1)))
    pipeline.work()
    assert _replay(pipeline, webhook, status="FAILED") == 1
    assert pipeline.work() == ["ok"]


@pytest.mark.parametrize("status", [None, "CANCELLED"])
def test_events_missed_while_disabled_can_be_replayed(
    status: DeliveryStatus | None, pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver, enabled=False)
    assert [pipeline.publish(make_import_event(now=NOW + n * SECOND)) for n in range(3)] == [
        0,
        0,
        0,
    ]
    assert (pipeline.queues.entries, pipeline.sweep()) == ([], 0)
    missed = pipeline.all_of(webhook)
    assert [(d.status, d.cancel_reason, d.attempts) for d in missed] == [
        ("CANCELLED", "webhook_disabled", 0)
    ] * 3
    pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    assert _replay(pipeline, webhook, status=status) == 3
    assert pipeline.work() == ["ok"] * 3
    assert {(d.status, d.cancel_reason) for d in pipeline.all_of(webhook)} == {("DELIVERED", None)}


def test_a_duplicate_event_is_missed_once(pipeline: Pipeline, receiver: Receiver) -> None:
    webhook = pipeline.subscribe(receiver, enabled=False)
    event = make_import_event(now=NOW)
    pipeline.publish(event)
    pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=True))
    pipeline.publish(event)
    assert pipeline.work() == ["not_due"]
    assert pipeline.only(webhook).status == "CANCELLED"


def test_events_are_not_stored_for_a_webhook_disabled_longer_than_the_replay_window(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver, enabled=False)
    pipeline.advance(MOST_WINDOW)
    event = make_import_event(now=pipeline.now)
    assert pipeline.publish(event) == 0
    assert pipeline.all_of(webhook) == []
    assert pipeline.deliveries.get_message(Message.of(event).message_id) is None


def test_nothing_is_replayed_to_a_disabled_or_deleted_webhook(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.work()
    pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=False))
    assert _replay(pipeline, webhook) == 0
