"""Where webhooks are kept, and what is on its way to them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.errors import TryAgainError
from chalicelib.webhooks.delivery.outcomes import Health
from chalicelib.webhooks.models import Attempt, Delivery, DeliveryStatus, Message, Webhook

MOST_WEBHOOKS = 50
_MOST_TRIES = 10  # at one change, while others get in between


class TooManyWebhooksError(Exception):
    """There are as many webhooks as there may be."""


class WebhookMissingError(Exception):
    """No webhook has this id."""


class Wake(NamedTuple):
    """A delivery that the sweep is to look after, and since when."""

    delivery_id: str
    wake_at: datetime


class WebhookStore(ABC):
    """Subscriptions. Their owner's changes are conditional on the version that was read."""

    @abstractmethod
    def create(self, webhook: Webhook) -> None:
        """Keep a new webhook; raises TooManyWebhooksError."""

    @abstractmethod
    def get(self, webhook_id: str) -> Webhook | None:
        """Return the webhook as it is at this moment."""

    @abstractmethod
    def list_webhooks(self, limit: int, after: str | None) -> list[Webhook]:
        """Return webhooks made before `after`, newest first."""

    @abstractmethod
    def replace(self, before: Webhook, after: Webhook) -> bool:
        """Write what differs if the version is still that of `before`; say whether it was."""

    @abstractmethod
    def delete(self, webhook_id: str) -> bool:
        """Delete the webhook; say whether there was one."""

    @abstractmethod
    def note_health(self, webhook_id: str, health: Health) -> None:
        """Note how its receiver does; no version of its owner's."""

    @abstractmethod
    def note_slow(self, webhook_id: str, until: datetime) -> None:
        """Note that its receiver is slow until then at least; no version of its owner's."""

    def change(self, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook:
        """Ask `change` what is to become of the webhook, and write it if nobody else has.

        Raises WebhookMissingError.
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
    """Messages, their deliveries, and the log of attempts. All are forgotten after some days."""

    @abstractmethod
    def put_message(self, message: Message) -> None:
        """Keep a message; one that is there stays as it is."""

    @abstractmethod
    def get_message(self, message_id: str) -> Message | None:
        """Return the message, as long as it is kept."""

    @abstractmethod
    def create(self, delivery: Delivery) -> None:
        """Keep a new delivery; one that is there stays as it is."""

    @abstractmethod
    def get(self, delivery_id: str) -> Delivery | None:
        """Return the delivery as it is at this moment."""

    @abstractmethod
    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Begin an attempt: count it, and have the delivery to oneself until `until`.

        None when it is not pending, or not due: another worker is at it, or was.
        """

    @abstractmethod
    def record(self, delivery: Delivery, attempt: Attempt | None) -> bool:
        """Write how the claimed attempt went; say whether the claim was still ours."""

    @abstractmethod
    def restart(self, before: Delivery, after: Delivery) -> bool:
        """Write a replay if nothing else happened since `before`; say whether that was so."""

    @abstractmethod
    def overdue(self, now: datetime, limit: int) -> list[Wake]:
        """Return deliveries that the sweep was to look after until `now`, as of a moment ago."""

    @abstractmethod
    def put_off(self, wake: Wake, until: datetime) -> Delivery | None:
        """Have the sweep look again at `until`; None when somebody else has seen to it."""

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
