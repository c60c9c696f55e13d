"""Drive the deployed webhooks: subscribe, publish, inspect, wait."""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from bench.receivers import Faults, ReceiverProcess
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.events.queue import EventsQueue
from chalicelib.webhooks.models import Message
from infra.local.stack import Addresses, local_target

_DAWN = "2026-01-01T00:00:00Z"
_MOST_SECONDS = 120.0


@dataclass(frozen=True)
class Delays:
    """Seconds from an event to its message at the receiver."""

    messages: int
    median: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Delays":
        """Return the statistics of measured delays."""
        ordered = sorted(seconds)
        p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * n))] for n in (0.95, 0.99))
        return cls(len(ordered), statistics.median(ordered), p95, p99, ordered[-1])


class Webhooks:
    """The deployed webhooks of one stack."""

    def __init__(self, addresses: Addresses) -> None:
        target = local_target(addresses.endpoint_url)
        self._api_url, self._session = addresses.api_url, requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {addresses.api_key}"
        self._sqs = target.client("sqs")
        urls = self._sqs.list_queues()["QueueUrls"]
        events = next(u for u in urls if "EventsQueue" in u)
        deliveries = next(u for u in urls if "-DeliveriesQueue" in u)
        self._ways, self._events = (events, deliveries), EventsQueue(self._sqs, events)
        self._dead_letters = next(u for u in urls if "UndeliveredWebhooks" in u)

    def subscribe(self, url: str, kind: EventType) -> dict[str, Any]:
        """Subscribe `url` to one event type; return the webhook with its secret."""
        body = {"url": url, "event_types": [kind]}
        webhook: dict[str, Any] = self._call("POST", "/webhooks", body)
        return webhook

    def publish(self, kind: EventType, count: int) -> dict[str, float]:
        """Publish `count` events; return their times by message id."""
        made = [make_event(kind, {"job_id": "none"}, datetime.now(UTC)) for _ in range(count)]
        now = time.time()
        self._events.send(made)
        return {_message_id(event): now for event in made}

    def deliveries(self, webhook: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield all deliveries of a webhook."""
        path = f"/webhooks/{webhook['webhook_id']}/deliveries?limit=100"
        cursor = ""
        while True:
            page = self._call("GET", path + cursor)
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def replay_failed(self, webhook: dict[str, Any]) -> int:
        """Replay all failed deliveries; return their number."""
        path = f"/webhooks/{webhook['webhook_id']}"
        failed = self._call("GET", f"{path}/deliveries?status=FAILED&limit=100")["items"]
        if failed:
            self._call("POST", f"{path}/replay", {"since": _DAWN, "status": "FAILED"})
        return len(failed)

    def unsubscribe(self, webhook: dict[str, Any]) -> None:
        """Delete a webhook."""
        self._call("DELETE", f"/webhooks/{webhook['webhook_id']}")

    def dead_letters(self) -> int:
        """Return the number of entries in the dead-letter queue."""
        return self._count(self._dead_letters)

    def backlog(self) -> int:
        """Return the number of events and first attempts that wait for a worker."""
        return sum(self._count(url) for url in self._ways)

    def _count(self, url: str) -> int:
        found = self._sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, self._api_url + path, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def receiving(
    webhooks: Webhooks, log: Path, kind: EventType, faults: Faults
) -> Iterator[tuple[dict[str, Any], ReceiverProcess]]:
    """Yield a webhook and its receiver, which runs in a separate process."""
    receiver = ReceiverProcess(log, faults)
    webhook = webhooks.subscribe(receiver.url, kind)
    receiver.secret = webhook["secret"]
    receiver.start()
    try:
        yield webhook, receiver
    finally:
        webhooks.unsubscribe(webhook)
        receiver.kill()


def wait_for(sent: Mapping[str, float], receiver: ReceiverProcess) -> Delays:
    """Wait for all messages of `sent` (times by id); return the delay of each first arrival."""
    limit = time.monotonic() + _MOST_SECONDS
    while sent.keys() - (at := dict(reversed(receiver.taken()))).keys():
        if time.monotonic() > limit:
            raise RuntimeError("messages did not reach a healthy receiver")
        time.sleep(0.1)
    return Delays.of([at[name] - sent_at for name, sent_at in sent.items()])


def _message_id(event: Event) -> str:
    return Message.of(event).message_id
