"""Deliveries are woken after a crash, after a lost wake-up, and by the sweep."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from chalicelib.webhooks.delivery.backoff import DELAYS
from chalicelib.webhooks.delivery.queues import WakeUp
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import (
    LEASE,
    WAKE_GRACE,
)
from chalicelib.webhooks.store import Wake
from tests.fakes.receiver import Receiver, answer
from tests.fakes.webhook_stores import FakeDeliveryStore
from tests.fakes.webhooks import FakeQueues, make_import_event
from tests.webhooks.pipeline import NOW, SECOND, Pipeline


class SmallQueries(FakeDeliveryStore):
    """Another store's deliveries, of which each query returns few."""

    def __init__(self, store: FakeDeliveryStore) -> None:
        vars(self).update(vars(store))
        self.made = 0

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        self.made += 1
        return super().overdue(now, 60)


def test_another_worker_attempts_what_a_dead_worker_claimed(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    [wake_up] = pipeline.queues.take_due()
    assert pipeline.deliveries.claim(wake_up.delivery_id, pipeline.now, pipeline.now + LEASE)
    pipeline.advance(LEASE - timedelta(seconds=2))
    assert pipeline.runner.run(wake_up) == "not_due"
    pipeline.advance(timedelta(seconds=2))
    pipeline.sweep()
    assert pipeline.work() == ["ok"]
    assert pipeline.only(webhook).attempts == 2


def test_the_sweep_replaces_a_lost_wake_up(pipeline: Pipeline, receiver: Receiver) -> None:
    pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.queues.entries.clear()
    pipeline.advance(WAKE_GRACE)
    assert pipeline.sweep() == 1
    assert pipeline.sweep() == 0
    assert pipeline.work() == ["ok"]


def _lose_wake_ups(pipeline: Pipeline, count: int) -> None:
    for n in range(count):
        pipeline.publish(make_import_event(now=NOW + n * SECOND))
    pipeline.queues.entries.clear()
    pipeline.advance(WAKE_GRACE)


def test_a_sweep_queries_until_nothing_is_overdue(pipeline: Pipeline, receiver: Receiver) -> None:
    pipeline.subscribe(receiver)
    _lose_wake_ups(pipeline, 250)
    looks = SmallQueries(pipeline.deliveries)
    assert wake_overdue(pipeline.webhooks, looks, pipeline.queues, pipeline.now) == 250
    assert looks.made > 2
    assert len({wake_up.delivery_id for wake_up in pipeline.queues.take_due()}) == 250


def test_a_sweep_that_runs_out_of_time_has_woken_all_it_postponed(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    pipeline.subscribe(receiver)
    _lose_wake_ups(pipeline, 250)
    time_left = iter([True, True, False])
    stores = pipeline.webhooks, pipeline.deliveries, pipeline.queues
    assert wake_overdue(*stores, pipeline.now, lambda: next(time_left)) == 200
    assert len(pipeline.queues.entries) == 200
    assert pipeline.sweep() == 50, "the next one continues"


class QueueGoneError(Exception):
    """The queue accepts no more."""


def test_a_sweep_that_dies_leaves_few_deliveries_unwoken(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    pipeline.subscribe(receiver)
    _lose_wake_ups(pipeline, 250)

    class Dying(FakeQueues):
        def send(self, wake_ups: Sequence[WakeUp], delay_seconds: float = 0) -> None:
            if len(self.entries) >= 200:
                raise QueueGoneError
            super().send(wake_ups, delay_seconds)

    dying = Dying()
    with pytest.raises(QueueGoneError):
        wake_overdue(pipeline.webhooks, pipeline.deliveries, dying, pipeline.now)
    assert len(dying.entries) == 200
    pipeline.advance(WAKE_GRACE)
    assert pipeline.sweep() == 250, "all of them, the rest included"


def test_deliveries_due_before_the_next_sweep_are_woken_on_time(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(*[answer(500)] * 3, answer(200))
    pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.work()
    for wait in DELAYS[:2]:
        pipeline.advance(wait)
        pipeline.work()
    pipeline.advance(DELAYS[2] - timedelta(seconds=20))
    assert pipeline.sweep() == 1
    assert pipeline.work() == []
    pipeline.advance(timedelta(seconds=20))
    assert pipeline.work() == ["ok"]


@pytest.mark.parametrize("skew", [timedelta(milliseconds=-400), timedelta(milliseconds=400)])
def test_small_clock_differences_lose_no_wake_up(
    pipeline: Pipeline, receiver: Receiver, skew: timedelta
) -> None:
    receiver.behave(answer(500), answer(200))
    pipeline.subscribe(receiver)
    pipeline.publish()
    began = pipeline.now
    pipeline.now = began + skew
    assert pipeline.work() == ["bad_status"]
    pipeline.queues.now = began + DELAYS[0]
    pipeline.now = pipeline.queues.now - skew
    assert pipeline.work() == ["ok"]
