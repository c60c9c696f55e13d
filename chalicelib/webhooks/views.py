"""Webhooks and deliveries as clients see them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer

from chalicelib.errors import ProblemError
from chalicelib.jobs.items import format_time
from chalicelib.webhooks.models import Attempt, Delivery, DeliveryStatus, Webhook
from chalicelib.webhooks.store import get_delivery_store, get_webhook_store

Json = dict[str, Any]
Time = Annotated[datetime, PlainSerializer(format_time, return_type=str | None)]


class View(BaseModel):
    """Base of the models of answers."""

    model_config = ConfigDict(frozen=True)

    def to_json(self) -> Json:
        """Return the answer as JSON."""
        return self.model_dump(mode="json")


class WebhookView(View):
    """A webhook; never with its secret."""

    webhook_id: str
    url: str
    event_types: tuple[str, ...]
    description: str
    enabled: bool
    disabled: Mapping[str, str] | None  # code and message, when it was not its owner
    failing_since: Time | None
    created_at: Time
    updated_at: Time
    links: Mapping[str, str]

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        """Return the view of a webhook."""
        path = f"/webhooks/{webhook.webhook_id}"
        links = {"self": path, "test": f"{path}/test", "deliveries": f"{path}/deliveries"}
        shown = cls.model_fields.keys() - {"links"}
        return cls(**{name: getattr(webhook, name) for name in shown}, links=links)


class SecretView(View):
    """A webhook and its secret, shown in the answer to its making and to no other request."""

    webhook: WebhookView
    secret: str | None  # null when a repeated request comes after a rotation

    def to_json(self) -> Json:
        """Return the webhook with its secret beside the other fields."""
        return self.webhook.to_json() | {"secret": self.secret}


class AttemptView(View):
    """One request and what came back."""

    number: int
    attempted_at: Time
    code: str
    message: str
    duration_ms: int
    response_status: int | None
    response_body: str | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        """Return the view of an attempt."""
        return cls(**{n: v for n, v in asdict(attempt).items() if n in cls.model_fields})


class DeliveryView(View):
    """A message on its way to one webhook."""

    delivery_id: str
    webhook_id: str
    message_id: str
    event_type: str
    status: DeliveryStatus
    attempts: int
    last_attempt: AttemptView | None
    next_attempt_at: Time | None
    created_at: Time
    finished_at: Time | None
    links: Mapping[str, str]

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """Return the view of a delivery."""
        path = f"/deliveries/{delivery.delivery_id}"
        return cls(
            delivery_id=delivery.delivery_id,
            webhook_id=delivery.webhook_id,
            message_id=delivery.message_id,
            event_type=delivery.event_type,
            status=delivery.status,
            attempts=delivery.attempts,
            last_attempt=AttemptView.of(delivery.last) if delivery.last else None,
            next_attempt_at=delivery.due_at if delivery.status == "PENDING" else None,
            created_at=delivery.created_at,
            finished_at=delivery.finished_at,
            links={"self": path, "replay": f"{path}/replay"},
        )


class DeliveryLogView(View):
    """A delivery with its payload and its attempts, the newest first."""

    delivery: DeliveryView
    payload: str | None
    log: tuple[AttemptView, ...]

    def to_json(self) -> Json:
        """Return the log beside the delivery's other fields."""
        log = [attempt.to_json() for attempt in self.log]
        return self.delivery.to_json() | {"payload": self.payload, "log": log}


class TestResultView(View):
    """What a test call brought back: `code` is ok, or says what went wrong."""

    message_id: str
    code: str
    message: str
    duration_ms: int
    status_code: int | None
    headers: Mapping[str, str]
    body: str | None
    is_truncated: bool


class ReplayView(View):
    """A replay that has begun."""

    replay_id: str
    webhook_id: str


def find_webhook(webhook_id: str) -> Webhook:
    """Return the webhook; raises ProblemError 404 where there is none."""
    webhook = get_webhook_store().get(webhook_id)
    if webhook is None:
        raise refuse_missing()
    return webhook


def find_delivery(delivery_id: str) -> Delivery:
    """Return the delivery; raises ProblemError 404 where there is none."""
    delivery = get_delivery_store().get(delivery_id)
    if delivery is None:
        detail = "There is no such delivery, or it is no longer kept."
        raise ProblemError(404, "delivery_not_found", detail)
    return delivery


def refuse_missing() -> ProblemError:
    """Return the problem of a webhook that is not there."""
    return ProblemError(404, "webhook_not_found", "There is no such webhook.")
