"""What every store of webhooks and of deliveries does: those in DynamoDB, and the fakes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.webhooks.delivery.outcomes import Health, restart
from chalicelib.webhooks.models import (
    Delivery,
    DeliveryStatus,
    Message,
    Secret,
    Subscription,
    Webhook,
)
from chalicelib.webhooks.store import (
    MOST_WEBHOOKS,
    DeliveryStore,
    TooManyWebhooksError,
    WebhookMissingError,
    WebhookStore,
)
from tests.fakes.webhooks import NOW, make_attempt, make_import_event, make_webhook

LATER = NOW + timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def _create(webhooks: WebhookStore, count: int = 1) -> list[Webhook]:
    """Create so many webhooks, the newest first."""
    made = [make_webhook(NOW + n * SECOND) for n in range(count)]
    for webhook in made:
        webhooks.create(webhook)
    return made[::-1]


def _deliver(
    deliveries: DeliveryStore, webhook: Webhook, now: datetime = NOW, **more: Any
) -> Delivery:
    message = Message.of(make_import_event(now=now))
    deliveries.put_message(message)
    delivery = replace(Delivery.of(message, webhook, now), **more)
    deliveries.create(delivery)
    return delivery


def _claim(deliveries: DeliveryStore, delivery: Delivery, now: datetime = LATER) -> Delivery:
    claimed = deliveries.claim(delivery.delivery_id, now, now + SECOND)
    assert claimed is not None
    return claimed


# ---------------------------------------------------------------- webhooks
def test_a_webhook_is_read_back_as_it_was_created(webhooks: WebhookStore) -> None:
    webhook = make_webhook(
        event_types=("import.failed", "product.updated"),
        secrets=(Secret("whsec_b", LATER), Secret("whsec_a", NOW, LATER)),
        disabled={"code": "gone", "message": "It is gone."},
        failing_since=NOW,
        slow_until=LATER,
    )
    webhooks.create(webhook)
    assert webhooks.get(webhook.webhook_id) == webhook
    assert webhooks.list_webhooks(10, None) == [webhook]


@pytest.mark.parametrize("webhook_id", ["", "nothing", "wh_" + "0" * 26, "x" * 5000])
def test_there_is_no_webhook_of_another_id(webhooks: WebhookStore, webhook_id: str) -> None:
    assert webhooks.get(webhook_id) is None
    assert not webhooks.delete(webhook_id)


def test_webhooks_are_listed_newest_first_page_by_page(webhooks: WebhookStore) -> None:
    made = _create(webhooks, 5)
    assert webhooks.list_webhooks(2, None) == made[:2]
    assert webhooks.list_webhooks(2, made[1].webhook_id) == made[2:4]
    assert webhooks.list_webhooks(9, made[3].webhook_id) == made[4:]


def test_there_are_only_so_many_webhooks(webhooks: WebhookStore) -> None:
    made = _create(webhooks, MOST_WEBHOOKS)
    with pytest.raises(TooManyWebhooksError):
        webhooks.create(make_webhook())
    assert webhooks.delete(made[0].webhook_id)
    webhooks.create(make_webhook())
    with pytest.raises(TooManyWebhooksError):
        webhooks.create(make_webhook())


def test_a_webhook_is_deleted_once(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    assert webhooks.delete(webhook.webhook_id)
    assert not webhooks.delete(webhook.webhook_id)
    assert webhooks.get(webhook.webhook_id) is None


def test_a_change_is_written_as_the_next_version(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    changed = webhooks.change(webhook.webhook_id, lambda w: replace(w, url="https://b.example/"))
    assert (changed.url, changed.version) == ("https://b.example/", 2)
    assert webhooks.get(webhook.webhook_id) == changed


def test_a_change_of_nothing_makes_no_version(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    assert webhooks.change(webhook.webhook_id, lambda w: replace(w, url=w.url)) == webhook


def test_a_change_from_an_old_version_is_refused(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    newer = webhooks.change(webhook.webhook_id, lambda w: replace(w, description="mine"))
    assert not webhooks.replace(webhook, replace(webhook, enabled=False, version=2))
    assert webhooks.get(webhook.webhook_id) == newer


def test_a_webhook_that_is_gone_is_not_changed(webhooks: WebhookStore) -> None:
    with pytest.raises(WebhookMissingError):
        webhooks.change("wh_" + "0" * 26, lambda w: replace(w, url="https://b.example/"))


def test_health_is_noted_beside_its_owners_changes(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    webhooks.note_health(webhook.webhook_id, Health(NOW, LATER))
    after = replace(webhook, url="https://b.example/", version=2)
    assert webhooks.replace(webhook, after)
    found = webhooks.get(webhook.webhook_id)
    assert found == replace(after, failing_since=NOW, slow_until=LATER)
    webhooks.note_health(webhook.webhook_id, Health(None, None))
    assert webhooks.get(webhook.webhook_id) == after


def test_slowness_is_noted_beside_the_rest_of_its_health(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    webhooks.note_health(webhook.webhook_id, Health(NOW, None))
    webhooks.note_slow(webhook.webhook_id, LATER)
    found = webhooks.get(webhook.webhook_id)
    assert found == replace(webhook, failing_since=NOW, slow_until=LATER)


def test_health_makes_no_webhook_of_one_that_is_gone(webhooks: WebhookStore) -> None:
    [webhook] = _create(webhooks)
    webhooks.delete(webhook.webhook_id)
    webhooks.note_health(webhook.webhook_id, Health(NOW, None))
    webhooks.note_slow(webhook.webhook_id, LATER)
    assert webhooks.get(webhook.webhook_id) is None
    assert webhooks.list_webhooks(10, None) == []


# ---------------------------------------------------------------- messages and deliveries
def test_a_message_is_kept_as_it_was_first(deliveries: DeliveryStore) -> None:
    message = Message.of(make_import_event())
    deliveries.put_message(message)
    deliveries.put_message(replace(message, payload="another"))
    assert deliveries.get_message(message.message_id) == message
    assert deliveries.get_message("msg_" + "0" * 26) is None


def test_subscriptions_have_types_and_no_secrets(webhooks: WebhookStore) -> None:
    assert webhooks.list_subscriptions() == []
    webhooks.create(make_webhook(event_types=("import.completed",)))
    webhooks.create(make_webhook(enabled=False))
    found = sorted(webhooks.list_subscriptions(), key=lambda subscription: subscription.enabled)
    assert found == [
        Subscription(event_types=("*",), enabled=False),
        Subscription(event_types=("import.completed",), enabled=True),
    ]


def test_a_delivery_is_read_back_as_it_was_created(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook(), last=make_attempt(retry_after="5"))
    assert deliveries.get(delivery.delivery_id) == delivery


def test_a_delivery_is_created_once(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook())
    claimed = _claim(deliveries, delivery)
    deliveries.create(delivery)
    assert deliveries.get(delivery.delivery_id) == claimed


@pytest.mark.parametrize("delivery_id", ["", "nothing", "dlv_" + "0" * 26, "msg_1"])
def test_there_is_no_delivery_of_another_id(deliveries: DeliveryStore, delivery_id: str) -> None:
    assert deliveries.get(delivery_id) is None


def test_a_claim_counts_the_attempt_and_keeps_others_away(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook())
    claimed = deliveries.claim(delivery.delivery_id, NOW, LATER)
    assert claimed == replace(delivery, attempts=1, due_at=LATER, wake_at=LATER)
    assert deliveries.claim(delivery.delivery_id, LATER - SECOND, LATER) is None


def test_a_claim_is_granted_again_when_its_lease_is_over(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook())
    deliveries.claim(delivery.delivery_id, NOW, LATER)
    again = deliveries.claim(delivery.delivery_id, LATER, LATER + SECOND)
    assert again is not None
    assert again.attempts == 2


def test_what_is_not_due_or_not_there_is_not_claimed(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook(), due_at=LATER)
    assert deliveries.claim(delivery.delivery_id, NOW, LATER) is None
    assert deliveries.claim("dlv_" + "0" * 26, NOW, LATER) is None


def test_an_attempt_is_recorded_with_what_follows(deliveries: DeliveryStore) -> None:
    claimed = _claim(deliveries, _deliver(deliveries, make_webhook()))
    attempt = make_attempt()
    postponed = replace(claimed, failures=1, due_at=LATER + SECOND, wake_at=LATER, last=attempt)
    assert deliveries.record(postponed, attempt)
    assert deliveries.get(claimed.delivery_id) == postponed
    assert deliveries.list_attempts(claimed.delivery_id) == [attempt]


def test_the_log_of_attempts_is_newest_first(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook())
    attempts = [make_attempt(number=n) for n in range(1, 12)]
    for n, attempt in enumerate(attempts):
        claimed = _claim(deliveries, delivery, LATER + n * timedelta(minutes=1))
        assert deliveries.record(replace(claimed, failures=n + 1, last=attempt), attempt)
    assert deliveries.list_attempts(delivery.delivery_id) == attempts[::-1]


def test_a_claim_that_was_taken_over_records_no_more(deliveries: DeliveryStore) -> None:
    first = _claim(deliveries, _deliver(deliveries, make_webhook()))
    second = _claim(deliveries, first, LATER + timedelta(hours=1))
    assert not deliveries.record(replace(first, status="FAILED"), make_attempt(number=1))
    assert deliveries.get(first.delivery_id) == second


def test_what_has_ended_is_not_claimed(deliveries: DeliveryStore) -> None:
    claimed = _claim(deliveries, _deliver(deliveries, make_webhook()))
    ended = replace(claimed, status="DELIVERED", wake_at=None, finished_at=LATER)
    assert deliveries.record(ended, make_attempt("ok"))
    assert deliveries.get(claimed.delivery_id) == ended
    assert deliveries.claim(claimed.delivery_id, LATER + timedelta(days=9), LATER) is None
    assert deliveries.overdue(LATER + timedelta(days=99), 100) == []


def test_a_replay_begins_what_has_ended_again(deliveries: DeliveryStore) -> None:
    claimed = _claim(deliveries, _deliver(deliveries, make_webhook()))
    ended = replace(claimed, status="FAILED", wake_at=None, finished_at=LATER)
    deliveries.record(ended, None)
    again = replace(ended, status="PENDING", wake_at=LATER, finished_at=None, replay_id="rpl_1")
    assert deliveries.restart(ended, again)
    assert deliveries.get(claimed.delivery_id) == again
    assert not deliveries.restart(ended, again)


def test_what_was_missed_begins_by_a_replay(deliveries: DeliveryStore) -> None:
    message, webhook = Message.of(make_import_event()), make_webhook()
    deliveries.put_message(message)
    missed = Delivery.missed(message, webhook, NOW)
    deliveries.create(missed)
    assert deliveries.get(missed.delivery_id) == missed
    assert deliveries.overdue(LATER, 100) == []
    again = restart(missed, "rpl_1", LATER)
    assert deliveries.restart(missed, again)
    assert deliveries.get(missed.delivery_id) == again
    assert _claim(deliveries, missed).attempts == 1


def test_the_sweep_finds_what_is_to_be_looked_after(deliveries: DeliveryStore) -> None:
    webhook = make_webhook()
    late = [_deliver(deliveries, webhook, NOW + n * SECOND, wake_at=LATER) for n in range(9)]
    _deliver(deliveries, webhook, wake_at=LATER + SECOND)
    assert deliveries.overdue(LATER - SECOND, 100) == []
    found = deliveries.overdue(LATER, 100)
    assert {wake.delivery_id for wake in found} == {delivery.delivery_id for delivery in late}
    assert {wake.wake_at for wake in found} == {LATER}


def test_what_is_overdue_is_put_off_by_one_sweep(deliveries: DeliveryStore) -> None:
    delivery = _deliver(deliveries, make_webhook(), wake_at=LATER)
    [wake] = deliveries.overdue(LATER, 100)
    put_off = deliveries.put_off(wake, LATER + SECOND)
    assert put_off == replace(delivery, wake_at=LATER + SECOND)
    assert deliveries.put_off(wake, LATER + SECOND) is None
    assert deliveries.overdue(LATER, 100) == []


def _all_pages(
    deliveries: DeliveryStore, webhook: Webhook, status: DeliveryStatus | None = None
) -> list[Delivery]:
    found, after = deliveries.list_deliveries(webhook.webhook_id, 3, None, status)
    while after:
        assert len(found) % 3 == 0
        page, after = deliveries.list_deliveries(webhook.webhook_id, 3, after, status)
        found += page
    return found


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_deliveries_are_listed_newest_first(deliveries: DeliveryStore, count: int) -> None:
    webhook = make_webhook()
    made = [_deliver(deliveries, webhook, NOW + n * SECOND) for n in range(count)]
    _deliver(deliveries, make_webhook())
    assert _all_pages(deliveries, webhook) == made[::-1]


def test_deliveries_are_listed_by_status(deliveries: DeliveryStore) -> None:
    webhook = make_webhook()
    made = [_deliver(deliveries, webhook, NOW + n * SECOND) for n in range(8)]
    failed = []
    for delivery in made[::2]:
        failed.append(replace(_claim(deliveries, delivery), status="FAILED", wake_at=None))
        deliveries.record(failed[-1], None)
    assert _all_pages(deliveries, webhook, "FAILED") == failed[::-1]
    assert _all_pages(deliveries, webhook, "CANCELLED") == []


def test_a_window_has_the_events_of_its_time_oldest_first(deliveries: DeliveryStore) -> None:
    webhook = make_webhook()
    made = [_deliver(deliveries, webhook, NOW + n * SECOND) for n in range(8)]
    since, until = NOW + 2 * SECOND, NOW + 7 * SECOND
    page, after = deliveries.list_window(webhook.webhook_id, since, until, 3, None)
    assert page == made[2:5]
    page, after = deliveries.list_window(webhook.webhook_id, since, until, 3, after)
    assert (page, after) == (made[5:7], None)
