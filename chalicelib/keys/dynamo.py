"""API keys in DynamoDB. The id is the item's key, so that a look-up is one consistent read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Attr, Key

from chalicelib.dynamodb import ConditionFailedError, LostRaceError, Table
from chalicelib.ids import is_id
from chalicelib.keys.items import LISTING, key_values, read_key, ttl_of
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyExistsError, KeyStore
from chalicelib.keys.tokens import KEY_PREFIX

_FIRST = {"key_id": "first"}  # the item that records that a first key was created
_IS_NEW, _EXISTS = Attr("key_id").not_exists(), Attr("key_id").exists()


class DynamoKeyStore(KeyStore):
    """The keys table. Revoked and expired keys are removed after `retention_days`."""

    def __init__(self, client: Any, table: str, retention_days: int) -> None:
        self._table, self._retention_days = Table(client, table), retention_days

    def create(self, key: ApiKey) -> None:
        """Store a new key. Raises KeyExistsError."""
        try:
            self._table.put(key_values(key, self._retention_days), _IS_NEW)
        except ConditionFailedError as error:
            raise KeyExistsError(key.key_id) from error

    def create_first(self, key: ApiKey) -> bool:
        """Store the first key and record that there was one, in one transaction."""
        try:
            self._table.write_all(
                [
                    self._table.make_put(item, _IS_NEW)
                    for item in (_FIRST, key_values(key, self._retention_days))
                ]
            )
        except LostRaceError:
            return False
        return True

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key, by a consistent read: a revocation takes effect at once."""
        values = self._table.get({"key_id": key_id}) if is_id(KEY_PREFIX, key_id) else None
        return read_key(values) if values else None

    def list_keys(self, limit: int, after: str | None) -> tuple[list[ApiKey], str | None]:
        """Return a page of keys by the index by_created, which is eventually consistent."""
        page = self._table.query(
            Key("listing").eq(LISTING),
            index="by_created",
            limit=limit + 1,
            start={"listing": LISTING, "key_id": after} if after else None,
            descending=True,
        )
        keys = [read_key(values) for values in page.items]
        return keys[:limit], keys[limit - 1].key_id if len(keys) > limit else None

    def revoke(self, key_id: str, now: datetime) -> ApiKey | None:
        """Revoke the key. A key that is revoked already doesn't change."""
        if not is_id(KEY_PREFIX, key_id):
            return None
        values = {"revoked_at": now, "ttl": ttl_of(now, self._retention_days)}
        self._update(key_id, values, Attr("revoked_at").not_exists())
        return self.get(key_id)

    def note_use(self, key_id: str, now: datetime) -> None:
        """Record when the key was last used."""
        is_later = Attr("last_used_at").not_exists() | Attr("last_used_at").lt(now)
        self._update(key_id, {"last_used_at": now}, is_later)

    def _update(self, key_id: str, values: Mapping[str, Any], condition: Any) -> None:
        try:
            self._table.update({"key_id": key_id}, values, condition=_EXISTS & condition)
        except ConditionFailedError:
            return
