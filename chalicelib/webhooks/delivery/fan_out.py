"""Fan out: an event becomes one message, and a delivery to each webhook that wants it."""

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
    """Make the event's message and deliveries, and wake these; return how many webhooks get it.

    A webhook that is disabled has it in its log, so that it can be replayed once it is enabled.
    Safe twice: message and deliveries have the ids that belong to the event, and are kept as they
    were; one that is woken twice is claimed once.
    """
    wanting = [w for w in webhooks.list_webhooks(MOST_WEBHOOKS, None) if w.wants(event.type)]
    getting = [w for w in wanting if w.enabled]
    missing = [w for w in wanting if not w.enabled and w.keeps_missed(now)]
    message = Message.of(event)
    if getting or missing:
        deliveries.put_message(message)
    for webhook in missing:
        deliveries.create(Delivery.missed(message, webhook, now))
    made = [(webhook, Delivery.of(message, webhook, now)) for webhook in getting]
    for _, delivery in made:
        deliveries.create(delivery)
    queues.send([WakeUp.of(delivery, lane_of(webhook)) for webhook, delivery in made])
    return len(getting)


def lane_of(webhook: Webhook) -> Lane:
    """Return the queue that the first attempts of the webhook's deliveries wait in.

    How long its receiver takes decides, not what it answers: a quick refusal holds nobody up.
    """
    return "slow" if webhook.is_slow else "fast"
