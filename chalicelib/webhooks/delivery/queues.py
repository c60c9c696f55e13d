"""The queues of deliveries: each entry wakes one delivery, and the delivery itself knows the rest.

There are two: what goes to slow receivers, or is tried again, waits apart and delays nobody else.
A lost or doubled entry does no harm: the sweep wakes what is overdue, and a claim is granted once.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.errors import TryAgainError
from chalicelib.telemetry import logger
from chalicelib.webhooks.models import Delivery

Lane = Literal["fast", "slow"]
_MOST_ENTRIES = 10  # of one call


@dataclass(frozen=True)
class WakeUp:
    """An entry: which delivery, of which webhook, and in which lane it waited."""

    delivery_id: str
    webhook_id: str
    lane: Lane

    @classmethod
    def of(cls, delivery: Delivery, lane: Lane) -> "WakeUp":
        """Return the wake-up of a delivery."""
        return cls(delivery.delivery_id, delivery.webhook_id, lane)

    def to_body(self) -> str:
        """Return the wake-up as a queue holds it."""
        return json.dumps(vars(self))

    @classmethod
    def from_body(cls, body: str) -> "WakeUp":
        """Return the wake-up that `to_body` wrote."""
        return cls(**json.loads(body))


@dataclass(frozen=True)
class Entry:
    """A wake-up that a queue has handed out; until it is deleted it comes again some time."""

    wake_up: WakeUp
    message_id: str
    receipt: str

    @classmethod
    def read(cls, body: str, message_id: str, receipt: str) -> "Entry | None":
        """Return the entry; None for one that no version of this program can read."""
        try:
            return cls(WakeUp.from_body(body), message_id, receipt)
        except (ValueError, TypeError):
            logger.error("wake_up.unreadable", message_id=message_id)
            return None


class DeliveryQueues:
    """The queues of both lanes."""

    def __init__(self, client: Any, urls: dict[Lane, str]) -> None:
        self._client, self._urls = client, urls

    def send(self, wake_ups: Sequence[WakeUp], delay_seconds: float = 0) -> None:
        """Wake the deliveries after so long, 15 minutes at most; raises TryAgainError."""
        for lane, url in self._urls.items():
            of_lane = [wake_up for wake_up in wake_ups if wake_up.lane == lane]
            for start in range(0, len(of_lane), _MOST_ENTRIES):
                self._send(url, of_lane[start : start + _MOST_ENTRIES], math.ceil(delay_seconds))

    def take(self, lane: Lane, most: int) -> list[Entry]:
        """Take what a queue has at this moment, 10 entries at most."""
        found = self._client.receive_message(
            QueueUrl=self._urls[lane], MaxNumberOfMessages=min(most, _MOST_ENTRIES)
        )
        read = [
            Entry.read(taken["Body"], taken["MessageId"], taken["ReceiptHandle"])
            for taken in found.get("Messages", [])
        ]
        return [entry for entry in read if entry]

    def delete(self, lane: Lane, entries: Sequence[Entry]) -> None:
        """Delete entries that are dealt with. One that is left comes again, and does no harm."""
        for start in range(0, len(entries), _MOST_ENTRIES):
            receipts = [
                {"Id": str(n), "ReceiptHandle": entry.receipt}
                for n, entry in enumerate(entries[start : start + _MOST_ENTRIES])
            ]
            self._client.delete_message_batch(QueueUrl=self._urls[lane], Entries=receipts)

    def _send(self, url: str, wake_ups: Sequence[WakeUp], delay_seconds: int) -> None:
        entries = [
            {"Id": str(n), "MessageBody": wake_up.to_body(), "DelaySeconds": delay_seconds}
            for n, wake_up in enumerate(wake_ups)
        ]
        answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise TryAgainError(f"the queue did not take {len(answer['Failed'])} wake-ups")
