"""Webhooks in DynamoDB. Their secrets are stored as they are: signing needs them.

The table is encrypted at rest, and only the functions that sign, and the API, may read it.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from chalicelib.dynamodb import ConditionFailedError, LostRaceError, Table, Write
from chalicelib.ids import is_id
from chalicelib.items import from_values, to_values
from chalicelib.webhooks.delivery.outcomes import Health
from chalicelib.webhooks.items import WEBHOOK_COUNT, WEBHOOKS, webhook_key
from chalicelib.webhooks.models import Subscription, Webhook
from chalicelib.webhooks.store import MOST_WEBHOOKS, TooManyWebhooksError, WebhookStore

_EXISTS = Attr("pk").exists()


class DynamoWebhookStore(WebhookStore):
    """Webhooks, all in one partition: there are few, and they are read together."""

    def __init__(self, client: Any, table: str, most_webhooks: int = MOST_WEBHOOKS) -> None:
        self._table, self._most = Table(client, table), most_webhooks

    def create(self, webhook: Webhook) -> None:
        """Store a new webhook and count it, in one transaction. Raises TooManyWebhooksError."""
        put = self._table.make_put(webhook_key(webhook.webhook_id) | to_values(webhook))
        has_room = Attr("amount").not_exists() | Attr("amount").lt(self._most)
        try:
            self._table.write_all([put, self._count(1, has_room)])
        except ConditionFailedError as error:
            raise TooManyWebhooksError from error

    def get(self, webhook_id: str) -> Webhook | None:
        """Return the webhook, by a consistent read."""
        values = self._table.get(webhook_key(webhook_id)) if is_id("wh_", webhook_id) else None
        return from_values(Webhook, values) if values else None

    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        """Return webhooks created before `after`, newest first, by a consistent read."""
        key = Key("pk").eq(WEBHOOKS) & Key("sk").lt(after or "wh_~")
        page = self._table.query(key, limit=limit, descending=True, consistent=True)
        return [from_values(Webhook, values) for values in page.items]

    def list_subscriptions(self) -> list[Subscription]:
        """Return what all webhooks subscribe to, by a consistent read of these attributes alone."""
        chosen = [field.name for field in fields(Subscription)]
        found = self._table.query_attributes(Key("pk").eq(WEBHOOKS), chosen)
        return [from_values(Subscription, values) for values in found]

    def replace(self, before: Webhook, after: Webhook) -> bool:
        """Write what differs if the version is still that of `before`; say whether it was."""
        changed = {
            field.name: getattr(after, field.name)
            for field in fields(Webhook)
            if getattr(before, field.name) != getattr(after, field.name)
        }
        return self._update(before.webhook_id, changed, Attr("version").eq(before.version))

    def delete(self, webhook_id: str) -> bool:
        """Delete the webhook and count it down; say whether it existed."""
        if not is_id("wh_", webhook_id):
            return False
        delete = self._table.make_delete(webhook_key(webhook_id), _EXISTS)
        try:
            self._table.write_all([delete, self._count(-1, Attr("amount").gt(0))])
        except ConditionFailedError:
            return False
        return True

    def note_health(self, webhook_id: str, health: Health) -> None:
        """Record how its receiver does; a deleted webhook stays deleted."""
        values = {"failing_since": health.failing_since, "slow_until": health.slow_until}
        self._update(webhook_id, values, _EXISTS)

    def note_slow(self, webhook_id: str, until: datetime) -> None:
        """Record that its receiver is slow; a deleted webhook stays deleted."""
        self._update(webhook_id, {"slow_until": until}, _EXISTS)

    def _update(self, webhook_id: str, values: Mapping[str, Any], condition: ConditionBase) -> bool:
        try:
            self._table.update(webhook_key(webhook_id), values, condition=condition)
        except LostRaceError:
            return False
        return True

    def _count(self, more: int, condition: ConditionBase) -> Write:
        return self._table.make_update(WEBHOOK_COUNT, {}, add={"amount": more}, condition=condition)
