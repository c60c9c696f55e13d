"""The interface of the stores of keys."""

from abc import ABC, abstractmethod
from datetime import datetime

from chalicelib.keys.models import ApiKey


class KeyExistsError(Exception):
    """A key with this id exists already."""


class KeyStore(ABC):
    """API keys. Reads see every earlier write, except that a list may be slightly out of date."""

    @abstractmethod
    def create(self, key: ApiKey) -> None:
        """Store a new key. Raises KeyExistsError."""

    @abstractmethod
    def create_first(self, key: ApiKey) -> bool:
        """Store the first key, unless this has ever stored one; say whether it did."""

    @abstractmethod
    def get(self, key_id: str) -> ApiKey | None:
        """Return the key by a consistent read; None if it doesn't exist."""

    @abstractmethod
    def list_keys(self, limit: int, after: str | None) -> tuple[list[ApiKey], str | None]:
        """Return a page of keys older than `after`, newest first, and the next page's `after`."""

    @abstractmethod
    def revoke(self, key_id: str, now: datetime) -> ApiKey | None:
        """Revoke the key and return it; None if it doesn't exist. A revoked key doesn't change."""

    @abstractmethod
    def note_use(self, key_id: str, now: datetime) -> None:
        """Record when the key was last used; an earlier time than the one known has no effect."""
