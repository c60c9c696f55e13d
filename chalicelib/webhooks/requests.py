"""What clients send to the routes of webhooks."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, field_validator, model_validator

from chalicelib.events.models import EVENT_TYPES, EventType
from chalicelib.http.paging import Paging
from chalicelib.http.parsing import KEPT, Body
from chalicelib.webhooks.models import ALL_TYPES, MOST_WINDOW, DeliveryStatus

Url = Annotated[str, Field(min_length=1, max_length=2000)]
Description = Annotated[str, Field(max_length=500)]
Wanted = Literal[EventType, "*"]
EventTypes = Annotated[list[Wanted], Field(min_length=1, max_length=len(EVENT_TYPES) + 1)]


def _read_time(value: object) -> object:
    # Bodies are strict: without this a time would have to be no text.
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("Give a time such as 2026-03-01T12:00:00Z.") from None


def _all_types() -> list[Wanted]:
    return [ALL_TYPES]


Time = Annotated[AwareDatetime, BeforeValidator(_read_time)]


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

    url: Url | None = KEPT
    event_types: EventTypes | None = KEPT
    description: Description | None = KEPT
    enabled: bool | None = KEPT

    @model_validator(mode="after")
    def _refuse_null(self) -> Self:
        null = sorted(name for name in self.model_fields_set if getattr(self, name) is None)
        if null:
            raise ValueError(f"There is no webhook without {', '.join(null)}; leave it out.")
        return self

    @field_validator("event_types")
    @classmethod
    def _check_types(cls, event_types: list[str] | None) -> list[str] | None:
        _refuse_repeated(event_types or [])
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

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("`until` must be after `since`.")
        if self.until is not None and self.until - self.since > MOST_WINDOW + timedelta(days=1):
            raise ValueError("Deliveries are kept for 30 days; ask for no more.")
        return self
