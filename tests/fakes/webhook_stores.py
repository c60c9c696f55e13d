"""Webhook and delivery stores in memory, which pass the same tests as those in DynamoDB."""

from dataclasses import replace
from datetime import datetime

from chalicelib.ids import first_id, is_id
from chalicelib.webhooks.delivery.outcomes import Health
from chalicelib.webhooks.models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Message,
    Subscription,
    Webhook,
)
from chalicelib.webhooks.store import (
    MOST_WEBHOOKS,
    DeliveryStore,
    TooManyWebhooksError,
    Wake,
    WebhookStore,
)

_HEALTH = ("failing_since", "slow_until")


class FakeWebhookStore(WebhookStore):
    """Webhooks by id."""

    def __init__(self, most_webhooks: int = MOST_WEBHOOKS) -> None:
        self._webhooks: dict[str, Webhook] = {}
        self._most = most_webhooks

    def create(self, webhook: Webhook) -> None:
        if len(self._webhooks) >= self._most:
            raise TooManyWebhooksError
        self._webhooks[webhook.webhook_id] = webhook

    def get(self, webhook_id: str) -> Webhook | None:
        return self._webhooks.get(webhook_id)

    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        newest_first = sorted(self._webhooks.values(), key=lambda w: w.webhook_id, reverse=True)
        return [w for w in newest_first if after is None or w.webhook_id < after][:limit]

    def list_subscriptions(self) -> list[Subscription]:
        return [
            Subscription(event_types=webhook.event_types, enabled=webhook.enabled)
            for webhook in self._webhooks.values()
        ]

    def replace(self, before: Webhook, after: Webhook) -> bool:
        kept = self._webhooks.get(before.webhook_id)
        if kept is None or kept.version != before.version:
            return False
        unchanged = [n for n in _HEALTH if getattr(before, n) == getattr(after, n)]
        health = {name: getattr(kept, name) for name in unchanged}
        self._webhooks[before.webhook_id] = replace(after, **health)
        return True

    def delete(self, webhook_id: str) -> bool:
        return self._webhooks.pop(webhook_id, None) is not None

    def note_health(self, webhook_id: str, health: Health) -> None:
        kept = self._webhooks.get(webhook_id)
        if kept:
            self._webhooks[webhook_id] = replace(kept, **vars(health))

    def note_slow(self, webhook_id: str, until: datetime) -> None:
        kept = self._webhooks.get(webhook_id)
        if kept:
            self._webhooks[webhook_id] = replace(kept, slow_until=until)


class FakeDeliveryStore(DeliveryStore):
    """Messages, deliveries and attempts by id."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._attempts: dict[tuple[str, int], Attempt] = {}

    def put_message(self, message: Message) -> None:
        self._messages.setdefault(message.message_id, message)

    def get_message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def create(self, delivery: Delivery) -> None:
        self._deliveries.setdefault(delivery.delivery_id, delivery)

    def get(self, delivery_id: str) -> Delivery | None:
        return self._deliveries.get(delivery_id) if is_id("dlv_", delivery_id) else None

    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        kept = self._deliveries.get(delivery_id)
        if kept is None or kept.status != "PENDING" or kept.due_at > now:
            return None
        claimed = replace(kept, due_at=until, wake_at=until, attempts=kept.attempts + 1)
        self._deliveries[delivery_id] = claimed
        return claimed

    def record(self, delivery: Delivery, attempt: Attempt | None) -> bool:
        kept = self._deliveries[delivery.delivery_id]
        if attempt:
            self._attempts[delivery.delivery_id, attempt.number] = attempt
        if kept.attempts != delivery.attempts or kept.status != "PENDING":
            return False
        self._deliveries[delivery.delivery_id] = delivery
        return True

    def restart(self, before: Delivery, after: Delivery) -> bool:
        if self._deliveries.get(before.delivery_id) != before:
            return False
        self._deliveries[before.delivery_id] = after
        return True

    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        waking = [(d.delivery_id, d.wake_at) for d in self._deliveries.values() if d.wake_at]
        return [Wake(name, wake_at) for name, wake_at in waking if wake_at <= now][:limit]

    def put_off(self, wake: Wake, until: datetime) -> Delivery | None:
        kept = self._deliveries.get(wake.delivery_id)
        if kept is None or kept.status != "PENDING" or kept.wake_at != wake.wake_at:
            return None
        self._deliveries[wake.delivery_id] = replace(kept, wake_at=until)
        return self._deliveries[wake.delivery_id]

    def list_deliveries(
        self,
        webhook_id: str,
        limit: int,
        after: str | None,
        status: DeliveryStatus | None = None,
    ) -> tuple[list[Delivery], str | None]:
        found = [
            d
            for d in reversed(self._of_webhook(webhook_id))
            if (after is None or d.delivery_id < after) and status in (None, d.status)
        ]
        return found[:limit], found[limit - 1].delivery_id if len(found) > limit else None

    def list_window(
        self, webhook_id: str, since: datetime, until: datetime, limit: int, after: str | None
    ) -> tuple[list[Delivery], str | None]:
        first, last = first_id("dlv_", since), first_id("dlv_", until)
        found = [
            d
            for d in self._of_webhook(webhook_id)
            if first <= d.delivery_id <= last and (after is None or d.delivery_id > after)
        ]
        return found[:limit], found[limit - 1].delivery_id if len(found) > limit else None

    def list_attempts(self, delivery_id: str) -> list[Attempt]:
        log = [attempt for (name, _), attempt in self._attempts.items() if name == delivery_id]
        return sorted(log, key=lambda attempt: -attempt.number)

    def _of_webhook(self, webhook_id: str) -> list[Delivery]:
        found = [d for d in self._deliveries.values() if d.webhook_id == webhook_id]
        return sorted(found, key=lambda delivery: delivery.delivery_id)
