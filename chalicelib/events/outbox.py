"""The outbox: events written in one transaction with what they tell, until the queue has them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import TryAgainError
from chalicelib.events.models import Event, Json
from chalicelib.events.queue import EventsQueue
from chalicelib.telemetry import logger

_YOUNG = timedelta(seconds=20)  # whoever wrote it is about to forward it


class Outbox:
    """Events in DynamoDB. An item is there from the change it tells until the queue has it."""

    def __init__(self, client: Any, table: str, queue: EventsQueue) -> None:
        self._client, self._table, self._queue = client, table, queue

    def put(self, event: Event) -> Json:
        """Return the part of a DynamoDB transaction that writes the event."""
        item = {
            "event_id": {"S": event.event_id},
            "body": {"S": json.dumps(event.to_json())},
            "written_at": {"N": str(int(datetime.now(UTC).timestamp()))},
        }
        return {"Put": {"TableName": self._table, "Item": item}}

    def forward(self, event: Event) -> None:
        """Hand an event that is written to the queue, and forget it.

        What stands in the way is logged, not raised: the change is made, and the sweep forwards
        what is left. Safe twice: an event that comes twice makes one message.
        """
        try:
            self._queue.send([event])
            self._forget(event.event_id)
        except (BotoCoreError, ClientError, TryAgainError) as error:
            logger.warning(
                "event.left_in_outbox",
                event_id=event.event_id,
                event_type=event.type,
                error_class=type(error).__name__,
            )

    def forward_left(self, now: datetime) -> int:
        """Forward what was left; return how many. Raises when the queue does not take them.

        The table is empty but for what is on its way, so a scan of it is short.
        """
        found = self._client.scan(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="written_at < :young",
            ExpressionAttributeValues={":young": {"N": str(int((now - _YOUNG).timestamp()))}},
        )
        events = [Event.from_json(json.loads(item["body"]["S"])) for item in found["Items"]]
        self._queue.send(events)
        for event in events:
            logger.info("event.found_in_outbox", event_id=event.event_id, event_type=event.type)
            self._forget(event.event_id)
        return len(events)

    def _forget(self, event_id: str) -> None:
        self._client.delete_item(TableName=self._table, Key={"event_id": {"S": event_id}})
