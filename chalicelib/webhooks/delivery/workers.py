"""The functions behind the queues and the schedule. None is in the database's network.

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
from chalicelib.webhooks.delivery.batch import AttemptBatch
from chalicelib.webhooks.delivery.fan_out import fan_out
from chalicelib.webhooks.delivery.queues import Entry, Lane
from chalicelib.webhooks.delivery.replay import Window, replay_page
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import Message

# Modules that send are imported inside the functions: the API registers these and sends nothing.
workers = Blueprint(__name__)

_OUTBOX_MS = 15_000  # of the sweep's time, reserved for the outbox

Record = dict[str, Any]


@workers.lambda_function(name="fan_out_event")
@worker
def fan_out_event(event: Input, context: Any) -> Input:
    """Create the messages and deliveries of events, and continue replays.

    Safe twice: everything it creates has an id derived from its event or replay.
    """
    outcomes, failed = set[str](), []
    for record in event["Records"]:
        try:
            outcomes.add(_fan_out(record))
        except Exception as error:  # noqa: BLE001  # any error fails this record only
            logger.exception("record.failed", error_class=type(error).__name__)
            failed.append(record["messageId"])
    return _report(outcomes, failed)


@workers.lambda_function(name="attempt_delivery")
@worker
def attempt_delivery(event: Input, context: Any) -> Input:
    """Make the attempts that are due. Safe twice: only one worker can claim a delivery."""
    given = {r["messageId"]: (r["body"], r["receiptHandle"]) for r in event["Records"]}
    read = {name: Entry.read(body, name, receipt) for name, (body, receipt) in given.items()}
    entries = [entry for entry in read.values() if entry]
    lane: Lane = entries[0].wake_up.lane if entries else "slow"
    batch = AttemptBatch(lane, services().attempt_runner, services().delivery_queues)
    batch.run(entries)
    unread = [name for name, entry in read.items() if entry is None]
    return _report(batch.outcomes, unread + [entry.message_id for entry in batch.failed])


# Its schedule is in infra/resources, beside its role.
@workers.lambda_function(name="sweep_deliveries")
@worker
def sweep_deliveries(event: Input, context: Any) -> Input:
    """Wake overdue deliveries and forward events left in the outbox. Safe twice: both are."""
    now = datetime.now(UTC)
    # Deliveries first: an error of the outbox must not delay them.
    stores = services().webhooks, services().deliveries, services().delivery_queues
    woken = wake_overdue(*stores, now, lambda: context.get_remaining_time_in_millis() > _OUTBOX_MS)
    left = services().outbox.forward_left(now)
    count("EventsLeft", left)
    return {"outcome": "swept", "events": left, "deliveries": woken}


@workers.lambda_function(name="send_test")
@worker
def send_test(event: Input, context: Any) -> Input:
    """Send a signed webhook.test event to a webhook and return its receiver's response.

    It belongs to no delivery: nothing is stored and nothing retries it.
    """
    from chalicelib.webhooks.sending.send_test_event import send_test_event
    from chalicelib.webhooks.sending.sender import Sender

    webhook = services().webhooks.get(event["webhook_id"])
    if webhook is None:
        return {"outcome": "missing"}
    sender = Sender(services().settings.allows_loopback)
    return {"outcome": "sent", "result": send_test_event(webhook, sender, datetime.now(UTC))}


def _fan_out(record: Record) -> str:
    body, now = json.loads(record["body"]), datetime.now(UTC)
    stores = services().webhooks, services().deliveries, services().delivery_queues
    if "replay" not in body:
        event = Event.from_json(body)
        webhooks = fan_out(event, *stores, now)
        logger.info(
            "event.fanned_out",
            event_id=event.event_id,
            event_type=event.type,
            message_id=Message.of(event).message_id,  # as in the log entries of its deliveries
            job_id=event.data.get("job_id"),
            webhooks=webhooks,
        )
        return "fanned_out"
    rest = replay_page(Window.from_json(body["replay"]), *stores, now)
    if rest:
        url = services().settings.events_queue_url
        services().client("sqs").send_message(QueueUrl=url, MessageBody=rest.to_body())
    return "replayed"


def _report(outcomes: Iterable[str], failed: Iterable[str]) -> Input:
    """Return the outcomes and a partial batch response: Lambda redelivers only failed entries."""
    return {
        "outcome": ",".join(sorted(outcomes)),
        "batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed],
    }
