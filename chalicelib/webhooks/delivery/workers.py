"""The functions behind the queues and the schedule. None is in the network of the database.

Each may run twice or be killed anywhere; its docstring says what makes that safe.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.events.models import Event
from chalicelib.telemetry import Event as Input
from chalicelib.telemetry import count, logger, worker
from chalicelib.webhooks.api.replay import Window, replay_page
from chalicelib.webhooks.delivery.batch import Shift
from chalicelib.webhooks.delivery.fan_out import fan_out
from chalicelib.webhooks.delivery.queues import Entry, Lane
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import Message

# What sends is imported where it is used: the API registers these functions and sends nothing.
workers = Blueprint(__name__)

_KEPT_MS = 15_000  # of the sweep's time, for the outbox

Record = dict[str, Any]


@workers.lambda_function(name="fan_out_event")
@worker
def fan_out_event(event: Input, context: Any) -> Input:
    """Make messages and deliveries of events, and go on with replays.

    Safe twice: all that it makes has the id that belongs to its event or replay.
    """
    outcomes, failed = set[str](), []
    for record in event["Records"]:
        try:
            outcomes.add(_fan_out(record))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this record's alone
            logger.exception("record.failed", error_class=type(error).__name__)
            failed.append(record["messageId"])
    return _report(outcomes, failed)


@workers.lambda_function(name="attempt_delivery")
@worker
def attempt_delivery(event: Input, context: Any) -> Input:
    """Make the attempts that are due. Safe twice: a delivery is claimed by one at a time."""
    given = {r["messageId"]: (r["body"], r["receiptHandle"]) for r in event["Records"]}
    read = {name: Entry.read(body, name, receipt) for name, (body, receipt) in given.items()}
    entries = [entry for entry in read.values() if entry]
    lane: Lane = entries[0].wake_up.lane if entries else "slow"
    shift = Shift(lane, services().courier, services().delivery_queues)
    shift.work(entries)
    unread = [name for name, entry in read.items() if entry is None]
    return _report(shift.outcomes, unread + [entry.message_id for entry in shift.failed])


# Its schedule is in infra/resources, beside its role.
@workers.lambda_function(name="sweep_deliveries")
@worker
def sweep_deliveries(event: Input, context: Any) -> Input:
    """Forward events left in the outbox, wake deliveries that are due. Safe twice: see both."""
    now = datetime.now(UTC)
    # First what waits: a fault of the outbox's must not hold it up.
    stores = services().webhooks, services().deliveries, services().delivery_queues
    woken = wake_overdue(*stores, now, lambda: context.get_remaining_time_in_millis() > _KEPT_MS)
    left = services().outbox.forward_left(now)
    count("EventsLeft", left)
    return {"outcome": "swept", "events": left, "deliveries": woken}


@workers.lambda_function(name="send_test")
@worker
def send_test(event: Input, context: Any) -> Input:
    """Send a signed webhook.test to the webhook of this id now, and return what came back.

    Not part of any delivery: nothing is kept, and nothing tries again.
    """
    from chalicelib.webhooks.api.sample_event import call_receiver
    from chalicelib.webhooks.sending.sender import Sender

    webhook = services().webhooks.get(event["webhook_id"])
    if webhook is None:
        return {"outcome": "missing"}
    sender = Sender(services().settings.allows_loopback)
    return {"outcome": "sent", "result": call_receiver(webhook, sender, datetime.now(UTC))}


def _fan_out(record: Record) -> str:
    body, now = json.loads(record["body"]), datetime.now(UTC)
    stores = services().webhooks, services().deliveries, services().delivery_queues
    if "replay" not in body:
        told = Event.from_json(body)
        webhooks = fan_out(told, *stores, now)
        logger.info(
            "event.fanned_out",
            event_id=told.event_id,
            event_type=told.type,
            message_id=Message.of(told).message_id,  # which its deliveries' lines have
            job_id=told.data.get("job_id"),
            webhooks=webhooks,
        )
        return "fanned_out"
    rest = replay_page(Window.from_json(body["replay"]), *stores, now)
    if rest:
        url = services().settings.events_queue_url
        services().client("sqs").send_message(QueueUrl=url, MessageBody=rest.to_body())
    return "replayed"


def _report(outcomes: Iterable[str], failed: Iterable[str]) -> Input:
    """Return what the platform is told: the entries that failed come again, and no others."""
    return {
        "outcome": ",".join(sorted(outcomes)),
        "batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed],
    }
