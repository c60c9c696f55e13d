"""Deliveries are woken: after a crash, when a wake-up is lost, and by the sweep."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from chalicelib.webhooks.delivery.queues import WakeUp
from chalicelib.webhooks.delivery.schedule import WAITS
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import (
    LEASE,
    WAKE_GRACE,
)
from chalicelib.webhooks.store import Wake
from tests.fakes.receiver import Receiver, answer
from tests.fakes.webhook_stores import FakeDeliveryStore
from tests.fakes.webhooks import FakeQueues, make_import_event
from tests.webhooks.post import NOW, SECOND, Post


class SmallLooks(FakeDeliveryStore):
    """The deliveries of another store, of which the sweep sees few at a time."""

    def __init__(self, store: FakeDeliveryStore) -> None:
        vars(self).update(vars(store))
        self.made = 0

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        self.made += 1
        return super().overdue(now, 60)


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
