"""One attempt at a delivery: claim it, send the message, judge the answer, write what follows."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from chalicelib.telemetry import count, logger
from chalicelib.webhooks.delivery.outcomes import SLOW_FOR, Health, Verdict, judge
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
from chalicelib.webhooks.sending.replies import to_attempt
from chalicelib.webhooks.sending.sender import Sender
from chalicelib.webhooks.sending.signing import sign
from chalicelib.webhooks.store import DeliveryStore, WebhookStore

_READ_BYTES = 1024  # of an answer; they are in the log


def _now() -> datetime:
    return datetime.now(UTC)


def _ignore() -> None:
    pass


@dataclass(frozen=True)
class Courier:
    """What an attempt needs: the stores, the queues, a way to send, the time and chance."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    queues: DeliveryQueues
    sender: Sender
    scale: float = 1.0
    now: Callable[[], datetime] = _now
    jitter: Callable[[], float] = field(default=random.random)

    def attempt(self, wake_up: WakeUp, on_request: Callable[[], None] = _ignore) -> str:
        """Make the attempt that is due; return what became of it in a word.

        Calls `on_request` when it is the receiver's turn.
        Safe twice: a delivery is claimed once, and a worker that dies leaves it due again when its
        lease ends. The receiver may then get the message twice, and knows it by its id.

        What waits in the fast lane for a receiver that was found slow meanwhile is moved: that
        costs a read, and holds nobody up.
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
        """Have the webhook's deliveries wait apart from now on, while its attempt is under way."""
        self.webhooks.note_slow(webhook_id, self.now() + SLOW_FOR)

    def _send(self, delivery: Delivery, webhook: Webhook, message: Message) -> str:
        attempt = self._request(delivery, webhook, message)
        now = self.now()
        verdict = judge(delivery, webhook, attempt, now, jitter=self.jitter(), scale=self.scale)
        if not self.deliveries.record(verdict.delivery, attempt):
            return "overtaken"
        self._note_health(webhook, verdict)
        if verdict.queue_seconds is not None:
            self.queues.send([WakeUp.of(delivery, "slow")], verdict.queue_seconds)
        _log(delivery, attempt, verdict)
        return attempt.code

    def _request(self, delivery: Delivery, webhook: Webhook, message: Message) -> Attempt:
        now = self.now()
        signers = webhook.signing_secrets(now)
        headers = sign(signers, message.message_id, message.payload, now)
        sent = self.sender.send(webhook.url, headers, message.payload, _READ_BYTES)
        return to_attempt(sent, delivery.attempts, now)

    def _note_health(self, webhook: Webhook, verdict: Verdict) -> None:
        health = verdict.health
        known = Health(webhook.failing_since, webhook.slow_until)
        if health != known:
            self.webhooks.note_health(webhook.webhook_id, health)
        if verdict.disabled:
            disabled = replace(
                webhook,
                enabled=False,
                disabled=verdict.disabled,
                updated_at=self.now(),
                version=webhook.version + 1,
            )
            # Its owner may just have changed it: then it is not disabled for what was before that.
            if self.webhooks.replace(webhook, disabled):
                logger.warning(
                    "webhook.disabled",
                    webhook_id=webhook.webhook_id,
                    reason=verdict.disabled["code"],
                )
                count("WebhooksDisabled", 1)


def _log(delivery: Delivery, attempt: Attempt, verdict: Verdict) -> None:
    logger.info(
        "delivery.attempted",
        delivery_id=delivery.delivery_id,
        webhook_id=delivery.webhook_id,
        message_id=delivery.message_id,
        attempt=attempt.number,
        code=attempt.code,
        response_status=attempt.response_status,
        duration_ms=attempt.duration_ms,
        status=verdict.delivery.status,
    )
