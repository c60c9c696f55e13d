"""The queues of deliveries: each entry wakes one delivery, and the delivery itself knows the rest.

There are two: those of slow or failing receivers wait apart, so that they delay nobody else. A
lost or doubled entry does no harm: the sweep wakes what is overdue, and a claim is granted once.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from chalicelib.aws import get_client
from chalicelib.errors import TryAgainError
from chalicelib.settings import get_settings
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

    def _send(self, url: str, wake_ups: Sequence[WakeUp], delay_seconds: int) -> None:
        entries = [
            {"Id": str(n), "MessageBody": wake_up.to_body(), "DelaySeconds": delay_seconds}
            for n, wake_up in enumerate(wake_ups)
        ]
        answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise TryAgainError(f"the queue did not take {len(answer['Failed'])} wake-ups")


@cache
def get_delivery_queues() -> DeliveryQueues:
    """Return the process's queues."""
    settings = get_settings()
    urls: dict[Lane, str] = {
        "fast": settings.deliveries_queue_url,
        "slow": settings.slow_deliveries_queue_url,
    }
    return DeliveryQueues(get_client("sqs"), urls)
