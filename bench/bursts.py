"""Measure how long a burst of messages to a healthy receiver waits beside other receivers."""

import time
from pathlib import Path

from bench.receivers import BlackHole, Faults
from bench.subscriptions import Delays, Webhooks, receiving, wait_for
from chalicelib.events.models import EventType

BURST = 200
_KIND: EventType = "products.deleted"
_OTHERS_KIND: EventType = "import.cancelled"
_KNOWN_SECONDS = 5.0  # by then every worker knows that a receiver does not answer


def measure_bursts(webhooks: Webhooks, folder: Path) -> dict[str, Delays]:
    """Return the delays of a burst by what was sent just before it."""
    with (
        receiving(webhooks, folder / "burst", _KIND, Faults()) as (_, healthy),
        receiving(webhooks, folder / "other", _OTHERS_KIND, Faults()) as (_, other),
    ):

        def burst() -> Delays:
            return wait_for(webhooks.publish(_KIND, BURST), healthy)

        found = {"alone": burst()}
        sent = webhooks.publish(_OTHERS_KIND, BURST)
        found[f"after {BURST} for another healthy one"] = burst()
        wait_for(sent, other)
    with receiving(webhooks, folder / "burst", _KIND, Faults()) as (_, healthy):
        hole = BlackHole()
        webhook = webhooks.subscribe(hole.url, _OTHERS_KIND)
        webhooks.publish(_OTHERS_KIND, BURST)
        found[f"after {BURST} for one that never answers"] = wait_for(
            webhooks.publish(_KIND, BURST), healthy
        )
        time.sleep(_KNOWN_SECONDS)
        webhooks.publish(_OTHERS_KIND, BURST)
        found["the same again, a few seconds later"] = wait_for(
            webhooks.publish(_KIND, BURST), healthy
        )
        webhooks.unsubscribe(webhook)
        hole.close()
    return found
