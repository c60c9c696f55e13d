"""What becomes of a delivery and its webhook after an attempt. Pure: no client, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.webhooks.delivery.schedule import (
    DISABLING_FAILURES,
    FAILING_LIMIT,
    next_wait,
    read_retry_after,
)
from chalicelib.webhooks.models import WAKE_GRACE, Attempt, Delivery, DeliveryStatus, Webhook

SLOW_SECONDS = 2.0  # a receiver that takes longer keeps others waiting
SLOW_FOR = timedelta(minutes=1)
_MAY_ASK = (429, 503)  # with these, Retry-After is heeded
LONGEST_QUEUED = timedelta(minutes=15)  # a queue delays a wake-up no longer

GONE = {
    "code": "gone",
    "message": "The receiver answered 410 Gone. Enable the webhook when it is there again.",
}
FAILING = {
    "code": "failing",
    "message": "No attempt succeeded for 5 days. Enable the webhook when its receiver works, and"
    " replay the time it missed.",
}


@dataclass(frozen=True)
class Health:
    """How a webhook's receiver does, as far as the last attempt tells."""

    failing_since: datetime | None
    slow_until: datetime | None


@dataclass(frozen=True)
class Verdict:
    """What an attempt leads to."""

    delivery: Delivery
    health: Health
    disabled: dict[str, str] | None = None
    queue_seconds: float | None = None  # wake it by the queue after so long; None: by the sweep


def judge(
    delivery: Delivery,
    webhook: Webhook,
    attempt: Attempt,
    now: datetime,
    *,
    jitter: float,
    scale: float,
) -> Verdict:
    """Return what becomes of `delivery` (as it was claimed) and its webhook after `attempt`."""
    health = _judge_health(webhook, attempt, now)
    if attempt.is_success:
        return Verdict(_end(delivery, "DELIVERED", attempt, now), health)
    if attempt.code == "gone":
        return Verdict(_end(delivery, "FAILED", attempt, now), health, GONE)
    failed = replace(delivery, failures=delivery.failures + 1)
    disabled = FAILING if _is_given_up(failed, health, now) else None
    wait = next_wait(failed.failures, _asked(attempt, now), jitter, scale)
    if disabled or wait is None:
        return Verdict(_end(failed, "FAILED", attempt, now), health, disabled)
    return _postpone(failed, attempt, health, now, wait)


def replay(delivery: Delivery, replay_id: str, now: datetime) -> Delivery:
    """Return the delivery as one that begins again, from the start of the schedule."""
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


def _is_given_up(failed: Delivery, health: Health, now: datetime) -> bool:
    # It may have failed long ago and not been tried since: then minutes of failing decide nothing.
    is_failing_long = now - (health.failing_since or now) >= FAILING_LIMIT
    return is_failing_long and failed.failures >= DISABLING_FAILURES


def _judge_health(webhook: Webhook, attempt: Attempt, now: datetime) -> Health:
    failing_since = None if attempt.is_success else webhook.failing_since or now
    if attempt.code == "timeout" or attempt.duration_ms > SLOW_SECONDS * 1000:
        return Health(failing_since, now + SLOW_FOR)
    is_over = webhook.slow_until is None or webhook.slow_until <= now
    return Health(failing_since, None if is_over else webhook.slow_until)


def _asked(attempt: Attempt, now: datetime) -> timedelta | None:
    heeded = attempt.response_status in _MAY_ASK
    return read_retry_after(attempt.retry_after, now) if heeded else None


def _end(delivery: Delivery, status: DeliveryStatus, attempt: Attempt, now: datetime) -> Delivery:
    return replace(delivery, status=status, last=attempt, finished_at=now, wake_at=None)


def _postpone(
    delivery: Delivery, attempt: Attempt, health: Health, now: datetime, wait: timedelta
) -> Verdict:
    due_at = now + wait
    is_queued = wait <= LONGEST_QUEUED
    wake_at = due_at + WAKE_GRACE if is_queued else due_at
    postponed = replace(delivery, last=attempt, due_at=due_at, wake_at=wake_at)
    return Verdict(postponed, health, None, wait.total_seconds() if is_queued else None)
