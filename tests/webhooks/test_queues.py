"""The delivery queues: an entry is received until it is deleted."""

import boto3
import pytest

from chalicelib.bootstrap import services
from chalicelib.webhooks.delivery.queues import Lane, WakeUp
from tests.fakes.queues import take_bodies


def _wake_ups(lane: Lane, count: int) -> list[WakeUp]:
    return [WakeUp(f"dlv_{n}", "wh_1", lane) for n in range(count)]


@pytest.mark.parametrize("lane", ["fast", "slow"])
def test_a_wake_up_is_received_from_its_own_lane_only(account: None, lane: Lane) -> None:
    queues, sent = services().delivery_queues, _wake_ups(lane, 25)
    queues.send(sent)
    assert queues.receive("slow" if lane == "fast" else "fast", 10) == []
    taken = [entry.wake_up for _ in range(3) for entry in queues.receive(lane, 10)]
    assert sorted(taken, key=sent.index) == sent
    assert queues.receive(lane, 10) == [], "nobody else is handed what is taken"


def test_no_more_entries_are_received_than_requested(account: None) -> None:
    queues = services().delivery_queues
    queues.send(_wake_ups("fast", 5))
    assert len(queues.receive("fast", 2)) == 2
    assert len(queues.receive("fast", 40)) == 3


def test_only_entries_that_are_not_deleted_are_received_again(account: None) -> None:
    queues, url = services().delivery_queues, services().settings.deliveries_queue_url
    queues.send(_wake_ups("fast", 12))
    taken = [*queues.receive("fast", 10), *queues.receive("fast", 10)]
    queues.delete("fast", taken[1:])
    boto3.client("sqs").change_message_visibility(
        QueueUrl=url, ReceiptHandle=taken[0].receipt, VisibilityTimeout=0
    )
    assert [entry.wake_up for entry in queues.receive("fast", 10)] == [taken[0].wake_up]


def test_an_unreadable_entry_is_left_for_the_dead_letter_queue(account: None) -> None:
    queues, url = services().delivery_queues, services().settings.deliveries_queue_url
    for body in ("no JSON", "[]", '{"delivery_id": "dlv_1"}'):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    queues.send(_wake_ups("fast", 1))
    assert [entry.wake_up for entry in queues.receive("fast", 10)] == _wake_ups("fast", 1)


def test_delays_are_rounded_up_to_seconds(account: None) -> None:
    services().delivery_queues.send(_wake_ups("fast", 1), delay_seconds=0.2)
    assert take_bodies("DELIVERIES") == []
