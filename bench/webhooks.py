"""Test webhooks under load and faults: no message is lost, receivers do not delay each other.

    python -m bench.webhooks [--deliveries 10000] [--write]

One receiver fails 30 % of the requests, is slow in 5 % and is killed once. A healthy one gets a
message every half second: alone, beside the faulty one, and beside one that never answers. Then it
gets bursts, alone and after bursts to others. Except in the bursts, the delays between attempts are
a thousandth of the real ones. All receivers are on loopback.
"""

import argparse
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.bursts import BURST, measure_bursts
from bench.machine import describe_machine
from bench.receivers import BlackHole, Faults, ReceiverProcess
from bench.subscriptions import Delays, Webhooks, receiving, wait_for
from infra.local.ephemeral import ephemeral_folder
from infra.local.stack import Addresses, start_ephemeral
from infra.packaging.package import ROOT

PAGE = ROOT / "docs" / "benchmark-webhooks.md"
_FORM = Path(__file__).with_suffix(".md")
SCALE = "0.001"
FAULTS = Faults(failing=0.3, slow=0.05)
_PROBE_SECONDS = 0.5
_DOWN_SECONDS = 10.0
_FEW = 20
_BACKLOG = 5  # keeps the workers busy without long queues
_SLOWEST_SECONDS = 400.0  # all delays between ten attempts, at that scale


@dataclass(frozen=True)
class Result:
    """The result of a run."""

    deliveries: int
    seconds: float
    attempts: int
    lost: int
    duplicates: int
    left: int  # in the dead-letter queue
    replayed: int  # failed ten times at the compressed schedule
    alone: Delays
    beside_faulty: Delays
    beside_dead: Delays
    dead_attempts: int
    bursts: Mapping[str, Delays]  # by what was sent before


class Probe:
    """A healthy receiver that gets a message every half second."""

    def __init__(self, webhooks: Webhooks, receiver: ReceiverProcess) -> None:
        self._webhooks, self._receiver = webhooks, receiver
        self._sent: dict[str, float] = {}
        self._next_at = 0.0

    def beat(self) -> None:
        """Send the next message if it is due."""
        if time.monotonic() >= self._next_at:
            self._sent |= self._webhooks.publish("import.failed", 1)
            self._next_at = time.monotonic() + _PROBE_SECONDS

    def beat_for(self, seconds: float) -> None:
        """Send messages for `seconds`."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.beat()
            time.sleep(0.05)

    def read(self) -> Delays:
        """Wait for all messages; return the delays since the last reading."""
        delays = wait_for(self._sent, self._receiver)
        self._sent = {}
        return delays


def measure(
    addresses: Addresses,
    folder: Path,
    bursts: Mapping[str, Delays],
    deliveries: int,
    *,
    calm_seconds: float,
    most_seconds: float,
) -> Result:
    """Measure deliveries on a stack; raise RuntimeError if they do not end in time."""
    webhooks = Webhooks(addresses)
    with receiving(webhooks, folder / "healthy", "import.failed", Faults()) as (_, healthy):
        probe = Probe(webhooks, healthy)
        _warm(webhooks, probe)
        probe.beat_for(calm_seconds)
        alone = probe.read()
        with receiving(webhooks, folder / "faulty", "import.completed", FAULTS) as (hook, faulty):
            started = time.monotonic()
            replayed = 0
            sent = _deliver(webhooks, probe, faulty, deliveries, most_seconds)
            limit = time.monotonic() + _SLOWEST_SECONDS
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
        bursts=bursts,
    )


def measure_calmly(addresses: Addresses, folder: Path) -> dict[str, Delays]:
    """Measure bursts on a stack with the real schedule of attempts."""
    webhooks = Webhooks(addresses)
    with receiving(webhooks, folder / "warming", "import.failed", Faults()) as (_, healthy):
        _warm(webhooks, Probe(webhooks, healthy))
    return measure_bursts(webhooks, folder)


def _warm(webhooks: Webhooks, probe: Probe) -> None:
    """Make the emulator start all its workers, which takes a processor second each."""
    hole = BlackHole()
    webhook = webhooks.subscribe(hole.url, "import.cancelled")
    webhooks.publish("import.cancelled", 300)
    probe.beat_for(20)
    webhooks.unsubscribe(webhook)
    probe.beat_for(16)
    probe.read()
    hole.close()


def _deliver(
    webhooks: Webhooks, probe: Probe, faulty: ReceiverProcess, count: int, most_seconds: float
) -> dict[str, float]:
    """Send the messages, kill the receiver meanwhile, and wait until it has all of them."""
    sent: dict[str, float] = {}
    limit, killed_at, has_died = time.monotonic() + most_seconds, None, False
    while len(taken := _names(faulty)) < count:
        if time.monotonic() > limit:
            break
        if has_died and killed_at is None and count - len(taken) < _FEW:
            break  # the last ones wait for their next attempts or have had ten
        if len(sent) < count and webhooks.backlog() < _BACKLOG:
            sent |= webhooks.publish("import.completed", min(_BACKLOG, count - len(sent)))
        if not has_died and len(taken) > count * 0.4:
            faulty.kill()
            killed_at, has_died = time.monotonic(), True
        if killed_at and time.monotonic() > killed_at + _DOWN_SECONDS:
            threading.Thread(target=faulty.start).start()  # the healthy one must not wait for it
            killed_at = None
        probe.beat()
        time.sleep(0.02 if len(sent) < count else 0.2)
    return sent


def _beside_dead(webhooks: Webhooks, probe: Probe, calm_seconds: float) -> tuple[Delays, int]:
    """Measure the healthy receiver while one that never answers gets four times as much."""
    hole = BlackHole()
    webhook = webhooks.subscribe(hole.url, "import.cancelled")
    limit = time.monotonic() + max(calm_seconds, 25.0)
    while time.monotonic() < limit:
        webhooks.publish("import.cancelled", 4)
        probe.beat_for(_PROBE_SECONDS)
    webhooks.unsubscribe(webhook)
    delays = probe.read()
    connections = hole.connections
    hole.close()
    return delays, connections


def _names(receiver: ReceiverProcess) -> set[str]:
    return {name for name, _ in receiver.taken()}


def write_page(result: Result) -> str:
    """Return docs/benchmark-webhooks.md."""
    beside = {
        "alone": result.alone,
        "beside the faulty one": result.beside_faulty,
        "beside one that never answers": result.beside_dead,
    }
    tables = {"rows": _write_rows(beside), "bursts": _write_rows(result.bursts)}
    values = vars(result) | tables
    form = _FORM.read_text(encoding="utf-8")
    return form.format(machine=describe_machine(), down=_DOWN_SECONDS, burst=BURST, **values)


def _write_rows(delays: Mapping[str, Delays]) -> str:
    return "\n".join(
        f"| {name} | {d.messages} | {d.median:.2f} s | {d.p95:.2f} s | {d.p99:.2f} s"
        f" | {d.most:.2f} s |"
        for name, d in delays.items()
    )


def main() -> int:
    """Run the program; return 0 only if no message was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--most-seconds", type=float, default=1500.0)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    with ephemeral_folder() as folder, start_ephemeral(folder / "stack") as addresses:
        bursts = measure_calmly(addresses, folder)
    parameters = {"WebhookScheduleScale": SCALE}
    with ephemeral_folder() as folder, start_ephemeral(folder / "stack", parameters) as addresses:
        result = measure(
            addresses,
            folder,
            bursts,
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
