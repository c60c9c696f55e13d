"""Slow receivers wait apart from the others."""

from datetime import timedelta

from chalicelib.webhooks.delivery.outcomes import SLOW_FOR
from tests.fakes.receiver import Receiver, answer, receiving, silence
from tests.fakes.webhooks import make_import_event
from tests.webhooks.post import NOW, Post


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
