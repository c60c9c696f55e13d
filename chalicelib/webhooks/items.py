"""Webhooks, messages, deliveries and attempts as items of one DynamoDB table.

pk          sk              what
webhook     wh_...          a webhook: one query lists all
count       webhook         the number of webhooks
msg_...     message         a message
dlv_...     delivery        a delivery; by_webhook lists those of a webhook by time, by_wake
                            those that the sweep checks
dlv_...     attempt#000001  an attempt: one query lists a delivery's log
"""

from zlib import crc32

from chalicelib.items import Values, to_values
from chalicelib.webhooks.models import Delivery

Key = dict[str, str]

WEBHOOKS = "webhook"  # the one partition of all webhooks
WEBHOOK_COUNT: Key = {"pk": "count", "sk": "webhook"}
WAKES = tuple(f"wake-{number}" for number in range(4))  # by_wake's, so that none gets too hot
ATTEMPT_PREFIX = "attempt#"


def webhook_key(webhook_id: str) -> Key:
    """Return the key of a webhook."""
    return {"pk": WEBHOOKS, "sk": webhook_id}


def message_key(message_id: str) -> Key:
    """Return the key of a message."""
    return {"pk": message_id, "sk": "message"}


def delivery_key(delivery_id: str) -> Key:
    """Return the key of a delivery."""
    return {"pk": delivery_id, "sk": "delivery"}


def attempt_key(delivery_id: str, number: int) -> Key:
    """Return the key of a delivery's nth attempt."""
    return {"pk": delivery_id, "sk": f"{ATTEMPT_PREFIX}{number:06}"}


def delivery_values(delivery: Delivery) -> Values:
    """Return the values of a delivery, with the partition of the index by_wake."""
    shard = WAKES[crc32(delivery.delivery_id.encode()) % len(WAKES)]
    return to_values(delivery) | ({"waking": shard} if delivery.wake_at else {})
