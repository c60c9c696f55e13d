"""Which events some webhook wants: for those who would hasten them on their way."""

from collections.abc import Callable
from time import monotonic

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.telemetry import logger
from chalicelib.webhooks.models import Webhook
from chalicelib.webhooks.store import MOST_WEBHOOKS, WebhookStore

_KEPT_SECONDS = 1.0


class WantedTypes:
    """The types of events that webhooks want, as of a second ago at most."""

    def __init__(self, store: WebhookStore, clock: Callable[[], float] = monotonic) -> None:
        self._store, self._clock = store, clock
        self._webhooks: list[Webhook] = []
        self._until = clock()

    def has(self, kind: str) -> bool:
        """Say whether some webhook wants events of this type; also where that cannot be told."""
        if self._clock() >= self._until:
            try:
                self._webhooks = self._store.list_webhooks(MOST_WEBHOOKS, None)
            except (BotoCoreError, ClientError) as error:
                logger.warning("webhooks.not_listed", error_class=type(error).__name__)
                return True
            self._until = self._clock() + _KEPT_SECONDS
        # What a disabled one misses is only kept for it, and has no hurry.
        return any(webhook.enabled and webhook.wants(kind) for webhook in self._webhooks)
