"""The queues that wake deliveries. An entry has only ids; the delivery has the rest.

There are two lanes: retries, and deliveries to slow receivers, wait in the slow lane and delay no
other delivery. A lost or duplicate entry is harmless: the sweep wakes overdue deliveries, and only
one worker can claim a delivery.
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
_MAX_ENTRIES = 10  # of one call


@dataclass(frozen=True)
class WakeUp:
    """The ids of a delivery and its webhook, and the lane that the wake-up waits in."""

    delivery_id: str
    webhook_id: str
    lane: Lane

    @classmethod
    def of(cls, delivery: Delivery, lane: Lane) -> "WakeUp":
        """Return the wake-up of a delivery."""
        return cls(delivery.delivery_id, delivery.webhook_id, lane)

    def to_body(self) -> str:
        """Return the body of the SQS message."""
        return json.dumps(vars(self))

    @classmethod
    def from_body(cls, body: str) -> "WakeUp":
        """Return the wake-up that `to_body` serialized."""
        return cls(**json.loads(body))


@dataclass(frozen=True)
class Entry:
    """A wake-up received from a queue; it becomes visible again unless it's deleted."""

    wake_up: WakeUp
    message_id: str
    receipt: str

    @classmethod
    def read(cls, body: str, message_id: str, receipt: str) -> "Entry | None":
        """Return the entry; None if the body isn't a wake-up."""
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
        """Wake the deliveries after a delay of at most 15 minutes; raises TryAgainError."""
        for lane, url in self._urls.items():
            of_lane = [wake_up for wake_up in wake_ups if wake_up.lane == lane]
            for start in range(0, len(of_lane), _MAX_ENTRIES):
                self._send(url, of_lane[start : start + _MAX_ENTRIES], math.ceil(delay_seconds))

    def receive(self, lane: Lane, most: int) -> list[Entry]:
        """Receive the entries visible now, 10 at most."""
        found = self._client.receive_message(
            QueueUrl=self._urls[lane], MaxNumberOfMessages=min(most, _MAX_ENTRIES)
        )
        read = [
            Entry.read(message["Body"], message["MessageId"], message["ReceiptHandle"])
            for message in found.get("Messages", [])
        ]
        return [entry for entry in read if entry]

    def delete(self, lane: Lane, entries: Sequence[Entry]) -> None:
        """Delete entries that are done. One that is left is received again, which is harmless."""
        for start in range(0, len(entries), _MAX_ENTRIES):
            receipts = [
                {"Id": str(n), "ReceiptHandle": entry.receipt}
                for n, entry in enumerate(entries[start : start + _MAX_ENTRIES])
            ]
            self._client.delete_message_batch(QueueUrl=self._urls[lane], Entries=receipts)

    def _send(self, url: str, wake_ups: Sequence[WakeUp], delay_seconds: int) -> None:
        entries = [
            {"Id": str(n), "MessageBody": wake_up.to_body(), "DelaySeconds": delay_seconds}
            for n, wake_up in enumerate(wake_ups)
        ]
        response = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        if response.get("Failed"):
            raise TryAgainError(f"SQS rejected {len(response['Failed'])} wake-ups")
