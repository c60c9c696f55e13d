"""Keys in DynamoDB: the id is the item's key, so that a look-up is one consistent read."""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.ids import is_id
from chalicelib.keys.items import LISTING, Item, from_item, to_item, ttl_of
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyExistsError, KeyStore
from chalicelib.keys.tokens import KEY_PREFIX
from chalicelib.times import format_time

_FIRST = {"key_id": {"S": "first"}}  # the item that says that there was a first key
_IS_NEW = "attribute_not_exists(key_id)"
_REFUSED = {"ConditionalCheckFailedException", "TransactionCanceledException"}


class DynamoKeyStore(KeyStore):
    """The keys table. Revoked and expired keys are forgotten `retention_days` later."""

    def __init__(self, client: Any, table: str, retention_days: int) -> None:
        self._client, self._table, self._retention_days = client, table, retention_days

    def create(self, key: ApiKey) -> None:
        """Keep a new key; raises KeyExistsError."""
        if not self._try("put_item", **self._put(to_item(key, self._retention_days))):
            raise KeyExistsError(key.key_id)

    def create_first(self, key: ApiKey) -> bool:
        """Keep the first key and that there was one, both or neither."""
        items = (_FIRST, to_item(key, self._retention_days))
        return self._try(
            "transact_write_items", TransactItems=[{"Put": self._put(i)} for i in items]
        )

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key, by a consistent read: a revoked key is revoked at once."""
        if not is_id(KEY_PREFIX, key_id):
            return None
        found = self._client.get_item(**self._item(key_id), ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None

    def list_keys(self, limit: int, after: str | None) -> tuple[list[ApiKey], str | None]:
        """Return a page of keys by the index by_created, which is a moment behind the table."""
        query: Item = {
            "TableName": self._table,
            "IndexName": "by_created",
            "ScanIndexForward": False,
            "Limit": limit + 1,
            "KeyConditionExpression": "listing = :listing",
            "ExpressionAttributeValues": {":listing": {"S": LISTING}},
        }
        if after:
            query["ExclusiveStartKey"] = {"listing": {"S": LISTING}, "key_id": {"S": after}}
        keys = [from_item(item) for item in self._client.query(**query)["Items"]]
        return keys[:limit], keys[limit - 1].key_id if len(keys) > limit else None

    def revoke(self, key_id: str, now: datetime) -> ApiKey | None:
        """Revoke the key; one revoked before stays as it is."""
        if not is_id(KEY_PREFIX, key_id):
            return None
        self._try(
            "update_item",
            **self._item(key_id),
            UpdateExpression="SET revoked_at = :now, #ttl = :ttl",
            ConditionExpression="attribute_exists(key_id) AND attribute_not_exists(revoked_at)",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={
                ":now": {"S": format_time(now)},
                ":ttl": ttl_of(now, self._retention_days),
            },
        )
        return self.get(key_id)

    def note_use(self, key_id: str, now: datetime) -> None:
        """Note when the key was used last."""
        self._try(
            "update_item",
            **self._item(key_id),
            UpdateExpression="SET last_used_at = :now",
            ConditionExpression=(
                "attribute_exists(key_id)"
                " AND (attribute_not_exists(last_used_at) OR last_used_at < :now)"
            ),
            ExpressionAttributeValues={":now": {"S": format_time(now)}},
        )

    def _item(self, key_id: str) -> Item:
        return {"TableName": self._table, "Key": {"key_id": {"S": key_id}}}

    def _put(self, item: Item) -> Item:
        return {"TableName": self._table, "Item": item, "ConditionExpression": _IS_NEW}

    def _try(self, operation: str, **request: Any) -> bool:
        """Do a conditional write; say whether its condition held."""
        try:
            getattr(self._client, operation)(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                return False
            raise
        return True
