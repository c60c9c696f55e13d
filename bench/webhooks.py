"""Load and faults of webhooks on the deployed stack: nothing lost, nobody delayed by another.

    python -m bench.webhooks [--deliveries 10000] [--write]

A receiver fails 30 % of the requests, is slow in 5 % and is killed once; a healthy one beside it is
sent a message every half second, alone, beside that one, and beside one that never answers. Waits
between attempts are a thousandth of the real ones. All on loopback.
"""

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from bench.machine import describe_machine
from bench.receivers import BlackHole, Faults, ReceiverProcess
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.events.queue import EventsQueue
from chalicelib.webhooks.models import Message
from infra.local.fleeting import fleeting_folder
from infra.local.stack import Addresses, local_target, start_fleeting
from infra.package import ROOT

PAGE = ROOT / "docs" / "benchmark-webhooks.md"
SCALE = "0.001"
FAULTS = Faults(failing=0.3, slow=0.05)
_DAWN = "2026-01-01T00:00:00Z"
_PROBE_SECONDS = 0.5
_DOWN_SECONDS = 10.0
_FEW = 20
_AHEAD = 400  # events that may be under way: the queue is never empty, nor are all in it


_PAGE = """# Webhooks under load and faults

`python -m bench.webhooks --write` made this page, on the deployed embedded stack: the functions are
processes that an emulator runs on the same cores as the receivers. Waits between attempts were a
thousandth of the real ones. {machine}.

**{deliveries:,} deliveries** to a receiver that answers 500 to 30 % of the requests, takes
5 seconds for 5 %, and was killed once, for {down:.0f} seconds. It checks every signature, and
writes down what it takes before it answers.

| | |
|---|---|
| lost | {lost} |
| attempts | {attempts:,} |
| messages it took twice | {duplicates} |
| failed ten times at this schedule, and were replayed | {replayed} |
| entries left in the dead-letter queue | {left} |
| until all were delivered | {seconds:.0f} s |

**A healthy receiver beside it** was sent a message every half second. From the event to the
message:

| | messages | median | 95 % | most |
|---|---|---|---|---|
{rows}

The one that never answers was sent 200 messages; {dead_attempts} attempts at it were begun
meanwhile, each of 15 seconds. It has 3 places among the workers of the others; the rest waits in a
queue with workers of its own.
"""


@dataclass(frozen=True)
class Delays:
    """From an event to its message at the receiver, in seconds."""

    messages: int
    median: float
    p95: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Delays":
        """Return the delays that were measured."""
        ordered = sorted(seconds)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return cls(len(ordered), statistics.median(ordered), p95, ordered[-1])


@dataclass(frozen=True)
class Result:
    """What a run came to."""

    deliveries: int
    seconds: float
    attempts: int
    lost: int
    duplicates: int
    left: int  # in the dead-letter queue
    replayed: int  # that had failed ten times, at the compressed schedule
    alone: Delays
    beside_faulty: Delays
    beside_dead: Delays
    dead_attempts: int


