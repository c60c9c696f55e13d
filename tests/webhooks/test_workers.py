"""The functions behind the queues: partial batch failures, and the sweep."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.bootstrap import services
from chalicelib.items import serialize
from chalicelib.webhooks.delivery import workers
from chalicelib.webhooks.delivery.attempts import AttemptRunner
from chalicelib.webhooks.delivery.queues import WakeUp
from chalicelib.webhooks.items import WEBHOOKS, webhook_key
from chalicelib.webhooks.models import WAKE_GRACE, Delivery
from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.aws import TABLES
from tests.fakes.queues import take_bodies
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.webhooks import make_import_event, make_links, make_webhook


class Context:
    """The context of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def receiver(account: None) -> Iterator[Receiver]:
    with receiving() as receiver:
        stores = services().webhooks, services().deliveries, services().delivery_queues
        runner = AttemptRunner(
            *stores, Sender(allow_loopback=True, timeout_seconds=2), make_links()
        )
        services().attempt_runner = runner
        services().webhooks.create(make_webhook(datetime.now(UTC), url=receiver.url))
        yield receiver


def _record(body: object, name: str = "entry-1") -> dict[str, str]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": name, "receiptHandle": f"receipt of {name}", "body": text}


def _fan_out(count: int = 1) -> list[dict[str, Any]]:
    """Fan events out; return the wake-ups in the fast lane."""
    records = [_record(make_import_event(now=datetime.now(UTC)).to_json()) for _ in range(count)]
    result = workers.fan_out_event({"Records": records}, Context())
    assert result == {"outcome": "fanned_out", "batchItemFailures": []}
    return take_bodies("DELIVERIES")


def _only_delivery() -> Delivery:
    [webhook] = services().webhooks.list_webhooks(5, None)
    [delivery], _ = services().deliveries.list_deliveries(webhook.webhook_id, 5, None)
    return delivery


def test_an_event_is_fanned_out_and_its_delivery_attempted(receiver: Receiver) -> None:
    [wake_up] = _fan_out()
    result = workers.attempt_delivery({"Records": [_record(wake_up)]}, Context())
    assert result == {"outcome": "ok", "batchItemFailures": []}
    assert len(receiver.requests) == 1
    assert _only_delivery().status == "DELIVERED"


def test_everything_but_webhooks_expires_after_thirty_days(receiver: Receiver) -> None:
    [wake_up] = _fan_out()
    workers.attempt_delivery({"Records": [_record(wake_up)]}, Context())
    items = boto3.client("dynamodb").scan(TableName=TABLES["WebhooksTable"])["Items"]
    kinds = {item["sk"]["S"].partition("#")[0]: item for item in items}
    assert kinds.keys() >= {"message", "delivery", "attempt"}
    day, now = 24 * 3600, datetime.now(UTC).timestamp()
    for kind in ("message", "delivery", "attempt"):
        assert 30 * day < int(kinds[kind]["ttl"]["N"]) - now < 40 * day, kind
    assert all("ttl" not in item for item in items if item["pk"]["S"] == WEBHOOKS)


def test_only_failed_entries_of_a_batch_are_reported(receiver: Receiver) -> None:
    good = make_import_event(now=datetime.now(UTC)).to_json()
    bad = {"event_id": "evt_1"}
    result = workers.fan_out_event(
        {"Records": [_record(bad, "bad"), _record(good, "good"), _record("{", "worse")]}, Context()
    )
    failed = [failure["itemIdentifier"] for failure in result["batchItemFailures"]]
    assert failed == ["bad", "worse"]
    [wake_up] = take_bodies("DELIVERIES")
    broken = "wh_" + "0" * 26
    item = serialize(webhook_key(broken) | {"url": "nothing else"})
    boto3.client("dynamodb").put_item(TableName=TABLES["WebhooksTable"], Item=item)
    lost = WakeUp(wake_up["delivery_id"], broken, "fast")
    records = [_record("{", "bad"), _record(wake_up, "good"), _record(lost.to_body(), "lost")]
    result = workers.attempt_delivery({"Records": records}, Context())
    assert result["outcome"] == "ok"
    failed = [failure["itemIdentifier"] for failure in result["batchItemFailures"]]
    assert failed == ["bad", "lost"]


def test_every_entry_of_an_unreadable_batch_is_reported(receiver: Receiver) -> None:
    result = workers.attempt_delivery(
        {"Records": [_record("[]", "a"), _record("", "b")]}, Context()
    )
    assert [f["itemIdentifier"] for f in result["batchItemFailures"]] == ["a", "b"]


def test_the_sweep_wakes_deliveries_without_a_wake_up(receiver: Receiver) -> None:
    _fan_out()
    delivery, store = _only_delivery(), services().deliveries
    assert workers.sweep_deliveries({}, Context())["deliveries"] == 0
    assert delivery.wake_at == delivery.created_at + WAKE_GRACE
    [wake] = store.overdue(delivery.wake_at, 10)
    assert store.put_off(wake, datetime.now(UTC))
    assert workers.sweep_deliveries({}, Context())["deliveries"] == 1
    assert [body["delivery_id"] for body in take_bodies("DELIVERIES")] == [delivery.delivery_id]


@pytest.mark.slow
def test_a_long_replay_continues_in_the_events_queue(receiver: Receiver) -> None:
    [wake_up, *_] = _fan_out(101)
    window = {
        "replay_id": "rpl_1",
        "webhook_id": wake_up["webhook_id"],
        "since": "2026-01-01T00:00:00+00:00",
        "until": "2100-01-01T00:00:00+00:00",
    }
    result = workers.fan_out_event({"Records": [_record({"replay": window})]}, Context())
    assert result == {"outcome": "replayed", "batchItemFailures": []}
    url = services().settings.events_queue_url
    found = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert "after" in json.loads(found[0]["Body"])["replay"]
