"""Convert webhooks, deliveries and attempts to the JSON of responses."""

from typing import Any

from chalicelib.times import format_time
from chalicelib.webhooks.models import Attempt, Delivery, Webhook

Json = dict[str, Any]


def webhook_to_json(webhook: Webhook) -> Json:
    """Return a webhook as JSON, without its secrets; links are paths from the API's root."""
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


def delivery_to_json(delivery: Delivery) -> Json:
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
        "last_attempt": attempt_to_json(delivery.last) if delivery.last else None,
        "next_attempt_at": format_time(delivery.due_at) if delivery.status == "PENDING" else None,
        "created_at": format_time(delivery.created_at),
        "finished_at": format_time(delivery.finished_at),
        "links": {"self": path, "replay": f"{path}/replay"},
    }


def attempt_to_json(attempt: Attempt) -> Json:
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
