"""From an event to its deliveries, by way of the stores and queues, with receivers that listen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.events.models import Event
from chalicelib.webhooks.attempting import Courier
from chalicelib.webhooks.fan_out import fan_out
from chalicelib.webhooks.models import (
    LEASE,
    MOST_WINDOW,
    WAKE_GRACE,
    Delivery,
    DeliveryStatus,
    Message,
    Webhook,
)
from chalicelib.webhooks.outcomes import SLOW_FOR
from chalicelib.webhooks.queues import WakeUp
from chalicelib.webhooks.replaying import Window, begin_again, replay_page
from chalicelib.webhooks.schedule import MOST_ATTEMPTS, WAITS
from chalicelib.webhooks.sending import Sender
from chalicelib.webhooks.store import Wake
from chalicelib.webhooks.sweep import wake_overdue
from tests.fakes.receiver import Exchange, Receiver, answer, receiving, silence
from tests.fakes.webhook_stores import FakeDeliveryStore, FakeWebhookStore
from tests.fakes.webhooks import SECRET, FakeQueues, make_import_event, make_webhook

NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = timedelta(seconds=1)


@dataclass
class Post:
    """The whole way in memory, with a clock that is set by hand."""

    now: datetime = NOW
    webhooks: FakeWebhookStore = field(default_factory=FakeWebhookStore)
    deliveries: FakeDeliveryStore = field(default_factory=FakeDeliveryStore)
    queues: FakeQueues = field(default_factory=FakeQueues)
    sender: Sender = field(default_factory=lambda: Sender(allow_loopback=True, timeout_seconds=1))

    def __post_init__(self) -> None:
        self.queues.now = self.now

    @property
    def courier(self) -> Courier:
        return Courier(
            self.webhooks,
            self.deliveries,
            self.queues,
            self.sender,
            now=lambda: self.now,
            jitter=lambda: 0.0,
        )

    def subscribe(self, receiver: Receiver, **more: Any) -> Webhook:
        webhook = make_webhook(self.now, url=receiver.url, **more)
        self.webhooks.create(webhook)
        return webhook

    def publish(self, event: Event | None = None) -> int:
        event = event or make_import_event(now=self.now)
        return fan_out(event, self.webhooks, self.deliveries, self.queues, self.now)

    def advance(self, time: timedelta) -> None:
        self.now += time
        self.queues.now = self.now

    def work(self) -> list[str]:
        """Attempt what the queues have now; return what became of each."""
        return [self.courier.attempt(wake_up) for wake_up in self.queues.take_due()]

    def sweep(self) -> int:
        return wake_overdue(self.webhooks, self.deliveries, self.queues, self.now)

    def only(self, webhook: Webhook) -> Delivery:
        [delivery], _ = self.deliveries.list_deliveries(webhook.webhook_id, 5, None)
        return delivery

    def all_of(self, webhook: Webhook) -> list[Delivery]:
        return self.deliveries.list_deliveries(webhook.webhook_id, 99, None)[0]

    def read(self, webhook: Webhook) -> Webhook:
        found = self.webhooks.get(webhook.webhook_id)
        assert found is not None
        return found


class SmallLooks(FakeDeliveryStore):
    """The deliveries of another store, of which the sweep sees few at a time."""

    def __init__(self, store: FakeDeliveryStore) -> None:
        vars(self).update(vars(store))
        self.made = 0

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        self.made += 1
        return super().overdue(now, 60)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


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


def test_a_worker_that_dies_at_its_attempt_leaves_it_to_another(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    [wake_up] = post.queues.take_due()
    assert post.deliveries.claim(wake_up.delivery_id, post.now, post.now + LEASE)
    post.advance(LEASE - timedelta(seconds=2))
    assert post.courier.attempt(wake_up) == "not_due"
    post.advance(timedelta(seconds=2))
    post.sweep()
    assert post.work() == ["ok"]
    assert post.only(webhook).attempts == 2


def test_a_wake_up_that_is_lost_is_made_up_for_by_the_sweep(post: Post, receiver: Receiver) -> None:
    post.subscribe(receiver)
    post.publish()
    post.queues.entries.clear()
    post.advance(WAKE_GRACE)
    assert post.sweep() == 1
    assert post.sweep() == 0
    assert post.work() == ["ok"]


def _lose_wake_ups(post: Post, count: int) -> None:
    for n in range(count):
        post.publish(make_import_event(now=NOW + n * SECOND))
    post.queues.entries.clear()
    post.advance(WAKE_GRACE)


def test_a_sweep_looks_until_it_finds_nothing_more(post: Post, receiver: Receiver) -> None:
    post.subscribe(receiver)
    _lose_wake_ups(post, 250)
    looks = SmallLooks(post.deliveries)
    assert wake_overdue(post.webhooks, looks, post.queues, post.now) == 250
    assert looks.made > 2
    assert len({wake_up.delivery_id for wake_up in post.queues.take_due()}) == 250


def test_a_sweep_whose_time_is_over_has_woken_all_that_it_put_off(
    post: Post, receiver: Receiver
) -> None:
    post.subscribe(receiver)
    _lose_wake_ups(post, 250)
    time_left = iter([True, True, False])
    stores = post.webhooks, post.deliveries, post.queues
    assert wake_overdue(*stores, post.now, lambda: next(time_left)) == 200
    assert len(post.queues.entries) == 200
    assert post.sweep() == 50, "the next one goes on"


class QueueGoneError(Exception):
    """The queue takes no more."""


def test_a_sweep_that_dies_leaves_few_that_are_not_woken(post: Post, receiver: Receiver) -> None:
    post.subscribe(receiver)
    _lose_wake_ups(post, 250)

    class Dying(FakeQueues):
        def send(self, wake_ups: Sequence[WakeUp], delay_seconds: float = 0) -> None:
            if len(self.entries) >= 200:
                raise QueueGoneError
            super().send(wake_ups, delay_seconds)

    dying = Dying()
    with pytest.raises(QueueGoneError):
        wake_overdue(post.webhooks, post.deliveries, dying, post.now)
    assert len(dying.entries) == 200
    post.advance(WAKE_GRACE)
    assert post.sweep() == 250, "all of them, the rest included"


def test_what_is_due_before_the_next_sweep_is_woken_in_its_moment(
    post: Post, receiver: Receiver
) -> None:
    receiver.behave(*[answer(500)] * 3, answer(200))
    post.subscribe(receiver)
    post.publish()
    post.work()
    for wait in WAITS[:2]:
        post.advance(wait)
        post.work()
    post.advance(WAITS[2] - timedelta(seconds=20))
    assert post.sweep() == 1
    assert post.work() == []
    post.advance(timedelta(seconds=20))
    assert post.work() == ["ok"]


def test_a_slow_receiver_waits_apart_from_the_others(post: Post, receiver: Receiver) -> None:
    with receiving(silence(3)) as slow:
        post.subscribe(slow)
        post.subscribe(receiver)
        post.publish()
        assert sorted(post.work()) == ["ok", "timeout"]
        post.publish()
        lanes = {wake_up.lane for _, wake_up in post.queues.entries}
        assert lanes == {"fast", "slow"}
        fast = [post.courier.attempt(w) for w in post.queues.take_due("fast")]
        assert fast == ["ok"]


def test_what_waits_in_the_fast_lane_for_a_receiver_found_slow_is_moved(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver)
    post.publish()
    post.courier.note_slow(webhook.webhook_id)
    assert post.work() == ["moved"]
    assert {wake_up.lane for _, wake_up in post.queues.entries} == {"slow"}
    assert receiver.requests == []
    assert post.work() == ["ok"]


def test_a_receiver_is_back_in_the_fast_lane_once_it_answers_quickly(
    post: Post, receiver: Receiver
) -> None:
    webhook = post.subscribe(receiver)
    post.courier.note_slow(webhook.webhook_id)
    for lane in ("slow", "slow", "fast"):
        post.advance(SLOW_FOR / 2)
        post.publish(make_import_event(now=post.now))
        assert {wake_up.lane for _, wake_up in post.queues.entries} == {lane}
        assert post.work() == ["ok"]


def test_a_receiver_that_fails_quickly_is_tried_at_once_and_again_apart(
    post: Post, receiver: Receiver
) -> None:
    receiver.behave(answer(500))
    post.subscribe(receiver)
    post.publish()
    post.publish(make_import_event(now=NOW + timedelta(seconds=1)))
    assert post.work() == ["bad_status", "bad_status"]
    assert {wake_up.lane for _, wake_up in post.queues.entries} == {"slow"}


@pytest.mark.parametrize("skew", [timedelta(milliseconds=-400), timedelta(milliseconds=400)])
def test_clocks_that_differ_a_little_cost_no_wake_up(
    post: Post, receiver: Receiver, skew: timedelta
) -> None:
    receiver.behave(answer(500), answer(200))
    post.subscribe(receiver)
    post.publish()
    post.now = NOW + skew
    assert post.work() == ["bad_status"]
    post.queues.now = NOW + WAITS[0]
    post.now = post.queues.now - skew
    assert post.work() == ["ok"]


# ---------------------------------------------------------------- replay
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