class Webhooks:
    """The deployed webhooks: subscribe, publish, look."""

    def __init__(self, addresses: Addresses) -> None:
        target = local_target(addresses.endpoint_url)
        self._api_url, self._session = addresses.api_url, requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {addresses.api_key}"
        self._sqs = target.client("sqs")
        urls = self._sqs.list_queues()["QueueUrls"]
        self._events = EventsQueue(self._sqs, next(u for u in urls if "EventsQueue" in u))
        self._dead_letters = next(u for u in urls if "UndeliveredWebhooks" in u)

    def subscribe(self, url: str, kind: EventType) -> dict[str, Any]:
        """Subscribe `url` to events of one type; return the webhook with its secret."""
        body = {"url": url, "event_types": [kind]}
        webhook: dict[str, Any] = self._call("POST", "/webhooks", body)
        return webhook

    def publish(self, kind: EventType, count: int) -> dict[str, float]:
        """Publish so many events; return when, by the ids of their messages."""
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
        """Replay what has failed for good, as its owner would; return how many there are."""
        path = f"/webhooks/{webhook['webhook_id']}"
        failed = self._call("GET", f"{path}/deliveries?status=FAILED&limit=100")["items"]
        if failed:
            self._call("POST", f"{path}/replay", {"since": _DAWN, "status": "FAILED"})
        return len(failed)

    def unsubscribe(self, webhook: dict[str, Any]) -> None:
        """Delete a webhook."""
        self._call("DELETE", f"/webhooks/{webhook['webhook_id']}")

    def dead_letters(self) -> int:
        """Return how many entries no function could deal with."""
        found = self._sqs.get_queue_attributes(
            QueueUrl=self._dead_letters, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, self._api_url + path, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


class Probe:
    """A healthy receiver that is sent a message every half second."""

    def __init__(self, webhooks: Webhooks, receiver: ReceiverProcess) -> None:
        self._webhooks, self._receiver = webhooks, receiver
        self._sent: dict[str, float] = {}
        self._next_at = 0.0

    def beat(self) -> None:
        """Send the next message if it is time."""
        if time.monotonic() >= self._next_at:
            self._sent |= self._webhooks.publish("import.failed", 1)
            self._next_at = time.monotonic() + _PROBE_SECONDS

    def beat_for(self, seconds: float) -> None:
        """Send messages for so long."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.beat()
            time.sleep(0.05)

    def read(self) -> Delays:
        """Return the delays since the last reading, once all messages have come."""
        limit = time.monotonic() + 120
        while self._sent.keys() - (at := dict(reversed(self._receiver.taken()))).keys():
            if time.monotonic() > limit:
                raise RuntimeError("messages to the healthy receiver did not come")
            time.sleep(0.1)
        delays = [at[name] - sent_at for name, sent_at in self._sent.items()]
        self._sent = {}
        return Delays.of(delays)


def measure(
    addresses: Addresses, folder: Path, deliveries: int, *, calm_seconds: float, most_seconds: float
) -> Result:
    """Run all of it on a stack; raises RuntimeError when it does not end in time."""
    webhooks = Webhooks(addresses)
    with _receiving(webhooks, folder / "healthy", "import.failed", Faults()) as (_, healthy):
        probe = Probe(webhooks, healthy)
        _warm(webhooks, probe)
        probe.beat_for(calm_seconds)
        alone = probe.read()
        with _receiving(webhooks, folder / "faulty", "import.completed", FAULTS) as (hook, faulty):
            started = time.monotonic()
            replayed = 0
            sent = _deliver(webhooks, probe, faulty, deliveries, most_seconds)
            limit = time.monotonic() + 120
            while sent.keys() - _names(faulty) and time.monotonic() < limit:
                replayed += webhooks.replay_failed(hook)
                probe.beat_for(10)
            seconds = time.monotonic() - started
            beside_faulty = probe.read()
            attempts = sum(d["attempts"] for d in webhooks.deliveries(hook))
            taken = [name for name, _ in faulty.taken()]
        beside_dead, dead_attempts = _beside_dead(webhooks, probe, calm_seconds)
    return Result(
        deliveries=deliveries,
        seconds=seconds,
        attempts=attempts,
        lost=len(sent.keys() - set(taken)),
        duplicates=len(taken) - len(set(taken)),
        left=webhooks.dead_letters(),
        replayed=replayed,
        alone=alone,
        beside_faulty=beside_faulty,
        beside_dead=beside_dead,
        dead_attempts=dead_attempts,
    )


def _warm(webhooks: Webhooks, probe: Probe) -> None:
    """Have the emulator start all its workers, a second of a processor for each."""
    hole = BlackHole()
    webhook = webhooks.subscribe(hole.url, "import.cancelled")
    webhooks.publish("import.cancelled", 150)
    probe.beat_for(20)
    webhooks.unsubscribe(webhook)
    probe.beat_for(16)
    probe.read()
    hole.close()


@contextmanager
def _receiving(
    webhooks: Webhooks, log: Path, kind: EventType, faults: Faults
) -> Iterator[tuple[dict[str, Any], ReceiverProcess]]:
    receiver = ReceiverProcess(log, faults)
    webhook = webhooks.subscribe(receiver.url, kind)
    receiver.secret = webhook["secret"]
    receiver.start()
    try:
        yield webhook, receiver
    finally:
        webhooks.unsubscribe(webhook)
        receiver.kill()


def _deliver(
    webhooks: Webhooks, probe: Probe, faulty: ReceiverProcess, count: int, most_seconds: float
) -> dict[str, float]:
    """Send the messages, kill the receiver in the midst, and wait until it has them all."""
    sent: dict[str, float] = {}
    limit, killed_at, has_died = time.monotonic() + most_seconds, None, False
    while len(taken := _names(faulty)) < count:
        if time.monotonic() > limit:
            break
        if has_died and killed_at is None and count - len(taken) < _FEW:
            break  # the last ones wait for their next attempts, or have had ten
        if len(sent) < count and len(sent) - len(taken) < _AHEAD:
            sent |= webhooks.publish("import.completed", min(20, count - len(sent)))
        if not has_died and len(taken) > count * 0.4:
            faulty.kill()
            killed_at, has_died = time.monotonic(), True
        if killed_at and time.monotonic() > killed_at + _DOWN_SECONDS:
            threading.Thread(target=faulty.start).start()  # the healthy one is not to wait for it
            killed_at = None
        probe.beat()
        time.sleep(0.02 if len(sent) < count else 0.2)
    return sent


def _beside_dead(webhooks: Webhooks, probe: Probe, calm_seconds: float) -> tuple[Delays, int]:
    """Measure the healthy receiver while one that never answers is sent 200 messages."""
    hole = BlackHole()
    webhook = webhooks.subscribe(hole.url, "import.cancelled")
    webhooks.publish("import.cancelled", 200)
    probe.beat_for(max(calm_seconds, 25.0))
    webhooks.unsubscribe(webhook)
    delays = probe.read()
    connections = hole.connections
    hole.close()
    return delays, connections


def _names(receiver: ReceiverProcess) -> set[str]:
    return {name for name, _ in receiver.taken()}


def _message_id(event: Event) -> str:
    return Message.of(event).message_id


def write_page(result: Result) -> str:
    """Return the page of a result."""
    rows = "\n".join(
        f"| {name} | {d.messages} | {d.median:.2f} s | {d.p95:.2f} s | {d.most:.2f} s |"
        for name, d in (
            ("alone", result.alone),
            ("beside the faulty one", result.beside_faulty),
            ("beside one that never answers", result.beside_dead),
        )
    )
    return _PAGE.format(machine=describe_machine(), down=_DOWN_SECONDS, rows=rows, **vars(result))


def main() -> int:
    """Run the program; the exit status is 0 only when nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--most-seconds", type=float, default=1500.0)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    parameters = {"WebhookScheduleScale": SCALE}
    with fleeting_folder() as folder, start_fleeting(folder / "stack", parameters) as addresses:
        result = measure(
            addresses,
            folder,
            options.deliveries,
            calm_seconds=15.0,
            most_seconds=options.most_seconds,
        )
    print(asdict(result))
    page = write_page(result)
    if options.write:
        PAGE.write_text(page, encoding="utf-8")
    print(page)
    return 1 if result.lost else 0


if __name__ == "__main__":
    sys.exit(main())
