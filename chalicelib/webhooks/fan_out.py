"""Fan out: an event becomes one message, and a delivery to each webhook that wants it."""

from datetime import datetime

from chalicelib.events.models import Event
from chalicelib.webhooks.models import Delivery, Message, Webhook
from chalicelib.webhooks.queues import DeliveryQueues, Lane, WakeUp
from chalicelib.webhooks.store import MOST_WEBHOOKS, DeliveryStore, WebhookStore


def fan_out(
    event: Event,
    webhooks: WebhookStore,
    deliveries: DeliveryStore,
    queues: DeliveryQueues,
    now: datetime,
) -> int:
    """Make the event's message and deliveries, and wake these; return how many webhooks want it.

    Safe twice: message and deliveries have the ids that belong to the event, and are kept as they
    were; one that is woken twice is claimed once.
    """
    wanting = [w for w in webhooks.list_webhooks(MOST_WEBHOOKS, None) if w.wants(event.type)]
    if not wanting:
        return 0
    message = Message.of(event)
    deliveries.put_message(message)
    wake_ups = []
    for webhook in wanting:
        delivery = Delivery.of(message, webhook, now)
        deliveries.create(delivery)
        wake_ups.append(WakeUp.of(delivery, lane_of(webhook)))
    queues.send(wake_ups)
    return len(wanting)


def lane_of(webhook: Webhook) -> Lane:
    """Return the queue that the first attempts of the webhook's deliveries wait in.

    How long its receiver takes decides, not what it answers: a quick refusal holds nobody up.
    """
    return "slow" if webhook.is_slow else "fast"
