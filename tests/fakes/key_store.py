"""A store of keys in memory; it passes the same suite as the one in DynamoDB."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.items import deserialize, serialize
from chalicelib.keys.items import key_values, read_key
from chalicelib.keys.models import ApiKey
from chalicelib.keys.store import KeyExistsError, KeyStore


class FakeKeyStore(KeyStore):
    """Keeps items, so that what cannot be kept in DynamoDB cannot be kept here either."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}
        self._had_first = False

    def create(self, key: ApiKey) -> None:
        if key.key_id in self._items:
            raise KeyExistsError(key.key_id)
        self._keep(key)

    def create_first(self, key: ApiKey) -> bool:
        if self._had_first or key.key_id in self._items:
            return False
        self.create(key)
        self._had_first = True
        return True

    def get(self, key_id: str) -> ApiKey | None:
        return self._read(key_id) if key_id in self._items else None

    def list_keys(self, limit: int, after: str | None) -> tuple[list[ApiKey], str | None]:
        ids = [key_id for key_id in sorted(self._items)[::-1] if after is None or key_id < after]
        keys = [self._read(key_id) for key_id in ids[:limit]]
        return keys, ids[limit - 1] if len(ids) > limit else None

    def revoke(self, key_id: str, now: datetime) -> ApiKey | None:
        key = self.get(key_id)
        if key is not None and key.revoked_at is None:
            self._keep(replace(key, revoked_at=now))
        return self.get(key_id)

    def note_use(self, key_id: str, now: datetime) -> None:
        key = self.get(key_id)
        if key is not None and (key.last_used_at is None or key.last_used_at < now):
            self._keep(replace(key, last_used_at=now))

    def _keep(self, key: ApiKey) -> None:
        self._items[key.key_id] = serialize(key_values(key, 30))

    def _read(self, key_id: str) -> ApiKey:
        return read_key(deserialize(self._items[key_id]))
