"""What clients send to the routes of webhooks."""

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
Wanted = Literal[EventType, "*"]
EventTypes = Annotated[list[Wanted], Field(min_length=1, max_length=len(EVENT_TYPES) + 1)]


def _all_types() -> list[Wanted]:
    return [ALL_TYPES]


def _refuse_repeated(event_types: list[str]) -> None:
    if len(set(event_types)) < len(event_types):
        raise ValueError("An event type is given twice.")


class CreateWebhook(Body):
    """POST /webhooks: a URL that wants events of these types."""

    url: Url
    event_types: EventTypes = Field(default_factory=_all_types)
    description: Description = ""
    enabled: bool = True

    @field_validator("event_types")
    @classmethod
    def _check_types(cls, event_types: list[str]) -> list[str]:
        _refuse_repeated(event_types)
        return event_types


class ChangeWebhook(Body):
    """PATCH /webhooks/{webhook_id}: what is given changes, the rest stays."""

    url: Url = KEPT
    event_types: EventTypes = KEPT
    description: Description = KEPT
    enabled: bool = KEPT

    @field_validator("event_types")
    @classmethod
    def _check_types(cls, event_types: list[str]) -> list[str]:
        _refuse_repeated(event_types)
        return event_types


class RotateSecret(Body):
    """POST /webhooks/{webhook_id}/rotate-secret: nothing to say, but it may be said once."""


class DeliveriesQuery(Paging):
    """The filters of GET /webhooks/{webhook_id}/deliveries."""

    status: DeliveryStatus | None = None


class ReplayWindow(Body):
    """POST /webhooks/{webhook_id}/replay: events of this time are delivered again."""

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
            raise ValueError("It must be after `since`.")
        if until - since > MOST_WINDOW + timedelta(days=1):
            raise ValueError("Deliveries are kept for 30 days; ask for no more.")
        return until
