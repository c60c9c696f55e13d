"""Decide the next state of a delivery and its webhook after an attempt. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.webhooks.delivery.backoff import (
    DISABLING_FAILURES,
    FAILING_LIMIT,
    next_delay,
    read_retry_after,
)
from chalicelib.webhooks.models import WAKE_GRACE, Attempt, Delivery, DeliveryStatus, Webhook

SLOW_SECONDS = 2.0  # a receiver that takes longer is slow and gets its own lane
SLOW_FOR = timedelta(minutes=1)
_RETRY_AFTER_STATUSES = (429, 503)  # Retry-After is honored only with these
MAX_QUEUE_DELAY = timedelta(minutes=15)  # the limit of SQS

GONE = {
    "code": "gone",
    "message": "The receiver responded with 410 Gone. Enable the webhook when it is back.",
}
FAILING = {
    "code": "failing",
    "message": "No attempt succeeded for 5 days. Fix the receiver, enable the webhook, then replay"
    " the missed events.",
}


@dataclass(frozen=True)
class Health:
    """The state of a webhook's receiver after the last attempt."""

    failing_since: datetime | None
    slow_until: datetime | None


@dataclass(frozen=True)
class Decision:
    """The state of a delivery and its webhook after an attempt."""

    delivery: Delivery
    health: Health
    disabled: dict[str, str] | None = None
    queue_seconds: float | None = None  # wake it by the queue after this; None: by the sweep


def decide(
    delivery: Delivery,
    webhook: Webhook,
    attempt: Attempt,
    now: datetime,
    *,
    jitter: float,
    scale: float,
) -> Decision:
    """Return the next state of `delivery` (as it was claimed) and `webhook` after `attempt`."""
    health = _decide_health(webhook, attempt, now)
    if attempt.is_success:
        return Decision(_end(delivery, "DELIVERED", attempt, now), health)
    if attempt.code == "gone":
        return Decision(_end(delivery, "FAILED", attempt, now), health, GONE)
    failed = replace(delivery, failures=delivery.failures + 1)
    disabled = FAILING if _is_failing(failed, health, now) else None
    delay = next_delay(failed.failures, _retry_after(attempt, now), jitter, scale)
    if disabled or delay is None:
        return Decision(_end(failed, "FAILED", attempt, now), health, disabled)
    return _postpone(failed, attempt, health, now, delay)


def restart(delivery: Delivery, replay_id: str, now: datetime) -> Delivery:
    """Return the delivery as it restarts for a replay, at the start of the schedule."""
    return replace(
        delivery,
        status="PENDING",
        failures=0,
        due_at=now,
        wake_at=now + WAKE_GRACE,
        finished_at=None,
        replay_id=replay_id,
        cancel_reason=None,
    )


def _is_failing(failed: Delivery, health: Health, now: datetime) -> bool:
    # The last failure may be days old, without an attempt since: one more failure isn't enough.
    has_failed_long = now - (health.failing_since or now) >= FAILING_LIMIT
    return has_failed_long and failed.failures >= DISABLING_FAILURES


def _decide_health(webhook: Webhook, attempt: Attempt, now: datetime) -> Health:
    failing_since = None if attempt.is_success else webhook.failing_since or now
    if attempt.code == "timeout" or attempt.duration_ms > SLOW_SECONDS * 1000:
        return Health(failing_since, now + SLOW_FOR)
    has_ended = webhook.slow_until is None or webhook.slow_until <= now
    return Health(failing_since, None if has_ended else webhook.slow_until)


def _retry_after(attempt: Attempt, now: datetime) -> timedelta | None:
    is_honored = attempt.response_status in _RETRY_AFTER_STATUSES
    return read_retry_after(attempt.retry_after, now) if is_honored else None


def _end(delivery: Delivery, status: DeliveryStatus, attempt: Attempt, now: datetime) -> Delivery:
    return replace(delivery, status=status, last=attempt, finished_at=now, wake_at=None)


def _postpone(
    delivery: Delivery, attempt: Attempt, health: Health, now: datetime, delay: timedelta
) -> Decision:
    due_at = now + delay
    is_queued = delay <= MAX_QUEUE_DELAY
    wake_at = due_at + WAKE_GRACE if is_queued else due_at
    postponed = replace(delivery, last=attempt, due_at=due_at, wake_at=wake_at)
    return Decision(postponed, health, None, delay.total_seconds() if is_queued else None)
