"""From an event to its deliveries, by way of the stores and queues, with receivers that listen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.webhooks.delivery.schedule import MOST_ATTEMPTS, WAITS
from tests.fakes.receiver import Exchange, Receiver, answer
from tests.fakes.webhooks import SECRET, make_import_event
from tests.webhooks.post import NOW, Post


def test_an_event_reaches_every_webhook_that_wants_it_signed(
    post: Post, receiver: Receiver
) -> None:
    # A signature is good for five minutes, and this module may have been loaded long before.
    post.now = post.queues.now = datetime.now(UTC).replace(microsecond=0)
    webhook = post.subscribe(receiver)
    other = post.subscribe(receiver, event_types=("import.failed",))
    event = make_import_event(now=post.now)
    assert post.publish(event) == 1
    assert post.work() == ["ok"]
    [received] = receiver.requests
    payload = received.verify(SECRET)
    assert payload["type"] == "import.completed"
    assert payload["data"] == event.data
    assert received.headers["webhook-id"].startswith("msg_")
    assert post.only(webhook).status == "DELIVERED"
    assert post.deliveries.list_deliveries(other.webhook_id, 5, None) == ([], None)


def test_an_event_that_nobody_wants_leaves_nothing(post: Post) -> None:
    assert post.publish() == 0
    assert post.queues.entries == []


def test_an_event_that_comes_twice_is_delivered_once(post: Post, receiver: Receiver) -> None:
    post.subscribe(receiver)
    event = make_import_event(now=NOW)
    post.publish(event)
    post.publish(event)
    assert sorted(post.work()) == ["not_due", "ok"]
    post.publish(event)
    assert post.work() == ["not_due"]
    assert len(receiver.requests) == 1


def test_attempts_follow_the_schedule_until_one_succeeds(post: Post, receiver: Receiver) -> None:
    receiver.behave(*[answer(500)] * 4, answer(200))
    webhook = post.subscribe(receiver)
    post.publish()
    assert post.work() == ["bad_status"]
    for wait in WAITS[:4]:
        post.advance(wait - timedelta(seconds=2))
        post.sweep()
        assert [o for o in post.work() if o != "not_due"] == [], "not before its time"
        post.advance(timedelta(seconds=2))
        post.sweep()
        assert len([o for o in post.work() if o in ("bad_status", "ok")]) == 1
    delivery = post.only(webhook)
    assert (delivery.status, delivery.attempts) == ("DELIVERED", 5)
    log = post.deliveries.list_attempts(delivery.delivery_id)
    assert [a.code for a in log] == ["ok", *["bad_status"] * 4]
    ids = {r.headers["webhook-id"] for r in receiver.requests}
    bodies = {r.body for r in receiver.requests}
    assert (len(receiver.requests), len(ids), len(bodies)) == (5, 1, 1)


def test_after_ten_attempts_a_delivery_has_failed(post: Post, receiver: Receiver) -> None:
    receiver.behave(answer(500, b"no" * 1000))
    webhook = post.subscribe(receiver)
    post.publish()
    post.work()
    for wait in WAITS:
        post.advance(wait)
        post.sweep()
        post.work()
    delivery = post.only(webhook)
    assert (delivery.status, delivery.attempts) == ("FAILED", MOST_ATTEMPTS)
    log = post.deliveries.list_attempts(delivery.delivery_id)
    assert [a.number for a in log] == list(range(MOST_ATTEMPTS, 0, -1))
    assert log[0].response_body == "no" * 512
    post.advance(timedelta(days=3))
    assert post.sweep() == 0


def test_410_disables_the_webhook(post: Post, receiver: Receiver) -> None:
    receiver.behave(answer(410))
    webhook = post.subscribe(receiver)
    post.publish()
    assert post.work() == ["gone"]
    found = post.read(webhook)
    assert (found.enabled, found.disabled and found.disabled["code"]) == (False, "gone")
    assert post.publish() == 0


def test_what_waits_for_a_disabled_webhook_is_cancelled(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    post.webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=False))
    assert post.work() == ["cancelled"]
    assert post.only(webhook).status == "CANCELLED"
    assert post.only(webhook).cancel_reason == "webhook_disabled"
    assert receiver.requests == []


def test_what_waits_for_a_deleted_webhook_is_cancelled(post: Post, receiver: Receiver) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    post.webhooks.delete(webhook.webhook_id)
    assert post.work() == ["cancelled"]
    assert post.only(webhook).status == "CANCELLED"
    assert post.only(webhook).cancel_reason == "webhook_deleted"


def test_a_webhook_that_failed_for_five_days_is_disabled_and_says_why(
    post: Post, receiver: Receiver
) -> None:
    receiver.behave(answer(503))
    webhook = post.subscribe(receiver)
    for hours in range(0, 6 * 24, 6):
        if hours % 24 == 0:
            post.publish(make_import_event(now=post.now))
        post.sweep()
        post.work()
        assert post.read(webhook).enabled == (hours < 5 * 24)
        post.advance(timedelta(hours=6))
    found = post.read(webhook)
    assert found.disabled is not None
    assert found.disabled["code"] == "failing"
    waiting = [d.cancel_reason for d in post.all_of(webhook) if d.status == "CANCELLED"]
    assert set(waiting) == {"webhook_disabled"}


def test_a_webhook_that_is_rarely_told_of_anything_is_not_disabled_by_one_failure(
    post: Post, receiver: Receiver
) -> None:
    receiver.behave(*[answer(500)] * MOST_ATTEMPTS, answer(500), answer(200))
    webhook = post.subscribe(receiver)
    post.publish()
    for wait in [timedelta(), *WAITS, timedelta(days=4)]:
        post.advance(wait)
        post.sweep()
        post.work()
    assert post.only(webhook).status == "FAILED"
    post.publish(make_import_event(now=post.now))
    assert post.work() == ["bad_status"]
    assert post.read(webhook).enabled
    post.advance(WAITS[0])
    assert post.work() == ["ok"]
    assert post.read(webhook).failing_since is None


def test_its_owners_change_meanwhile_is_not_undone_by_a_verdict(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver)

    def change_then_go(exchange: Exchange) -> None:
        post.webhooks.change(webhook.webhook_id, lambda w: replace(w, description="new"))
        answer(410)(exchange)

    receiver.behave(change_then_go)
    post.publish()
    post.work()
    assert post.read(webhook).enabled
