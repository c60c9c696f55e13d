"""Messages, deliveries and attempts in DynamoDB."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.ids import first_id, is_id
from chalicelib.webhooks.delivery.schedule import FAILING_LIMIT
from chalicelib.webhooks.items import (
    ATTEMPT_PREFIX,
    WAKES,
    Item,
    Key,
    attempt_key,
    delivery_key,
    describe_attempt,
    describe_delivery,
    describe_message,
    message_key,
    read_attempt,
    read_delivery,
    read_message,
    serialize,
)
from chalicelib.webhooks.models import Attempt, Delivery, DeliveryStatus, Message
from chalicelib.webhooks.store import DeliveryStore, Wake
from chalicelib.webhooks.updates import demand, is_lost_race, make_update

_IS_NEW = "attribute_not_exists(pk)"
_MOST_QUERIES = 10  # for one page; with a status that few have the page comes back short
_FILTERED_ITEMS = 300  # read at a time, to be filtered
_MOST_ATTEMPTS = 200  # of a delivery's log, the newest


class DynamoDeliveryStore(DeliveryStore):
    """One table; every item is forgotten `retention_days` after its event."""

    def __init__(self, client: Any, table: str, retention_days: int) -> None:
        self._client, self._table = client, table
        # On top of the days there is the time that attempts may take.
        self._kept = timedelta(days=retention_days) + FAILING_LIMIT

    def put_message(self, message: Message) -> None:
        """Keep a message; one that is there stays as it is."""
        item = message_key(message.message_id) | serialize(describe_message(message))
        self._put(item | self._ttl(message.occurred_at), ConditionExpression=_IS_NEW)

    def get_message(self, message_id: str) -> Message | None:
        """Return the message, as long as it is kept."""
        item = self._get(message_key(message_id))
        return read_message(item) if item else None

    def create(self, delivery: Delivery) -> None:
        """Keep a new delivery; one that is there stays as it is."""
        item = delivery_key(delivery.delivery_id) | serialize(describe_delivery(delivery))
        self._put(item | self._ttl(delivery.created_at), ConditionExpression=_IS_NEW)

    def get(self, delivery_id: str) -> Delivery | None:
        """Return the delivery, by a consistent read."""
        item = self._get(delivery_key(delivery_id)) if is_id("dlv_", delivery_id) else None
        return read_delivery(item) if item else None

    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Count the attempt and move what is due to `until`, if it is pending and due now."""
        update = make_update({"due_at": until, "wake_at": until})
        update["UpdateExpression"] += " ADD attempts :one"
        condition = "#status = :pending AND #due_at <= :now"
        values = {"pending": "PENDING", "now": now, "one": 1}
        return self._update(delivery_id, demand(update, condition, "status due_at", **values))

    def record(self, delivery: Delivery, attempt: Attempt | None) -> bool:
        """Write the attempt, then what became of the delivery, if it still has that attempt.

        A worker that dies in between leaves a logged attempt and a delivery that is due again.
        """
        if attempt:
            item = attempt_key(delivery.delivery_id, attempt.number)
            item |= serialize(describe_attempt(attempt)) | self._ttl(attempt.attempted_at)
            self._put(item)
        update = make_update(_without_key(delivery))
        condition = "#attempts = :claimed AND #status = :pending"
        values = {"claimed": delivery.attempts, "pending": "PENDING"}
        demanded = demand(update, condition, "attempts status", **values)
        return self._update(delivery.delivery_id, demanded) is not None

    def restart(self, before: Delivery, after: Delivery) -> bool:
        """Write a replay if nothing else happened since `before`; say whether that was so."""
        update = make_update(_without_key(after))
        condition = "#attempts = :made AND #status = :was AND #due_at = :due"
        values = {"made": before.attempts, "was": before.status, "due": before.due_at}
        demanded = demand(update, condition, "attempts status due_at", **values)
        return self._update(before.delivery_id, demanded) is not None

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        """Return what is to be looked after, by the sparse index by_wake."""
        found: list[Item] = []
        for shard in WAKES:
            found += self._client.query(
                TableName=self._table,
                IndexName="by_wake",
                KeyConditionExpression="waking = :shard AND wake_at <= :now",
                ExpressionAttributeValues=serialize({":shard": shard, ":now": now}),
                Limit=limit // len(WAKES),
            )["Items"]
        return [
            Wake(item["pk"]["S"], datetime.fromisoformat(item["wake_at"]["S"])) for item in found
        ]

    def put_off(self, wake: Wake, until: datetime) -> Delivery | None:
        """Look again at `until`, if that is still to be done; return the delivery."""
        condition = "#wake_at = :was AND #status = :pending"
        values = {"was": wake.wake_at, "pending": "PENDING"}
        update = demand(make_update({"wake_at": until}), condition, "wake_at status", **values)
        return self._update(wake.delivery_id, update)

    def list_deliveries(
        self,
        webhook_id: str,
        limit: int,
        after: str | None,
        status: DeliveryStatus | None = None,
    ) -> tuple[list[Delivery], str | None]:
        """Return a page by the index by_webhook, which is a moment behind the table."""
        query = self._query_webhook(webhook_id, "dlv_", after or "dlv_~")
        query |= {"ScanIndexForward": False, "Limit": _FILTERED_ITEMS if status else limit + 1}
        if status:
            query["FilterExpression"] = "#status = :status"
            query["ExpressionAttributeNames"] = {"#status": "status"}
            query["ExpressionAttributeValues"][":status"] = {"S": status}
        return self._page(query, limit, after)

    def list_window(
        self, webhook_id: str, since: datetime, until: datetime, limit: int, after: str | None
    ) -> tuple[list[Delivery], str | None]:
        """Return a page by the index by_webhook: ids begin with the time of their event."""
        first, last = first_id("dlv_", since), first_id("dlv_", until)
        query = self._query_webhook(webhook_id, f"{after}~" if after else first, last)
        return self._page(query | {"Limit": limit + 1}, limit, after)

    def list_attempts(self, delivery_id: str) -> list[Attempt]:
        """Return the log of a delivery, newest first."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=serialize({":pk": delivery_id, ":prefix": ATTEMPT_PREFIX}),
            ScanIndexForward=False,
            Limit=_MOST_ATTEMPTS,
        )
        return [read_attempt(item) for item in found["Items"]]

    def _query_webhook(self, webhook_id: str, low: str, high: str) -> Item:
        # BETWEEN has both its ends in it. No id is an end: those given here are below or above all.
        values = {":webhook": webhook_id, ":low": low, ":high": high}
        return {
            "TableName": self._table,
            "IndexName": "by_webhook",
            "KeyConditionExpression": "webhook_id = :webhook AND pk BETWEEN :low AND :high",
            "ExpressionAttributeValues": serialize(values),
        }

    def _page(
        self, query: Item, limit: int, after: str | None
    ) -> tuple[list[Delivery], str | None]:
        found: list[Delivery] = []
        for items, reached in self._pages(query):
            found += [d for d in map(read_delivery, items) if d.delivery_id != after]
            if len(found) > limit:
                return found[:limit], found[limit - 1].delivery_id
            after = reached
        return found, after

    def _pages(self, query: Item) -> Iterator[tuple[list[Item], str | None]]:
        for _ in range(_MOST_QUERIES):
            found = self._client.query(**query)
            last = found.get("LastEvaluatedKey")
            yield found["Items"], last["pk"]["S"] if last else None
            if last is None:
                return
            query = query | {"ExclusiveStartKey": last}

    def _get(self, key: Key) -> Item | None:
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: Item | None = found.get("Item")
        return item

    def _put(self, item: Item, **condition: str) -> None:
        try:
            self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if not is_lost_race(error):
                raise

    def _update(self, delivery_id: str, update: Item) -> Delivery | None:
        key = delivery_key(delivery_id)
        try:
            found = self._client.update_item(
                TableName=self._table, Key=key, ReturnValues="ALL_NEW", **update
            )
        except ClientError as error:
            if is_lost_race(error):
                return None
            raise
        return read_delivery(found["Attributes"])

    def _ttl(self, time: datetime) -> Item:
        return serialize({"ttl": int((time + self._kept).timestamp())})


def _without_key(delivery: Delivery) -> dict[str, Any]:
    values = describe_delivery(delivery)
    changing = {f.name for f in fields(Delivery)} - {"delivery_id", "webhook_id", "created_at"}
    return {name: values[name] for name in (*changing, "waking")}
