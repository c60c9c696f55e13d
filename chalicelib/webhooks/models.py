"""Webhooks and what they receive: event -> message -> delivery -> attempt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from chalicelib.events.models import EDIT_TYPES, Event
from chalicelib.ids import derive_id
from chalicelib.times import format_time

Json = dict[str, Any]
DeliveryStatus = Literal["PENDING", "DELIVERED", "FAILED", "CANCELLED"]
CancelReason = Literal["webhook_disabled", "webhook_deleted", "message_expired"]
DELIVERY_STATUSES: tuple[DeliveryStatus, ...] = get_args(DeliveryStatus)

ALL_TYPES: Literal["*"] = "*"
TEST_TYPE = "webhook.test"  # only of test calls; no webhook can subscribe to it


@dataclass(frozen=True)
class Secret:
    """A signing key; an older one signs beside the new one until it expires."""

    value: str = field(repr=False)  # never in a log
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Which events a webhook receives."""

    event_types: tuple[str, ...]
    enabled: bool

    def wants(self, kind: str) -> bool:
        """Say whether it receives events of this type; single edits only if it names their type."""
        if kind in self.event_types:
            return True
        return ALL_TYPES in self.event_types and kind not in EDIT_TYPES


@dataclass(frozen=True, kw_only=True)
class Webhook(Subscription):
    """A subscription of a URL to event types. `version` counts the changes by its owner."""

    webhook_id: str
    url: str
    description: str
    secrets: tuple[Secret, ...]  # the newest first
    created_at: datetime
    updated_at: datetime
    disabled: Mapping[str, str] | None = None  # code and message, unless its owner disabled it
    failing_since: datetime | None = None  # the first failure after the last success
    slow_until: datetime | None = (
        None  # its receiver was slow; it counts as slow until then at least
    )
    version: int = 1

    def keeps_missed(self, now: datetime) -> bool:
        """Say whether it may still replay missed events: not once it is disabled for too long."""
        return now - self.updated_at < MOST_WINDOW

    @property
    def is_slow(self) -> bool:
        """Whether its deliveries go through the slow queue.

        That ends after `slow_until` *and* a quick response: the time alone proves nothing.
        """
        return self.slow_until is not None

    def signing_secrets(self, now: datetime) -> list[str]:
        """Return the secrets that sign at `now`, newest first."""
        return [s.value for s in self.secrets if s.expires_at is None or s.expires_at > now]


@dataclass(frozen=True)
class Message:
    """The payload of an event. Only the URL of a file differs between attempts."""

    message_id: str
    event_type: str
    occurred_at: datetime
    payload: str
    changes_key: str | None = None  # of the file in S3 that `data.changes` describes

    @classmethod
    def of(cls, event: Event) -> "Message":
        """Return the message of an event, always the same."""
        time, changes = format_time(event.occurred_at), event.data.get("changes")
        data = event.data | ({"changes": _without_url(changes)} if changes else {})
        body = {"type": event.type, "timestamp": time, "data": data}
        return cls(
            message_id=derive_id("msg_", event.event_id),
            event_type=event.type,
            occurred_at=event.occurred_at,
            payload=to_payload(body),
            changes_key=changes["key"] if changes else None,
        )

    def linking(self, url: str, expires_at: datetime) -> str:
        """Return the payload with the URL of its file."""
        body = json.loads(self.payload)
        body["data"]["changes"] |= {"url": url, "expires_at": format_time(expires_at)}
        return to_payload(body)


def to_payload(body: Json) -> str:
    """Return the text of a payload, which is signed."""
    return json.dumps(body, separators=(",", ":"))


def _without_url(changes: Json) -> Json:
    """Return a file as payloads describe it; each attempt adds a URL, which doesn't last."""
    described = {name: value for name, value in changes.items() if name != "key"}
    return {"url": None, "expires_at": None} | described


@dataclass(frozen=True)
class Attempt:
    """One request and its response. `code` is "ok" or an error code."""

    number: int
    attempted_at: datetime
    code: str
    message: str
    duration_ms: int
    response_status: int | None = None
    response_body: str | None = None  # its start
    retry_after: str | None = None  # the header as received

    @property
    def is_success(self) -> bool:
        """Whether the receiver accepted the message."""
        return self.code == "ok"


@dataclass(frozen=True)
class Delivery:
    """The delivery of a message to one webhook."""

    delivery_id: str
    webhook_id: str
    message_id: str
    event_type: str
    created_at: datetime
    due_at: datetime  # no attempt before this; a running attempt moves it to the end of its lease
    wake_at: datetime | None  # when the sweep checks it; None once it has ended
    status: DeliveryStatus = "PENDING"
    attempts: int = 0  # begun
    failures: int = 0  # since it began or was last replayed: its place in the schedule
    last: Attempt | None = None
    finished_at: datetime | None = None
    replay_id: str | None = None  # the last replay that it was part of
    cancel_reason: CancelReason | None = None

    @classmethod
    def of(cls, message: Message, webhook: Webhook, now: datetime) -> "Delivery":
        """Return the delivery of a message to a webhook, always with the same id."""
        return cls(
            delivery_id=derive_id("dlv_", message.message_id, webhook.webhook_id),
            webhook_id=webhook.webhook_id,
            message_id=message.message_id,
            event_type=message.event_type,
            created_at=now,
            due_at=now,
            wake_at=now + WAKE_GRACE,
        )

    @classmethod
    def missed(cls, message: Message, webhook: Webhook, now: datetime) -> "Delivery":
        """Return the delivery of a message to a disabled webhook: not attempted, replayable."""
        return cls.of(message, webhook, now).cancelled("webhook_disabled", now)

    def cancelled(self, reason: CancelReason, now: datetime) -> "Delivery":
        """Return the delivery as cancelled, with no more attempts."""
        return replace(
            self, status="CANCELLED", cancel_reason=reason, finished_at=now, wake_at=None
        )


# How far back a replay can go, and how long a disabled webhook's missed events are recorded.
MOST_WINDOW = timedelta(days=30)
# The sweep doesn't wake a delivery before this has passed, since its wake-up is in a queue.
WAKE_GRACE = timedelta(minutes=15)
# An attempt that hasn't ended by then died with its worker.
LEASE = timedelta(seconds=60)
# The clocks of two functions differ by less. What is due this soon counts as due; otherwise a
# wake-up that comes slightly early would be lost, and the delivery would wait for the sweep.
CLOCK_SKEW = timedelta(seconds=1)
