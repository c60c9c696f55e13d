"""Slow receivers have their own lane."""

from datetime import timedelta

from chalicelib.webhooks.delivery.outcomes import SLOW_FOR
from tests.fakes.receiver import Receiver, answer, receiving, silence
from tests.fakes.webhooks import make_import_event
from tests.webhooks.pipeline import Pipeline


def test_a_slow_receiver_does_not_delay_others(pipeline: Pipeline, receiver: Receiver) -> None:
    with receiving(silence(3)) as slow:
        pipeline.subscribe(slow)
        pipeline.subscribe(receiver)
        pipeline.publish()
        assert sorted(pipeline.work()) == ["ok", "timeout"]
        pipeline.publish()
        lanes = {wake_up.lane for _, wake_up in pipeline.queues.entries}
        assert lanes == {"fast", "slow"}
        fast = [pipeline.runner.run(w) for w in pipeline.queues.take_due("fast")]
        assert fast == ["ok"]


def test_fast_lane_wake_ups_for_a_slow_receiver_are_moved(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.runner.note_slow(webhook.webhook_id)
    assert pipeline.work() == ["moved"]
    assert {wake_up.lane for _, wake_up in pipeline.queues.entries} == {"slow"}
    assert receiver.requests == []
    assert pipeline.work() == ["ok"]


def test_a_receiver_returns_to_the_fast_lane_after_a_quick_response(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    webhook = pipeline.subscribe(receiver)
    pipeline.runner.note_slow(webhook.webhook_id)
    for lane in ("slow", "slow", "fast"):
        pipeline.advance(SLOW_FOR / 2)
        pipeline.publish(make_import_event(now=pipeline.now))
        assert {wake_up.lane for _, wake_up in pipeline.queues.entries} == {lane}
        assert pipeline.work() == ["ok"]


def test_a_quickly_failing_receiver_is_retried_in_the_slow_lane(
    pipeline: Pipeline, receiver: Receiver
) -> None:
    receiver.behave(answer(500))
    pipeline.subscribe(receiver)
    pipeline.publish()
    pipeline.publish(make_import_event(now=pipeline.now + timedelta(seconds=1)))
    assert pipeline.work() == ["bad_status", "bad_status"]
    assert {wake_up.lane for _, wake_up in pipeline.queues.entries} == {"slow"}
