"""One delivery attempt: claim the delivery, send its message and record the result."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from chalicelib.telemetry import count, logger
from chalicelib.webhooks.delivery.links import FileLinks
from chalicelib.webhooks.delivery.outcomes import SLOW_FOR, Decision, Health, decide
from chalicelib.webhooks.delivery.queues import DeliveryQueues, WakeUp
from chalicelib.webhooks.models import (
    CLOCK_SKEW,
    LEASE,
    Attempt,
    CancelReason,
    Delivery,
    Message,
    Webhook,
)
from chalicelib.webhooks.sending.replies import make_attempt_record
from chalicelib.webhooks.sending.sender import Sender
from chalicelib.webhooks.sending.signing import sign
from chalicelib.webhooks.store import DeliveryStore, WebhookStore

_READ_BYTES = 1024  # of a response body; they are kept in the log


def _now() -> datetime:
    return datetime.now(UTC)


def _ignore() -> None:
    pass


@dataclass(frozen=True)
class AttemptRunner:
    """Runs delivery attempts with these stores, queues, sender and links to files.

    Its clock and its random jitter can be replaced.
    """

    webhooks: WebhookStore
    deliveries: DeliveryStore
    queues: DeliveryQueues
    sender: Sender
    links: FileLinks
    scale: float = 1.0
    now: Callable[[], datetime] = _now
    jitter: Callable[[], float] = field(default=random.random)

    def run(self, wake_up: WakeUp, on_request: Callable[[], None] = _ignore) -> str:
        """Make the attempt that is due and return its outcome in one word.

        Calls `on_request` just before the request is sent to the receiver.
        Safe twice: only one worker can claim a delivery. If a worker dies, the delivery becomes due
        again when the lease ends; the receiver may then get the message twice and can deduplicate
        it by its id.

        A wake-up in the fast lane whose receiver was found to be slow is moved to the slow lane.
        The move costs one read and delays no other delivery.
        """
        webhook = self.webhooks.get(wake_up.webhook_id)
        if webhook and webhook.is_slow and wake_up.lane == "fast":
            self.queues.send([replace(wake_up, lane="slow")])
            return "moved"
        now = self.now()
        delivery = self.deliveries.claim(wake_up.delivery_id, now + CLOCK_SKEW, now + LEASE)
        if delivery is None:
            return "not_due"
        message = self.deliveries.get_message(delivery.message_id)
        if webhook and webhook.enabled and message:
            on_request()
            return self._send(delivery, webhook, message)
        reason: CancelReason = "message_expired" if webhook else "webhook_deleted"
        reason = "webhook_disabled" if webhook and not webhook.enabled else reason
        self.deliveries.record(delivery.cancelled(reason, now), None)
        return "cancelled"

    def note_slow(self, webhook_id: str) -> None:
        """Mark the webhook as slow while its attempt is still running."""
        self.webhooks.note_slow(webhook_id, self.now() + SLOW_FOR)

    def _send(self, delivery: Delivery, webhook: Webhook, message: Message) -> str:
        attempt = self._request(delivery, webhook, message)
        now = self.now()
        decision = decide(delivery, webhook, attempt, now, jitter=self.jitter(), scale=self.scale)
        if not self.deliveries.record(decision.delivery, attempt):
            return "overtaken"
        self._note_health(webhook, decision)
        if decision.queue_seconds is not None:
            self.queues.send([WakeUp.of(delivery, "slow")], decision.queue_seconds)
        _log(delivery, attempt, decision)
        return attempt.code

    def _request(self, delivery: Delivery, webhook: Webhook, message: Message) -> Attempt:
        now = self.now()
        signers = webhook.signing_secrets(now)
        payload = self.links.payload_of(message, now)
        headers = sign(signers, message.message_id, payload, now)
        sent = self.sender.send(webhook.url, headers, payload, _READ_BYTES)
        return make_attempt_record(sent, delivery.attempts, now)

    def _note_health(self, webhook: Webhook, decision: Decision) -> None:
        health = decision.health
        known = Health(webhook.failing_since, webhook.slow_until)
        if health != known:
            self.webhooks.note_health(webhook.webhook_id, health)
        if decision.disabled:
            disabled = replace(
                webhook,
                enabled=False,
                disabled=decision.disabled,
                updated_at=self.now(),
                version=webhook.version + 1,
            )
            # If the owner changed the webhook meanwhile, this result is outdated: keep it enabled.
            if self.webhooks.replace(webhook, disabled):
                logger.warning(
                    "webhook.disabled",
                    webhook_id=webhook.webhook_id,
                    reason=decision.disabled["code"],
                )
                count("WebhooksDisabled", 1)


def _log(delivery: Delivery, attempt: Attempt, decision: Decision) -> None:
    logger.info(
        "delivery.attempted",
        delivery_id=delivery.delivery_id,
        webhook_id=delivery.webhook_id,
        message_id=delivery.message_id,
        attempt=attempt.number,
        code=attempt.code,
        response_status=attempt.response_status,
        duration_ms=attempt.duration_ms,
        status=decision.delivery.status,
    )
