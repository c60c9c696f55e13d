"""Webhooks, events and deliveries for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import make_signer
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.ids import new_id
from chalicelib.webhooks.delivery.links import FileLinks
from chalicelib.webhooks.delivery.queues import DeliveryQueues, Lane, WakeUp
from chalicelib.webhooks.models import Attempt, Secret, Webhook

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def make_webhook(now: datetime = NOW, **more: Any) -> Webhook:
    """Return a webhook that subscribes to all event types."""
    values: dict[str, Any] = {
        "webhook_id": new_id("wh_", now),
        "url": "https://example.com/hooks",
        "event_types": ("*",),
        "description": "",
        "enabled": True,
        "secrets": (Secret(SECRET, now),),
        "created_at": now,
        "updated_at": now,
    }
    return Webhook(**values | more)


def make_import_event(kind: EventType = "import.completed", now: datetime = NOW) -> Event:
    """Return the event of an import."""
    return make_event(kind, {"job_id": "job_1", "counts": {"created": 3}}, now)


def make_links(retention_days: int = 30) -> FileLinks:
    """Return what signs URLs of files, as the functions do."""
    return FileLinks(lambda: make_signer("http://files.example"), "bucket", retention_days)


def make_attempt(code: str = "bad_status", number: int = 1, **more: Any) -> Attempt:
    """Return an attempt, by default a failed one."""
    values: dict[str, Any] = {
        "number": number,
        "attempted_at": NOW,
        "code": code,
        "message": "" if code == "ok" else "It failed.",
        "duration_ms": 12,
        "response_status": 200 if code == "ok" else 500,
        "response_body": "body",
    }
    return Attempt(**values | more)


class FakeQueues(DeliveryQueues):
    """Both lanes in memory, with the time from which each wake-up can be taken."""

    def __init__(self) -> None:
        self.entries: list[tuple[datetime, WakeUp]] = []
        self.now = NOW

    def send(self, wake_ups: Sequence[WakeUp], delay_seconds: float = 0) -> None:
        assert delay_seconds <= 900
        at = self.now + timedelta(seconds=delay_seconds)
        self.entries += [(at, wake_up) for wake_up in wake_ups]

    def take_due(self, lane: Lane | None = None) -> list[WakeUp]:
        """Remove and return all wake-ups that are due."""
        taken = [e for e in self.entries if e[0] <= self.now and lane in (None, e[1].lane)]
        self.entries = [e for e in self.entries if e not in taken]
        return [wake_up for _, wake_up in taken]
