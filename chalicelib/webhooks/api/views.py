"""Webhooks and deliveries as clients see them."""

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.times import format_time
from chalicelib.webhooks.models import Attempt, Delivery, Webhook

Json = dict[str, Any]


def show(webhook: Webhook) -> Json:
    """Return a webhook as JSON, without its secrets."""
    path = f"/webhooks/{webhook.webhook_id}"
    return {
        "webhook_id": webhook.webhook_id,
        "url": webhook.url,
        "event_types": list(webhook.event_types),
        "description": webhook.description,
        "enabled": webhook.enabled,
        "disabled": dict(webhook.disabled) if webhook.disabled else None,
        "failing_since": format_time(webhook.failing_since),
        "created_at": format_time(webhook.created_at),
        "updated_at": format_time(webhook.updated_at),
        "links": {"self": path, "test": f"{path}/test", "deliveries": f"{path}/deliveries"},
    }


def show_delivery_of(delivery: Delivery) -> Json:
    """Return a delivery as JSON; links are paths from the API's root."""
    path = f"/deliveries/{delivery.delivery_id}"
    return {
        "delivery_id": delivery.delivery_id,
        "webhook_id": delivery.webhook_id,
        "message_id": delivery.message_id,
        "event_type": delivery.event_type,
        "status": delivery.status,
        "cancel_reason": delivery.cancel_reason,
        "attempts": delivery.attempts,
        "last_attempt": show_attempt(delivery.last) if delivery.last else None,
        "next_attempt_at": format_time(delivery.due_at) if delivery.status == "PENDING" else None,
        "created_at": format_time(delivery.created_at),
        "finished_at": format_time(delivery.finished_at),
        "links": {"self": path, "replay": f"{path}/replay"},
    }


def show_attempt(attempt: Attempt) -> Json:
    """Return an attempt as JSON."""
    return {
        "number": attempt.number,
        "attempted_at": format_time(attempt.attempted_at),
        "code": attempt.code,
        "message": attempt.message,
        "duration_ms": attempt.duration_ms,
        "response_status": attempt.response_status,
        "response_body": attempt.response_body,
    }


def find_webhook(webhook_id: str) -> Webhook:
    """Return the webhook; raises ProblemError 404 where there is none."""
    webhook = services().webhooks.get(webhook_id)
    if webhook is None:
        raise refuse_missing()
    return webhook


def find_delivery(delivery_id: str) -> Delivery:
    """Return the delivery; raises ProblemError 404 where there is none."""
    delivery = services().deliveries.get(delivery_id)
    if delivery is None:
        detail = "There is no such delivery, or it is no longer kept."
        raise ProblemError(404, "delivery_not_found", detail)
    return delivery


def refuse_missing() -> ProblemError:
    """Return the problem of a webhook that is not there."""
    return ProblemError(404, "webhook_not_found", "There is no such webhook.")
