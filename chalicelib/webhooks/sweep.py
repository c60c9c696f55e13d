"""The sweep: wakes deliveries whose time has come, or whose wake-up was lost."""

from datetime import datetime, timedelta

from chalicelib.webhooks.fan_out import lane_of
from chalicelib.webhooks.models import WAKE_GRACE
from chalicelib.webhooks.queues import DeliveryQueues, Lane, WakeUp
from chalicelib.webhooks.store import MOST_WEBHOOKS, DeliveryStore, WebhookStore

_MOST_WAKES = 2_000  # of one look; there are more looks while there is time
_AHEAD = timedelta(seconds=60)  # until the next run; the queue delays what is due in between


def wake_overdue(
    webhooks: WebhookStore, deliveries: DeliveryStore, queues: DeliveryQueues, now: datetime
) -> int:
    """Wake the deliveries that are due before the next run; return how many were found.

    Safe twice and by two at once: each is put off before it is woken, and only by one. A sweep
    that dies in between leaves it to a later run.
    """
    lanes: dict[str, Lane] = {
        webhook.webhook_id: lane_of(webhook, now)
        for webhook in webhooks.list_webhooks(MOST_WEBHOOKS, None)
    }
    found = deliveries.overdue(now + _AHEAD, _MOST_WAKES)
    waking: dict[int, list[WakeUp]] = {}
    for wake in found:
        delivery = deliveries.put_off(wake, max(wake.wake_at, now) + WAKE_GRACE)
        if delivery is None:
            continue
        lane = "slow" if delivery.failures else lanes.get(delivery.webhook_id, "fast")
        seconds = max(0, -(-(delivery.due_at - now) // timedelta(seconds=1)))
        waking.setdefault(seconds, []).append(WakeUp.of(delivery, lane))
    for seconds, wake_ups in waking.items():
        queues.send(wake_ups, seconds)
    return len(found)
