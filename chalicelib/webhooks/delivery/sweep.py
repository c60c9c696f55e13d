"""Wake deliveries that are due without a wake-up in a queue, or whose wake-up was lost."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.webhooks.delivery.fan_out import lane_of
from chalicelib.webhooks.delivery.queues import DeliveryQueues, Lane, WakeUp
from chalicelib.webhooks.models import WAKE_GRACE, Delivery
from chalicelib.webhooks.store import MOST_WEBHOOKS, DeliveryStore, WebhookStore

_MAX_WAKES = 2_000  # of one query
_SENT_TOGETHER = 100  # a sweep that dies leaves at most these postponed and not woken
_AHEAD = timedelta(seconds=60)  # until the next run; the queue delays what becomes due before


def wake_overdue(
    webhooks: WebhookStore,
    deliveries: DeliveryStore,
    queues: DeliveryQueues,
    now: datetime,
    has_time: Callable[[], bool] = lambda: True,
) -> int:
    """Wake the deliveries that are due before the next run; return how many.

    Safe twice and concurrently: only one sweep can postpone a delivery, and does so before it wakes
    it. A delivery that a sweep leaves postponed or unread is woken by a later run.
    """
    lanes: dict[str, Lane] = {
        webhook.webhook_id: lane_of(webhook)
        for webhook in webhooks.list_webhooks(MOST_WEBHOOKS, None)
    }
    overdue = _postpone(deliveries, now)
    woken = 0
    while has_time() and (together := list(islice(overdue, _SENT_TOGETHER))):
        _wake(together, lanes, queues, now)
        woken += len(together)
    return woken


def _postpone(deliveries: DeliveryStore, now: datetime) -> Iterator[Delivery]:
    """Yield overdue deliveries, postponed, query by query until one finds nothing to postpone."""
    has_found = True
    while has_found:
        has_found = False
        for wake in deliveries.overdue(now + _AHEAD, _MAX_WAKES):
            delivery = deliveries.put_off(wake, max(wake.wake_at, now) + WAKE_GRACE)
            if delivery:
                has_found = True
                yield delivery


def _wake(
    overdue: Iterable[Delivery], lanes: dict[str, Lane], queues: DeliveryQueues, now: datetime
) -> None:
    waking: dict[int, list[WakeUp]] = defaultdict(list)
    for delivery in overdue:
        lane = "slow" if delivery.failures else lanes.get(delivery.webhook_id, "fast")
        seconds = max(0, -(-(delivery.due_at - now) // timedelta(seconds=1)))
        waking[seconds].append(WakeUp.of(delivery, lane))
    for seconds, wake_ups in waking.items():
        queues.send(wake_ups, seconds)
