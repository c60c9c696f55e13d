"""The outbox: events written in one transaction with their change, until the queue has them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Attr
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.dynamodb import Table, Write
from chalicelib.errors import TryAgainError
from chalicelib.events.models import Event
from chalicelib.events.queue import EventsQueue
from chalicelib.telemetry import logger

_YOUNG = timedelta(seconds=20)  # its writer is about to forward it


class Outbox:
    """Events in DynamoDB. An item exists from the event's change until the queue has the event."""

    def __init__(self, client: Any, table: str, queue: EventsQueue) -> None:
        self._table, self._queue = Table(client, table), queue

    def make_put(self, event: Event) -> Write:
        """Return the write of the event, for the transaction of its change."""
        body = json.dumps(event.to_json())
        written_at = int(datetime.now(UTC).timestamp())
        return self._table.make_put(
            {"event_id": event.event_id, "body": body, "written_at": written_at}
        )

    def forward(self, event: Event) -> None:
        """Send a written event to the queue, and delete it from the outbox.

        Errors are logged, not raised: the change is made, and the sweep forwards what is left.
        Idempotent: an event that is sent twice makes one message.
        """
        try:
            self._queue.send([event])
            self._delete(event)
        except (BotoCoreError, ClientError, TryAgainError) as error:
            logger.warning(
                "event.left_in_outbox",
                event_id=event.event_id,
                event_type=event.type,
                error_class=type(error).__name__,
            )

    def forward_left(self, now: datetime) -> int:
        """Forward the events that are left; return their number.

        Raises an error when the queue doesn't take them. The table holds only events on their way,
        so a scan of it is short.
        """
        page = self._table.scan(Attr("written_at").lt(int((now - _YOUNG).timestamp())))
        events = [Event.from_json(json.loads(values["body"])) for values in page.items]
        self._queue.send(events)
        for event in events:
            logger.info("event.found_in_outbox", event_id=event.event_id, event_type=event.type)
            self._delete(event)
        return len(events)

    def _delete(self, event: Event) -> None:
        self._table.delete({"event_id": event.event_id})
