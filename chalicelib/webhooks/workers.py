"""The functions behind the queues and the schedule. None is in the network of the database.

Each may run twice or be killed anywhere; its docstring says what makes that safe.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.aws import get_client
from chalicelib.events.models import Event
from chalicelib.events.outbox import get_outbox
from chalicelib.settings import get_settings
from chalicelib.telemetry import Event as Input
from chalicelib.telemetry import count, logger, worker
from chalicelib.webhooks.fan_out import fan_out
from chalicelib.webhooks.queues import WakeUp, get_delivery_queues
from chalicelib.webhooks.replaying import Window, replay_page
from chalicelib.webhooks.store import get_delivery_store, get_webhook_store
from chalicelib.webhooks.sweep import wake_overdue

if TYPE_CHECKING:
    from chalicelib.webhooks.attempting import Courier

# What sends is imported where it is used: the API registers these functions and sends nothing.
workers = Blueprint(__name__)

_AT_ONCE = 10  # entries of one batch; one that waits for its receiver keeps none of the others

Record = dict[str, Any]


@workers.lambda_function(name="fan_out_event")
@worker
def fan_out_event(event: Input, context: Any) -> Input:
    """Make messages and deliveries of events, and go on with replays.

    Safe twice: all that it makes has the id that belongs to its event or replay.
    """
    return _each(event["Records"], _fan_out, at_once=1)


@workers.lambda_function(name="attempt_delivery")
@worker
def attempt_delivery(event: Input, context: Any) -> Input:
    """Make the attempts that are due. Safe twice: a delivery is claimed by one at a time."""
    courier = get_courier()
    return _each(
        event["Records"],
        lambda record: courier.attempt(WakeUp.from_body(record["body"])),
        at_once=_AT_ONCE,
    )


# Its schedule is in infra/resources.yaml, beside its role.
@workers.lambda_function(name="sweep_deliveries")
@worker
def sweep_deliveries(event: Input, context: Any) -> Input:
    """Forward events left in the outbox, wake deliveries that are due. Safe twice: see both."""
    now = datetime.now(UTC)
    left = get_outbox().forward_left(now)
    woken = wake_overdue(get_webhook_store(), get_delivery_store(), get_delivery_queues(), now)
    count("EventsLeft", left)
    return {"outcome": "swept", "events": left, "deliveries": woken}


@workers.lambda_function(name="send_test")
@worker
def send_test(event: Input, context: Any) -> Input:
    """Send a signed webhook.test to the webhook of this id now, and return what came back.

    Not part of any delivery: nothing is kept, and nothing tries again.
    """
    from chalicelib.webhooks.sending import Sender
    from chalicelib.webhooks.test_call import call_receiver

    webhook = get_webhook_store().get(event["webhook_id"])
    if webhook is None:
        return {"outcome": "missing"}
    sender = Sender(get_settings().allows_loopback)
    return {"outcome": "sent", "result": call_receiver(webhook, sender, datetime.now(UTC))}


@cache
def get_courier() -> "Courier":
    """Return the process's courier."""
    from chalicelib.webhooks.attempting import Courier
    from chalicelib.webhooks.sending import Sender

    settings = get_settings()
    return Courier(
        get_webhook_store(),
        get_delivery_store(),
        get_delivery_queues(),
        Sender(settings.allows_loopback),
        settings.schedule_scale,
    )


def _fan_out(record: Record) -> str:
    body, now = json.loads(record["body"]), datetime.now(UTC)
    stores = get_webhook_store(), get_delivery_store(), get_delivery_queues()
    if "replay" not in body:
        fan_out(Event.from_json(body), *stores, now)
        return "fanned_out"
    rest = replay_page(Window.from_json(body["replay"]), *stores, now)
    if rest:
        url = get_settings().events_queue_url
        get_client("sqs").send_message(QueueUrl=url, MessageBody=rest.to_body())
    return "replayed"


def _each(records: list[Record], act: Callable[[Record], str], *, at_once: int) -> Input:
    """Act on each record of a batch; those that raised come again, and no others."""

    def try_to(record: Record) -> str | None:
        try:
            return act(record)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this record's alone
            logger.exception("record.failed", error_class=type(error).__name__)
            return None

    with ThreadPoolExecutor(at_once) as pool:
        outcomes = list(pool.map(try_to, records))
    failed = [r["messageId"] for r, outcome in zip(records, outcomes, strict=True) if not outcome]
    return {
        "outcome": ",".join(sorted({outcome for outcome in outcomes if outcome})),
        "batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed],
    }
