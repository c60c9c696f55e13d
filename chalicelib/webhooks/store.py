"""The interfaces of the stores of webhooks, messages, deliveries and attempts."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.errors import TryAgainError
from chalicelib.webhooks.delivery.outcomes import Health
from chalicelib.webhooks.models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Message,
    Subscription,
    Webhook,
)

MOST_WEBHOOKS = 50
_MOST_TRIES = 10  # of one change, while other writers win


class TooManyWebhooksError(Exception):
    """The maximum number of webhooks is reached."""


class WebhookMissingError(Exception):
    """No webhook has this id."""


class Wake(NamedTuple):
    """A delivery that the sweep has to check, and since when."""

    delivery_id: str
    wake_at: datetime


class WebhookStore(ABC):
    """Subscriptions. Changes by their owner are conditional on the version that was read."""

    @abstractmethod
    def create(self, webhook: Webhook) -> None:
        """Store a new webhook. Raises TooManyWebhooksError."""

    @abstractmethod
    def get(self, webhook_id: str) -> Webhook | None:
        """Return the webhook by a consistent read; None if it doesn't exist."""

    @abstractmethod
    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        """Return webhooks created before `after`, newest first."""

    @abstractmethod
    def list_subscriptions(self) -> list[Subscription]:
        """Return what all webhooks subscribe to, without reading their secrets."""

    @abstractmethod
    def replace(self, before: Webhook, after: Webhook) -> bool:
        """Write what differs if the version is still that of `before`; say whether it was."""

    @abstractmethod
    def delete(self, webhook_id: str) -> bool:
        """Delete the webhook; say whether it existed."""

    @abstractmethod
    def note_health(self, webhook_id: str, health: Health) -> None:
        """Record the health of its receiver, without a new version."""

    @abstractmethod
    def note_slow(self, webhook_id: str, until: datetime) -> None:
        """Record that its receiver is slow until then at least, without a new version."""

    def change(self, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook:
        """Write what `change` makes of the webhook, and repeat that if another writer was first.

        Raises WebhookMissingError, or TryAgainError after too many lost races.
        """
        for _ in range(_MOST_TRIES):
            before = self.get(webhook_id)
            if before is None:
                raise WebhookMissingError(webhook_id)
            after = change(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            if self.replace(before, after):
                return after
        raise TryAgainError(f"{webhook_id}: others kept changing the webhook")


class DeliveryStore(ABC):
    """Messages, their deliveries, and the log of attempts. All expire after some days."""

    @abstractmethod
    def put_message(self, message: Message) -> None:
        """Store a message; an existing one doesn't change."""

    @abstractmethod
    def get_message(self, message_id: str) -> Message | None:
        """Return the message, as long as it is kept."""

    @abstractmethod
    def create(self, delivery: Delivery) -> None:
        """Store a new delivery; an existing one doesn't change."""

    @abstractmethod
    def get(self, delivery_id: str) -> Delivery | None:
        """Return the delivery by a consistent read; None if it doesn't exist."""

    @abstractmethod
    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Begin an attempt: count it, and hold the delivery until `until`.

        None when it isn't pending or isn't due: another worker attempts it, or did.
        """

    @abstractmethod
    def record(self, delivery: Delivery, attempt: Attempt | None) -> bool:
        """Write the result of the claimed attempt; say whether the claim was still valid."""

    @abstractmethod
    def restart(self, before: Delivery, after: Delivery) -> bool:
        """Write a replay if nothing else has changed since `before`; say whether that was so."""

    @abstractmethod
    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        """Return deliveries that the sweep had to check by `now`; eventually consistent."""

    @abstractmethod
    def put_off(self, wake: Wake, until: datetime) -> Delivery | None:
        """Have the sweep check again at `until`; None when another sweep did that first."""

    @abstractmethod
    def list_deliveries(
        self,
        webhook_id: str,
        limit: int,
        after: str | None,
        status: DeliveryStatus | None = None,
    ) -> tuple[list[Delivery], str | None]:
        """Return a page of deliveries older than `after`, newest first, and the next `after`.

        A page may be shorter than `limit` and still have a next one.
        """

    @abstractmethod
    def list_window(
        self, webhook_id: str, since: datetime, until: datetime, limit: int, after: str | None
    ) -> tuple[list[Delivery], str | None]:
        """Return a page of deliveries of events in [since, until), oldest first."""

    @abstractmethod
    def list_attempts(self, delivery_id: str) -> list[Attempt]:
        """Return the log of a delivery, newest first."""
