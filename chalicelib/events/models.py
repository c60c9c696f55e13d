"""The event: a fact that other systems can subscribe to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from chalicelib.ids import new_id

Json = dict[str, Any]
EventType = Literal[
    "import.planned",
    "import.completed",
    "import.failed",
    "import.cancelled",
    "products.deleted",
    "export.completed",
    "export.failed",
    "revert.completed",
    "revert.failed",
    "product.created",
    "product.updated",
    "product.deleted",
]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
# Of single edits through the API. There may be very many, so webhooks get only those they name.
EDIT_TYPES: tuple[EventType, ...] = ("product.created", "product.updated", "product.deleted")


@dataclass(frozen=True)
class Event:
    """Something that happened. Receivers tell a repeated event by its id."""

    event_id: str
    type: EventType
    occurred_at: datetime
    data: Json  # small: counts, ids and links, never contents of a file

    def to_json(self) -> Json:
        """Return the event as outboxes and queues store it."""
        return {
            "event_id": self.event_id,
            "type": self.type,
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "data": self.data,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Event":
        """Return the event that `to_json` wrote."""
        return cls(
            event_id=kept["event_id"],
            type=cast(EventType, kept["type"]),
            occurred_at=datetime.fromisoformat(kept["occurred_at"]),
            data=kept["data"],
        )


def make_event(kind: EventType, data: Json, now: datetime) -> Event:
    """Return a new event that happened at `now`."""
    return Event(new_id("evt_", now), kind, now, data)
