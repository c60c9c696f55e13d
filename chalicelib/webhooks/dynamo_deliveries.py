"""Messages, deliveries and attempts in DynamoDB."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from chalicelib.dynamodb import LostRaceError, Page, Table
from chalicelib.ids import first_id, is_id
from chalicelib.items import Values, from_values, to_values
from chalicelib.webhooks.delivery.backoff import FAILING_LIMIT
from chalicelib.webhooks.items import (
    ATTEMPT_PREFIX,
    WAKES,
    attempt_key,
    delivery_key,
    delivery_values,
    message_key,
)
from chalicelib.webhooks.models import Attempt, Delivery, DeliveryStatus, Message
from chalicelib.webhooks.store import DeliveryStore, Wake

_IS_NEW = Attr("pk").not_exists()
_IS_PENDING = Attr("status").eq("PENDING")
_MOST_QUERIES = 10  # for one page; a page of a rare status may come back short
_FILTERED_ITEMS = 300  # read by each query with a filter
_MOST_ATTEMPTS = 200  # of a delivery's log, the newest


class DynamoDeliveryStore(DeliveryStore):
    """One table; every item expires `retention_days` after its event."""

    def __init__(self, client: Any, table: str, retention_days: int) -> None:
        self._table = Table(client, table)
        # The attempts themselves may take days, too.
        self._kept = timedelta(days=retention_days) + FAILING_LIMIT

    def put_message(self, message: Message) -> None:
        """Store a message; an existing one doesn't change."""
        values = message_key(message.message_id) | to_values(message)
        self._create(values | self._ttl(message.occurred_at))

    def get_message(self, message_id: str) -> Message | None:
        """Return the message, as long as it is kept."""
        values = self._table.get(message_key(message_id))
        return from_values(Message, values) if values else None

    def create(self, delivery: Delivery) -> None:
        """Store a new delivery; an existing one doesn't change."""
        values = delivery_key(delivery.delivery_id) | delivery_values(delivery)
        self._create(values | self._ttl(delivery.created_at))

    def get(self, delivery_id: str) -> Delivery | None:
        """Return the delivery, by a consistent read."""
        values = self._table.get(delivery_key(delivery_id)) if is_id("dlv_", delivery_id) else None
        return from_values(Delivery, values) if values else None

    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Count the attempt and move `due_at` to `until`, if it is pending and due now."""
        values = {"due_at": until, "wake_at": until}
        is_due = _IS_PENDING & Attr("due_at").lte(now)
        return self._update(delivery_id, values, is_due, add={"attempts": 1})

    def record(self, delivery: Delivery, attempt: Attempt | None) -> bool:
        """Write the attempt, then the delivery's new state, if it still has that attempt.

        A worker that dies in between leaves a logged attempt and a delivery that is due again.
        """
        if attempt:
            key = attempt_key(delivery.delivery_id, attempt.number)
            self._put(key | to_values(attempt) | self._ttl(attempt.attempted_at))
        is_claimed = Attr("attempts").eq(delivery.attempts) & _IS_PENDING
        return self._update(delivery.delivery_id, _changing(delivery), is_claimed) is not None

    def restart(self, before: Delivery, after: Delivery) -> bool:
        """Write a replay if nothing else has changed since `before`; say whether that was so."""
        is_same = (
            Attr("attempts").eq(before.attempts)
            & Attr("status").eq(before.status)
            & Attr("due_at").eq(before.due_at)
        )
        return self._update(before.delivery_id, _changing(after), is_same) is not None

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        """Return the deliveries that the sweep is to check, by the sparse index by_wake."""
        found: list[Values] = []
        for shard in WAKES:
            key = Key("waking").eq(shard) & Key("wake_at").lte(now)
            page = self._table.query(key, index="by_wake", limit=limit // len(WAKES))
            found += page.items
        return [Wake(values["pk"], datetime.fromisoformat(values["wake_at"])) for values in found]

    def put_off(self, wake: Wake, until: datetime) -> Delivery | None:
        """Have the sweep check again at `until`, if nobody else did; return the delivery."""
        is_same = Attr("wake_at").eq(wake.wake_at) & _IS_PENDING
        return self._update(wake.delivery_id, {"wake_at": until}, is_same)

    def list_deliveries(
        self,
        webhook_id: str,
        limit: int,
        after: str | None,
        status: DeliveryStatus | None = None,
    ) -> tuple[list[Delivery], str | None]:
        """Return a page by the index by_webhook, which is eventually consistent."""
        pages = self._table.query_pages(
            _of_webhook(webhook_id, "dlv_", after or "dlv_~"),
            index="by_webhook",
            condition=Attr("status").eq(status) if status else None,
            limit=_FILTERED_ITEMS if status else limit + 1,
            descending=True,
            most_queries=_MOST_QUERIES,
        )
        return _read_page(pages, limit, after)

    def list_window(
        self, webhook_id: str, since: datetime, until: datetime, limit: int, after: str | None
    ) -> tuple[list[Delivery], str | None]:
        """Return a page by the index by_webhook: ids begin with the time of their event."""
        first, last = first_id("dlv_", since), first_id("dlv_", until)
        pages = self._table.query_pages(
            _of_webhook(webhook_id, f"{after}~" if after else first, last),
            index="by_webhook",
            limit=limit + 1,
            most_queries=_MOST_QUERIES,
        )
        return _read_page(pages, limit, after)

    def list_attempts(self, delivery_id: str) -> list[Attempt]:
        """Return the log of a delivery, newest first."""
        key = Key("pk").eq(delivery_id) & Key("sk").begins_with(ATTEMPT_PREFIX)
        page = self._table.query(key, limit=_MOST_ATTEMPTS, descending=True)
        return [from_values(Attempt, values) for values in page.items]

    def _create(self, values: Mapping[str, Any]) -> None:
        self._put(values, _IS_NEW)

    def _put(self, values: Mapping[str, Any], condition: ConditionBase | None = None) -> None:
        try:
            self._table.put(values, condition)
        except LostRaceError:
            return

    def _update(
        self,
        delivery_id: str,
        values: Mapping[str, Any],
        condition: ConditionBase,
        add: Mapping[str, int] | None = None,
    ) -> Delivery | None:
        key = delivery_key(delivery_id)
        try:
            updated = self._table.update(key, values, add=add, condition=condition)
        except LostRaceError:
            return None
        return from_values(Delivery, updated)

    def _ttl(self, time: datetime) -> Values:
        return {"ttl": int((time + self._kept).timestamp())}


def _of_webhook(webhook_id: str, low: str, high: str) -> ConditionBase:
    # BETWEEN includes both ends. No id is an end: those given here are below or above all.
    return Key("webhook_id").eq(webhook_id) & Key("pk").between(low, high)


def _read_page(
    pages: Iterable[Page], limit: int, after: str | None
) -> tuple[list[Delivery], str | None]:
    found: list[Delivery] = []
    reached = after
    for page in pages:
        deliveries = [from_values(Delivery, values) for values in page.items]
        found += [delivery for delivery in deliveries if delivery.delivery_id != after]
        if len(found) > limit:
            return found[:limit], found[limit - 1].delivery_id
        reached = page.last_key["pk"] if page.last_key else None
    return found, reached


def _changing(delivery: Delivery) -> Values:
    """Return the values that change during a delivery's life; None removes one."""
    fixed = {"delivery_id", "webhook_id", "created_at"}
    values = delivery_values(delivery)
    names = [field.name for field in fields(Delivery) if field.name not in fixed]
    return {name: values.get(name) for name in (*names, "waking")}
