"""Replay old messages on request: one delivery, or those of a time window."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.webhooks.delivery.fan_out import lane_of
from chalicelib.webhooks.delivery.outcomes import restart
from chalicelib.webhooks.delivery.queues import DeliveryQueues, WakeUp
from chalicelib.webhooks.models import Delivery, DeliveryStatus, Webhook
from chalicelib.webhooks.store import DeliveryStore, WebhookStore

_PAGE = 100  # deliveries restarted by one call


@dataclass(frozen=True)
class Window:
    """A running replay of the events in [since, until), and its position."""

    replay_id: str
    webhook_id: str
    since: datetime
    until: datetime
    status: DeliveryStatus | None = None  # only these deliveries; None: all that have ended
    after: str | None = None

    def to_body(self) -> str:
        """Return the body of the SQS message."""
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return json.dumps({"replay": asdict(self) | times})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Window":
        """Return the window that `to_body` serialized."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("since", "until")}
        return cls(**kept | times)


def restart_delivery(
    delivery: Delivery,
    webhook: Webhook,
    replay_id: str,
    deliveries: DeliveryStore,
    now: datetime,
) -> WakeUp | None:
    """Restart an ended delivery; return None when it's pending or was changed concurrently.

    A second run of the same replay finds its own id and wakes the delivery again, which is
    harmless.
    """
    restarted = restart(delivery, replay_id, now)
    if delivery.replay_id == replay_id:
        return WakeUp.of(delivery, lane_of(webhook)) if delivery.wake_at else None
    if delivery.status == "PENDING" or not deliveries.restart(delivery, restarted):
        return None
    return WakeUp.of(restarted, lane_of(webhook))


def replay_page(
    window: Window,
    webhooks: WebhookStore,
    deliveries: DeliveryStore,
    queues: DeliveryQueues,
    now: datetime,
) -> Window | None:
    """Restart a page of the window's deliveries; return the rest of the window, if any.

    Safe twice: a replay restarts each delivery once.
    """
    webhook = webhooks.get(window.webhook_id)
    if webhook is None or not webhook.enabled:
        return None
    page, reached = deliveries.list_window(
        window.webhook_id, window.since, window.until, _PAGE, window.after
    )
    selected = [
        d for d in page if window.status in (None, d.status) or d.replay_id == window.replay_id
    ]
    woken = [restart_delivery(d, webhook, window.replay_id, deliveries, now) for d in selected]
    queues.send([wake_up for wake_up in woken if wake_up])
    return replace(window, after=reached) if reached else None
