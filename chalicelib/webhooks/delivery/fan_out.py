"""Fan out an event: one message, and a delivery to each webhook that subscribes to its type."""

from datetime import datetime

from chalicelib.events.models import Event
from chalicelib.webhooks.delivery.queues import DeliveryQueues, Lane, WakeUp
from chalicelib.webhooks.models import Delivery, Message, Webhook
from chalicelib.webhooks.store import MOST_WEBHOOKS, DeliveryStore, WebhookStore


def fan_out(
    event: Event,
    webhooks: WebhookStore,
    deliveries: DeliveryStore,
    queues: DeliveryQueues,
    now: datetime,
) -> int:
    """Create and wake the deliveries of an event; return the number of webhooks that get it.

    A disabled webhook gets a cancelled delivery, which can be replayed once it's enabled.
    Safe twice: the ids derive from the event, existing items stay as they are, and a delivery that
    is woken twice is claimed once.
    """
    subscribed = [w for w in webhooks.list_webhooks(MOST_WEBHOOKS, None) if w.wants(event.type)]
    receiving = [w for w in subscribed if w.enabled]
    missing = [w for w in subscribed if not w.enabled and w.keeps_missed(now)]
    message = Message.of(event)
    if receiving or missing:
        deliveries.put_message(message)
    for webhook in missing:
        deliveries.create(Delivery.missed(message, webhook, now))
    created = [(webhook, Delivery.of(message, webhook, now)) for webhook in receiving]
    for _, delivery in created:
        deliveries.create(delivery)
    queues.send([WakeUp.of(delivery, lane_of(webhook)) for webhook, delivery in created])
    return len(receiving)


def lane_of(webhook: Webhook) -> Lane:
    """Return the lane for the first attempts of the webhook's deliveries.

    Only the response time counts, not the status: a fast error delays no other delivery.
    """
    return "slow" if webhook.is_slow else "fast"
