"""The routes of deliveries."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.http.paging import make_cursor
from chalicelib.webhooks.api.requests import DeliveriesQuery
from chalicelib.webhooks.models import Delivery, DeliveryStatus, Message, Webhook
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.queues import take_bodies
from tests.fakes.webhooks import NOW, make_attempt, make_import_event, make_webhook

MISSING = "dlv_" + "0" * 26


@pytest.fixture
def webhook(account: None) -> Webhook:
    webhook = make_webhook()
    services().webhooks.create(webhook)
    return webhook


def _deliver(webhook: Webhook, seconds: int = 0, *, has_failed: bool = False) -> Delivery:
    store, now = services().deliveries, NOW + timedelta(seconds=seconds)
    message = Message.of(make_import_event(now=now))
    store.put_message(message)
    delivery = Delivery.of(message, webhook, now)
    store.create(delivery)
    if has_failed:
        claimed = store.claim(delivery.delivery_id, now, now)
        assert claimed is not None
        attempt = make_attempt(retry_after="7")
        delivery = replace(claimed, status="FAILED", wake_at=None, finished_at=now, last=attempt)
        store.record(delivery, attempt)
    return delivery


def test_deliveries_are_listed_with_their_last_attempt(api: Api, webhook: Webhook) -> None:
    delivery = _deliver(webhook, has_failed=True)
    waiting = _deliver(webhook, 1)
    body = api.get(f"/webhooks/{webhook.webhook_id}/deliveries").json_body
    newest, oldest = body["items"]
    assert (newest["delivery_id"], newest["last_attempt"]) == (waiting.delivery_id, None)
    assert newest["next_attempt_at"] == "2026-03-01T12:00:01.250Z"
    assert oldest == {
        "delivery_id": delivery.delivery_id,
        "webhook_id": webhook.webhook_id,
        "message_id": delivery.message_id,
        "event_type": "import.completed",
        "status": "FAILED",
        "cancel_reason": None,
        "attempts": 1,
        "last_attempt": {
            "number": 1,
            "attempted_at": "2026-03-01T12:00:00.250Z",
            "code": "bad_status",
            "message": "It failed.",
            "duration_ms": 12,
            "response_status": 500,
            "response_body": "body",
        },
        "next_attempt_at": None,
        "created_at": "2026-03-01T12:00:00.250Z",
        "finished_at": "2026-03-01T12:00:00.250Z",
        "links": {
            "self": f"/deliveries/{delivery.delivery_id}",
            "replay": f"/deliveries/{delivery.delivery_id}/replay",
        },
    }


def test_deliveries_are_paged_and_filtered_by_status(api: Api, webhook: Webhook) -> None:
    made = [_deliver(webhook, n, has_failed=n % 2 == 0).delivery_id for n in range(5)]
    path = f"/webhooks/{webhook.webhook_id}/deliveries"
    first = api.get(f"{path}?limit=3").json_body
    second = api.get(f"{path}?limit=3&cursor={first['next_cursor']}").json_body
    assert [d["delivery_id"] for d in first["items"] + second["items"]] == made[::-1]
    failed = api.get(f"{path}?status=FAILED").json_body["items"]
    assert [d["delivery_id"] for d in failed] == made[::-2]
    assert problem_of(api.get(f"{path}?status=LOST")) == (400, "invalid_query")


def test_a_missed_delivery_has_a_cancel_reason(api: Api, webhook: Webhook) -> None:
    message = Message.of(make_import_event())
    services().deliveries.put_message(message)
    services().deliveries.create(Delivery.missed(message, webhook, NOW))
    path = f"/webhooks/{webhook.webhook_id}/deliveries?status=CANCELLED"
    [missed] = api.get(path).json_body["items"]
    assert (missed["status"], missed["cancel_reason"]) == ("CANCELLED", "webhook_disabled")
    assert (missed["attempts"], missed["next_attempt_at"]) == (0, None)
    replayed = api.post(missed["links"]["replay"]).json_body
    assert (replayed["status"], replayed["cancel_reason"]) == ("PENDING", None)
    assert len(take_bodies("DELIVERIES")) == 1


@pytest.mark.parametrize("position", ["", "dlv_", "wh_" + "0" * 26, "~" * 300, 5, None])
@pytest.mark.parametrize("status", [None, "FAILED"])
def test_an_invalid_cursor_is_rejected(
    api: Api, webhook: Webhook, position: object, status: DeliveryStatus | None
) -> None:
    query = DeliveriesQuery(status=status)
    forged = make_cursor(query, webhook.webhook_id, position)
    path = f"/webhooks/{webhook.webhook_id}/deliveries?cursor={forged}"
    answer = api.get(path + (f"&status={status}" if status else ""))
    assert problem_of(answer) == (400, "invalid_cursor")


def test_a_delivery_is_shown_with_its_payload_and_log(api: Api, webhook: Webhook) -> None:
    delivery = _deliver(webhook, has_failed=True)
    body = api.get(f"/deliveries/{delivery.delivery_id}").json_body
    assert json.loads(body["payload"])["type"] == "import.completed"
    assert [(a["number"], a["code"]) for a in body["log"]] == [(1, "bad_status")]


@pytest.mark.parametrize("delivery_id", [MISSING, "nothing", "a%2Fb", "wh_" + "0" * 26])
def test_an_unknown_delivery_is_not_found(api: Api, delivery_id: str) -> None:
    assert problem_of(api.get(f"/deliveries/{delivery_id}")) == (404, "delivery_not_found")
    answer = api.post(f"/deliveries/{delivery_id}/replay")
    assert problem_of(answer) == (404, "delivery_not_found")


def test_a_delivery_is_replayed(api: Api, webhook: Webhook) -> None:
    delivery = _deliver(webhook, has_failed=True)
    answer = api.post(f"/deliveries/{delivery.delivery_id}/replay")
    assert (answer.status_code, answer.json_body["status"]) == (202, "PENDING")
    assert answer.headers["Location"] == f"../../deliveries/{delivery.delivery_id}"
    [wake_up] = take_bodies("DELIVERIES")
    assert wake_up["delivery_id"] == delivery.delivery_id
    again = api.post(f"/deliveries/{delivery.delivery_id}/replay")
    assert (again.status_code, take_bodies("DELIVERIES")) == (202, [])


def test_a_disabled_webhook_rejects_replays(api: Api, webhook: Webhook) -> None:
    delivery = _deliver(webhook, has_failed=True)
    services().webhooks.change(webhook.webhook_id, lambda w: replace(w, enabled=False))
    answer = api.post(f"/deliveries/{delivery.delivery_id}/replay")
    assert problem_of(answer) == (409, "webhook_disabled")
    body = {"since": "2026-03-01T00:00:00Z"}
    answer = api.post(f"/webhooks/{webhook.webhook_id}/replay", body)
    assert problem_of(answer) == (409, "webhook_disabled")


def test_a_window_replay_is_queued_for_the_worker(api: Api, webhook: Webhook) -> None:
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    zone = timezone(timedelta(hours=2))
    until = since + timedelta(days=1)
    body = {"since": since.astimezone(zone).isoformat(), "until": until.isoformat()}
    path = f"/webhooks/{webhook.webhook_id}/replay"
    first = api.post(path, body, Idempotency_Key="k-3")
    second = api.post(path, body, Idempotency_Key="k-3")
    assert first.status_code == second.status_code == 202
    assert first.json_body == second.json_body
    [queued] = take_bodies("EVENTS")
    window = queued["replay"]
    assert window["replay_id"] == first.json_body["replay_id"]
    assert datetime.fromisoformat(window["since"]) == since
    assert (window["status"], window["after"]) == (None, None)


@pytest.mark.parametrize("since", ["1969-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_window_is_limited_to_the_time_that_deliveries_are_kept(
    api: Api, webhook: Webhook, since: str
) -> None:
    until = {"until": "1969-01-02T00:00:00Z"} if since.startswith("1969") else {}
    answer = api.post(f"/webhooks/{webhook.webhook_id}/replay", {"since": since} | until)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"since": "value_error"}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "since", "required"),
        ({"since": "yesterday"}, "since", "not_time"),
        ({"since": 5}, "since", "not_time"),
        ({"since": "2026-03-01T00:00:00"}, "since", "not_time"),
        ({"since": "2026-03-01T00:00:00Z", "status": "PENDING"}, "status", "not_a_choice"),
        (
            {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
            "until",
            "value_error",
        ),
        (
            {"since": "2026-01-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
            "until",
            "value_error",
        ),
    ],
)
def test_an_invalid_window_is_rejected(
    api: Api, webhook: Webhook, body: Any, field: str, code: str
) -> None:
    answer = api.post(f"/webhooks/{webhook.webhook_id}/replay", body)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}
