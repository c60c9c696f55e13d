"""Request bodies and query parameters of the webhook routes."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.events.models import EVENT_TYPES, EventType
from chalicelib.http.paging import Paging
from chalicelib.http.parsing import KEPT, Body
from chalicelib.http.times import Time
from chalicelib.webhooks.models import ALL_TYPES, MOST_WINDOW, DeliveryStatus

Url = Annotated[str, Field(min_length=1, max_length=2000)]
Description = Annotated[str, Field(max_length=500)]
EventPattern = Literal[EventType, "*"]
EventTypes = Annotated[list[EventPattern], Field(min_length=1, max_length=len(EVENT_TYPES) + 1)]


def _all_types() -> list[EventPattern]:
    return [ALL_TYPES]


def _check_unique(event_types: list[str]) -> None:
    if len(set(event_types)) < len(event_types):
        raise ValueError("Duplicate event type.")


class CreateWebhook(Body):
    """POST /webhooks: the endpoint URL and its event types."""

    url: Url
    event_types: EventTypes = Field(default_factory=_all_types)
    description: Description = ""
    enabled: bool = True

    @field_validator("event_types")
    @classmethod
    def _check_types(cls, event_types: list[str]) -> list[str]:
        _check_unique(event_types)
        return event_types


class ChangeWebhook(Body):
    """PATCH /webhooks/{webhook_id}: changes the given fields only."""

    url: Url = KEPT
    event_types: EventTypes = KEPT
    description: Description = KEPT
    enabled: bool = KEPT

    @field_validator("event_types")
    @classmethod
    def _check_types(cls, event_types: list[str]) -> list[str]:
        _check_unique(event_types)
        return event_types


class RotateSecret(Body):
    """POST /webhooks/{webhook_id}/rotate-secret: empty; it exists for the Idempotency-Key."""


class DeliveriesQuery(Paging):
    """Query parameters of GET /webhooks/{webhook_id}/deliveries."""

    status: DeliveryStatus | None = None


class ReplayWindow(Body):
    """POST /webhooks/{webhook_id}/replay: the time window of the events to replay."""

    since: Time
    until: Time | None = None
    status: Literal["DELIVERED", "FAILED", "CANCELLED"] | None = None

    @field_validator("until")
    @classmethod
    def _check_order(cls, until: datetime | None, found: ValidationInfo) -> datetime | None:
        since = found.data.get("since")
        if until is None or since is None:
            return until
        if until <= since:
            raise ValueError("Must be after `since`.")
        if until - since > MOST_WINDOW + timedelta(days=1):
            raise ValueError("Window must be at most 31 days. Deliveries are kept for 30 days.")
        return until
