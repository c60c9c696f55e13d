"""The delivery pipeline from event to attempt, with real receivers."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.webhooks.delivery.backoff import DELAYS, MAX_ATTEMPTS
from tests.fakes.receiver import Exchange, Receiver, answer
from tests.fakes.webhooks import SECRET, make_import_event
from tests.webhooks.pipeline import NOW, Pipeline


def test_an_event_reaches_every_subscribed_webhook_signed(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    other = pipeline.subscribe(receiver, event_types=("import.failed",))
    event = make_import_event(now=pipeline.now)
    assert pipeline.publish(event) == 1
    assert pipeline.work() == ["ok"]
    [received] = receiver.requests
    payload = received.verify(SECRET)
    assert payload["type"] == "import.completed"
    assert payload["data"] == event.data
    assert received.headers["webhook-id"].startswith("msg_")
    assert pipeline.only(webhook).status == "DELIVERED"
    assert pipeline.deliveries.list_deliveries(other.webhook_id, 5, None) == ([], None)


def test_an_event_without_subscribers_stores_nothing(pipeline: Pipeline) -> None:
    assert pipeline.publish() == 0
    assert pipeline.queues.entries == []


def test_a_duplicate_event_is_delivered_once(pipeline: Pipeline, receiver: Receiver) -> None:
    pipeline.subscribe(receiver)
    event = make_import_event(now=NOW)
    pipeline.publish(event)
    pipeline.publish(event)
    assert sorted(pipeline.work()) == ["not_due", "ok"]
    pipeline.publish(event)
    assert pipeline.work() == ["not_due"]
    assert len(receiver.requests) == 1


def test_attempts_follow_the_schedule_until_one_succeeds(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(*[answer(500)] * 4, answer(200))
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    assert pipeline.work() == ["bad_status"]
    for wait in DELAYS[:4]:
        pipeline.advance(wait - timedelta(seconds=2))
        pipeline.sweep()
        assert [o for o in pipeline.work() if o != "not_due"] == [], "not before its time"
        pipeline.advance(timedelta(seconds=2))
        pipeline.sweep()
        assert len([o for o in pipeline.work() if o in ("bad_status", "ok")]) == 1
    delivery = pipeline.only(webhook)
    assert (delivery.status, delivery.attempts) == ("DELIVERED", 5)
    log = pipeline.deliveries.list_attempts(delivery.delivery_id)
    assert [a.code for a in log] == ["ok", *["bad_status"] * 4]
    ids = {r.headers["webhook-id"] for r in receiver.requests}
    bodies = {r.body for r in receiver.requests}
    assert (len(receiver.requests), len(ids), len(bodies)) == (5, 1, 1)


def test_a_delivery_fails_after_ten_attempts(pipeline: Pipeline, receiver: Receiver) -> None:
    receiver.behave(answer(500, b"no" * 1000))
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.work()
    for wait in DELAYS:
        pipeline.advance(wait)
        pipeline.sweep()
        pipeline.work()
    delivery = pipeline.only(webhook)
    assert (delivery.status, delivery.attempts) == ("FAILED", MAX_ATTEMPTS)
    log = pipeline.deliveries.list_attempts(delivery.delivery_id)
    assert [a.number for a in log] == list(range(MAX_ATTEMPTS, 0, -1))
    assert log[0].response_body == "no" * 512
    pipeline.advance(timedelta(days=3))
    assert pipeline.sweep() == 0


def test_410_disables_the_webhook(pipeline: Pipeline, receiver: Receiver) -> None:
    receiver.behave(answer(410))
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    assert pipeline.work() == ["gone"]
    found = pipeline.read(webhook)
    assert (found.enabled, found.disabled and found.disabled["code"]) == (False, "gone")
    assert pipeline.publish() == 0


def test_pending_deliveries_of_a_disabled_webhook_are_cancelled(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=False))
    assert pipeline.work() == ["cancelled"]
    assert pipeline.only(webhook).status == "CANCELLED"
    assert pipeline.only(webhook).cancel_reason == "webhook_disabled"
    assert receiver.requests == []


def test_pending_deliveries_of_a_deleted_webhook_are_cancelled(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.webhooks.delete(webhook.webhook_id)
    assert pipeline.work() == ["cancelled"]
    assert pipeline.only(webhook).status == "CANCELLED"
    assert pipeline.only(webhook).cancel_reason == "webhook_deleted"


def test_a_webhook_failing_for_five_days_is_disabled_with_a_reason(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(answer(503))
    webhook = pipeline.subscribe(receiver)
    for hours in range(0, 6 * 24, 6):
        if hours % 24 == 0:
            pipeline.publish(make_import_event(now=pipeline.now))
        pipeline.sweep()
        pipeline.work()
        assert pipeline.read(webhook).enabled == (hours < 5 * 24)
        pipeline.advance(timedelta(hours=6))
    found = pipeline.read(webhook)
    assert found.disabled is not None
    assert found.disabled["code"] == "failing"
    waiting = [d.cancel_reason for d in pipeline.all_of(webhook) if d.status == "CANCELLED"]
    assert set(waiting) == {"webhook_disabled"}


def test_a_rarely_used_webhook_is_not_disabled_by_one_failure(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(*[answer(500)] * MAX_ATTEMPTS, answer(500), answer(200))
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    for wait in [timedelta(), *DELAYS, timedelta(days=4)]:
        pipeline.advance(wait)
        pipeline.sweep()
        pipeline.work()
    assert pipeline.only(webhook).status == "FAILED"
    pipeline.publish(make_import_event(now=pipeline.now))
    assert pipeline.work() == ["bad_status"]
    assert pipeline.read(webhook).enabled
    pipeline.advance(DELAYS[0])
    assert pipeline.work() == ["ok"]
    assert pipeline.read(webhook).failing_since is None


def test_a_concurrent_change_by_the_owner_is_not_overwritten(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)

    def change_then_go(exchange: Exchange) -> None:
        pipeline.webhooks.change(webhook.webhook_id, lambda w: replace(w, description="new"))
        answer(410)(exchange)

    receiver.behave(change_then_go)
    pipeline.publish()
    pipeline.work()
    assert pipeline.read(webhook).enabled
