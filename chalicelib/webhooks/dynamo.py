"""Webhooks in DynamoDB. Their secrets are kept as they are: to sign, they must be known.

The table is encrypted at rest, and only the functions that sign, and the API, may read it.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.ids import is_id
from chalicelib.webhooks.delivery.outcomes import Health
from chalicelib.webhooks.items import (
    WEBHOOKS,
    describe_webhook,
    read_webhook,
    serialize,
    webhook_key,
)
from chalicelib.webhooks.models import Webhook
from chalicelib.webhooks.store import MOST_WEBHOOKS, TooManyWebhooksError, WebhookStore
from chalicelib.webhooks.updates import demand, is_lost_race, is_refused, make_update

_COUNT = {"pk": {"S": "count"}, "sk": {"S": "webhook"}}


class DynamoWebhookStore(WebhookStore):
    """Webhooks, all in one partition: there are few, and they are read together."""

    def __init__(self, client: Any, table: str, most_webhooks: int = MOST_WEBHOOKS) -> None:
        self._client, self._table, self._most = client, table, most_webhooks

    def create(self, webhook: Webhook) -> None:
        """Keep a new webhook; raises TooManyWebhooksError. The count is in the transaction."""
        item = webhook_key(webhook.webhook_id) | serialize(describe_webhook(webhook))
        put = {"TableName": self._table, "Item": item}
        count = self._count(1, "attribute_not_exists(amount) OR amount < :most")
        count["ExpressionAttributeValues"][":most"] = {"N": str(self._most)}
        try:
            self._client.transact_write_items(TransactItems=[{"Put": put}, {"Update": count}])
        except ClientError as error:
            if is_refused(error):
                raise TooManyWebhooksError from error
            raise

    def get(self, webhook_id: str) -> Webhook | None:
        """Return the webhook, by a consistent read."""
        if not is_id("wh_", webhook_id):
            return None
        found = self._client.get_item(
            TableName=self._table, Key=webhook_key(webhook_id), ConsistentRead=True
        )
        return read_webhook(found["Item"]) if "Item" in found else None

    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        """Return webhooks made before `after`, newest first, by a consistent read."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk < :after",
            ExpressionAttributeValues={":pk": {"S": WEBHOOKS}, ":after": {"S": after or "wh_~"}},
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit,
        )
        return [read_webhook(item) for item in found["Items"]]

    def replace(self, before: Webhook, after: Webhook) -> bool:
        """Write what differs if the version is still that of `before`; say whether it was."""
        was, is_now = describe_webhook(before), describe_webhook(after)
        changed = {f.name: is_now[f.name] for f in fields(Webhook) if was[f.name] != is_now[f.name]}
        update = demand(
            make_update(changed), "#version = :before", "version", before=before.version
        )
        return self._update(before.webhook_id, update)

    def delete(self, webhook_id: str) -> bool:
        """Delete the webhook and count it down; say whether there was one."""
        if not is_id("wh_", webhook_id):
            return False
        delete = {
            "TableName": self._table,
            "Key": webhook_key(webhook_id),
            "ConditionExpression": "attribute_exists(pk)",
        }
        count = self._count(-1, "amount > :none")
        count["ExpressionAttributeValues"][":none"] = {"N": "0"}
        try:
            self._client.transact_write_items(TransactItems=[{"Delete": delete}, {"Update": count}])
        except ClientError as error:
            if is_refused(error):
                return False
            raise
        return True

    def note_health(self, webhook_id: str, health: Health) -> None:
        """Note how its receiver does; a webhook that is gone stays so."""
        values = {"failing_since": health.failing_since, "slow_until": health.slow_until}
        self._update(webhook_id, demand(make_update(values), "attribute_exists(#pk)", "pk"))

    def note_slow(self, webhook_id: str, until: datetime) -> None:
        """Note that its receiver is slow; a webhook that is gone stays so."""
        update = make_update({"slow_until": until})
        self._update(webhook_id, demand(update, "attribute_exists(#pk)", "pk"))

    def _update(self, webhook_id: str, update: dict[str, Any]) -> bool:
        try:
            self._client.update_item(TableName=self._table, Key=webhook_key(webhook_id), **update)
        except ClientError as error:
            if is_lost_race(error):
                return False
            raise
        return True

    def _count(self, more: int, condition: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": _COUNT,
            "UpdateExpression": "ADD amount :more",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":more": {"N": str(more)}},
        }
