"""Read the webhook or delivery of a request; one that doesn't exist is a 404."""

from chalicelib.errors import ProblemError
from chalicelib.webhooks.models import Delivery, Webhook
from chalicelib.webhooks.store import DeliveryStore, WebhookStore


def get_webhook_or_404(webhooks: WebhookStore, webhook_id: str) -> Webhook:
    """Return the webhook; raises ProblemError 404 if it doesn't exist."""
    webhook = webhooks.get(webhook_id)
    if webhook is None:
        raise webhook_not_found_problem()
    return webhook


def get_delivery_or_404(deliveries: DeliveryStore, delivery_id: str) -> Delivery:
    """Return the delivery; raises ProblemError 404 if it doesn't exist or has expired."""
    delivery = deliveries.get(delivery_id)
    if delivery is None:
        detail = "Delivery not found. It may have been deleted after the retention period."
        raise ProblemError(404, "delivery_not_found", detail)
    return delivery


def webhook_not_found_problem() -> ProblemError:
    """Return the problem of a webhook that doesn't exist."""
    return ProblemError(404, "webhook_not_found", "Webhook not found.")
