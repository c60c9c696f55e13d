"""Where keys are kept."""

from abc import ABC, abstractmethod
from datetime import datetime

from chalicelib.keys.models import ApiKey


class KeyExistsError(Exception):
    """A key of this id is there already."""


class KeyStore(ABC):
    """Keys as they are at this moment."""

    @abstractmethod
    def create(self, key: ApiKey) -> None:
        """Keep a new key; raises KeyExistsError."""

    @abstractmethod
    def create_first(self, key: ApiKey) -> bool:
        """Keep the first key; False, and nothing is kept, where one was ever kept by this."""

    @abstractmethod
    def get(self, key_id: str) -> ApiKey | None:
        """Return the key as it is at this moment."""

    @abstractmethod
    def list_keys(self, limit: int, after: str | None) -> tuple[list[ApiKey], str | None]:
        """Return a page of keys older than `after`, newest first, and the next page's `after`."""

    @abstractmethod
    def revoke(self, key_id: str, now: datetime) -> ApiKey | None:
        """Revoke the key; one revoked before stays as it is. None where there is none."""

    @abstractmethod
    def note_use(self, key_id: str, now: datetime) -> None:
        """Note when the key was used last; an earlier use than what is known changes nothing."""
