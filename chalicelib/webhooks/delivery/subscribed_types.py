"""The event types that enabled webhooks subscribe to, cached for a second."""

from collections.abc import Callable
from time import monotonic

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.telemetry import logger
from chalicelib.webhooks.models import Subscription
from chalicelib.webhooks.store import WebhookStore

_CACHE_SECONDS = 1.0


class SubscribedTypes:
    """The event types that enabled webhooks subscribe to, at most a second old."""

    def __init__(self, store: WebhookStore, clock: Callable[[], float] = monotonic) -> None:
        self._store, self._clock = store, clock
        self._subscriptions: list[Subscription] = []
        self._expires_at = clock()

    def has(self, kind: str) -> bool:
        """Return whether an enabled webhook subscribes to this type.

        Returns True when the webhooks can't be listed: the caller then delivers as if one did.
        """
        if self._clock() >= self._expires_at:
            try:
                self._subscriptions = self._store.list_subscriptions()
            except (BotoCoreError, ClientError) as error:
                logger.warning("webhooks.not_listed", error_class=type(error).__name__)
                return True
            self._expires_at = self._clock() + _CACHE_SECONDS
        # Events for a disabled webhook are only kept for a replay, so they aren't urgent.
        return any(found.enabled and found.wants(kind) for found in self._subscriptions)
