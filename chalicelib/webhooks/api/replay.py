"""Replay: old messages are delivered again on request, one delivery or a window of time."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.webhooks.delivery.fan_out import lane_of
from chalicelib.webhooks.delivery.outcomes import replay
from chalicelib.webhooks.delivery.queues import DeliveryQueues, WakeUp
from chalicelib.webhooks.models import Delivery, DeliveryStatus, Webhook
from chalicelib.webhooks.store import DeliveryStore, WebhookStore

_PAGE = 100  # deliveries that one call begins again


@dataclass(frozen=True)
class Window:
    """A replay under way: of events in [since, until), and how far it has come."""

    replay_id: str
    webhook_id: str
    since: datetime
    until: datetime
    status: DeliveryStatus | None = None  # only deliveries that are so; None: all that have ended
    after: str | None = None

    def to_body(self) -> str:
        """Return the window as a queue holds it."""
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return json.dumps({"replay": asdict(self) | times})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Window":
        """Return the window that `to_body` wrote."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("since", "until")}
        return cls(**kept | times)


def begin_again(
    delivery: Delivery,
    webhook: Webhook,
    replay_id: str,
    deliveries: DeliveryStore,
    now: datetime,
) -> WakeUp | None:
    """Have an ended delivery begin again; None when it is pending, or changed meanwhile.

    A run that comes twice finds its own id, and wakes the delivery once more, which is harmless.
    """
    again = replay(delivery, replay_id, now)
    if delivery.replay_id == replay_id:
        return WakeUp.of(delivery, lane_of(webhook)) if delivery.wake_at else None
    if delivery.status == "PENDING" or not deliveries.restart(delivery, again):
        return None
    return WakeUp.of(again, lane_of(webhook))


def replay_page(
    window: Window,
    webhooks: WebhookStore,
    deliveries: DeliveryStore,
    queues: DeliveryQueues,
    now: datetime,
) -> Window | None:
    """Begin a page of the window's deliveries again; return the rest of the window, if any.

    Safe twice: a delivery begins again once for each replay.
    """
    webhook = webhooks.get(window.webhook_id)
    if webhook is None or not webhook.enabled:
        return None
    page, reached = deliveries.list_window(
        window.webhook_id, window.since, window.until, _PAGE, window.after
    )
    wanted = [
        d for d in page if window.status in (None, d.status) or d.replay_id == window.replay_id
    ]
    woken = [begin_again(d, webhook, window.replay_id, deliveries, now) for d in wanted]
    queues.send([wake_up for wake_up in woken if wake_up])
    return replace(window, after=reached) if reached else None
