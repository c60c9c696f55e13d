"""Webhooks, messages, deliveries and attempts as items of one DynamoDB table, and back.

pk          sk              what
webhook     wh_...          a webhook: all of them are one query
count       webhook         how many webhooks there are
msg_...     message         a message
dlv_...     delivery        a delivery; by_webhook lists those of a webhook by time, by_wake
                            those that the sweep is to look after
dlv_...     attempt#000001  an attempt: the log of a delivery is one query
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.times import format_time
from chalicelib.webhooks.models import Attempt, Delivery, Message, Secret, Webhook

Item = dict[str, Any]
Key = dict[str, dict[str, str]]

WEBHOOKS = "webhook"  # the one partition of all webhooks
WAKES = tuple(f"wake-{number}" for number in range(4))  # by_wake's, so that none gets too hot
ATTEMPT_PREFIX = "attempt#"

_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()


def webhook_key(webhook_id: str) -> Key:
    """Return the key of a webhook."""
    return {"pk": {"S": WEBHOOKS}, "sk": {"S": webhook_id}}


def message_key(message_id: str) -> Key:
    """Return the key of a message."""
    return {"pk": {"S": message_id}, "sk": {"S": "message"}}


def delivery_key(delivery_id: str) -> Key:
    """Return the key of a delivery."""
    return {"pk": {"S": delivery_id}, "sk": {"S": "delivery"}}


def attempt_key(delivery_id: str, number: int) -> Key:
    """Return the key of a delivery's so-manieth attempt."""
    return {"pk": {"S": delivery_id}, "sk": {"S": f"{ATTEMPT_PREFIX}{number:06}"}}


def serialize(values: Mapping[str, Any]) -> Item:
    """Return values as DynamoDB's; what is None is left out."""
    return {
        name: _SERIALIZER.serialize(_plain(value))
        for name, value in values.items()
        if value is not None
    }


def describe_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return what an item says of a delivery, with what its indexes go by."""
    values = _values(delivery)
    shard = WAKES[crc32(delivery.delivery_id.encode()) % len(WAKES)]
    return values | {"waking": shard if delivery.wake_at else None}


def describe_webhook(webhook: Webhook) -> dict[str, Any]:
    """Return what an item says of a webhook."""
    return _values(webhook)


def describe_attempt(attempt: Attempt) -> dict[str, Any]:
    """Return what an item says of an attempt."""
    return _values(attempt)


def describe_message(message: Message) -> dict[str, Any]:
    """Return what an item says of a message."""
    return _values(message)


def read_webhook(item: Mapping[str, Any]) -> Webhook:
    """Return the webhook of an item."""
    values = _read(item, Webhook)
    secrets = tuple(Secret(**_times(secret, Secret)) for secret in values["secrets"])
    return Webhook(**values | {"secrets": secrets, "event_types": tuple(values["event_types"])})


def read_message(item: Mapping[str, Any]) -> Message:
    """Return the message of an item."""
    return Message(**_read(item, Message))


def read_delivery(item: Mapping[str, Any]) -> Delivery:
    """Return the delivery of an item."""
    values = {"wake_at": None} | _read(item, Delivery)
    last = Attempt(**_times(values["last"], Attempt)) if values.get("last") else None
    return Delivery(**values | {"last": last})


def read_attempt(item: Mapping[str, Any]) -> Attempt:
    """Return the attempt of an item."""
    return Attempt(**_read(item, Attempt))


def _values(what: Any) -> dict[str, Any]:
    found: dict[str, Any] = asdict(what)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _read(item: Mapping[str, Any], kind: type) -> dict[str, Any]:
    values = {n: _DESERIALIZER.deserialize(item[n]) for n in _names(kind) if n in item}
    return _times(values, kind)


def _times(values: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Return values with times and whole numbers as Python has them."""
    known = _names(kind)
    return {name: _python(name, value) for name, value in values.items() if name in known}


def _python(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.endswith(("_at", "_since", "_until")):
        return datetime.fromisoformat(value)
    return int(value) if isinstance(value, Decimal) else value


def _names(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)}
