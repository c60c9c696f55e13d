"""One invocation of the attempt worker: no attempt waits for another one's receiver."""

import threading
from collections.abc import Callable, Sequence
from time import monotonic, sleep

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.webhooks.delivery.batch import MAX_CONCURRENT, AttemptBatch
from chalicelib.webhooks.delivery.queues import Entry, Lane, WakeUp
from tests.fakes.webhooks import FakeQueues

SLOW_SECONDS, HANGING_SECONDS = 0.3, 1.5


class RecordingRunner:
    """Runs attempts that end as the webhook's name says, and records them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.attempts: list[tuple[str, str, float]] = []  # delivery, outcome, when
        self.slow: list[str] = []
        self.at_once: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}

    def run(self, wake_up: WakeUp, on_request: Callable[[], None]) -> str:
        name = wake_up.webhook_id
        with self._lock:
            self.at_once[name] = self.at_once.get(name, 0) + 1
            self.most_at_once[name] = max(self.most_at_once.get(name, 0), self.at_once[name])
        try:
            outcome = self._act(wake_up, on_request)
        finally:
            with self._lock:
                self.at_once[name] -= 1
        with self._lock:
            self.attempts.append((wake_up.delivery_id, outcome, monotonic()))
        return outcome

    def _act(self, wake_up: WakeUp, on_request: Callable[[], None]) -> str:
        if wake_up.webhook_id == "broken":
            raise RuntimeError("no")
        if wake_up.webhook_id == "dead":
            if wake_up.lane == "fast" and "dead" in self.slow:
                return "moved"
            on_request()
            sleep(HANGING_SECONDS)
            return "timeout"
        if wake_up.webhook_id == "held":
            sleep(HANGING_SECONDS)
        on_request()
        sleep(0.01)
        return "ok"

    def note_slow(self, webhook_id: str) -> None:
        self.slow.append(webhook_id)

    def outcomes(self, webhook_id: str) -> list[str]:
        return [outcome for name, outcome, _ in self.attempts if name.startswith(webhook_id)]

    def last_at(self, webhook_id: str) -> float:
        return max(at for name, _, at in self.attempts if name.startswith(webhook_id))


class Waiting(FakeQueues):
    """Queues that have these entries and may be unreachable."""

    def __init__(self, waiting: Sequence[Entry] = (), *, is_there: bool = True) -> None:
        super().__init__()
        self.waiting, self.deleted, self._is_there = list(waiting), list[Entry](), is_there

    def receive(self, lane: Lane, most: int) -> list[Entry]:
        self._fail_if_gone()
        most = min(most, 10)
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken

    def delete(self, lane: Lane, entries: Sequence[Entry]) -> None:
        self._fail_if_gone()
        self.deleted += entries

    def _fail_if_gone(self) -> None:
        if not self._is_there:
            raise EndpointConnectionError(endpoint_url="sqs")


def _entries(webhook_id: str, count: int, lane: Lane = "fast") -> list[Entry]:
    return [
        Entry(WakeUp(f"{webhook_id}-{n}", webhook_id, lane), f"{webhook_id}-{n}", "receipt")
        for n in range(count)
    ]


@pytest.fixture
def runner() -> RecordingRunner:
    return RecordingRunner()


def _run(
    runner: RecordingRunner,
    given: Sequence[Entry],
    queues: Waiting | None = None,
    lane: Lane = "fast",
) -> AttemptBatch:
    batch = AttemptBatch(lane, runner, queues or Waiting(), SLOW_SECONDS)
    batch.run(given)
    return batch


def _ids(entries: Sequence[Entry]) -> set[str]:
    return {entry.message_id for entry in entries}


def test_every_entry_is_attempted(runner: RecordingRunner) -> None:
    given = _entries("a", 10) + _entries("b", 10)
    batch = _run(runner, given)
    assert (batch.outcomes, batch.failed) == ({"ok"}, [])
    assert {name for name, _, _ in runner.attempts} == _ids(given)


def test_only_entries_whose_attempt_raises_are_failed(runner: RecordingRunner) -> None:
    broken = _entries("broken", 2)
    batch = _run(runner, [*broken, *_entries("a", 3)])
    assert _ids(batch.failed) == _ids(broken)
    assert runner.outcomes("a") == ["ok"] * 3


def test_a_receiver_gets_at_most_half_of_the_slots(runner: RecordingRunner) -> None:
    _run(runner, _entries("a", 40))
    assert 1 < runner.most_at_once["a"] <= MAX_CONCURRENT["fast"] // 2


def test_an_unresponsive_receiver_gets_one_attempt_and_the_rest_are_moved(
    runner: RecordingRunner,
) -> None:
    _run(runner, _entries("dead", 10))
    assert sorted(runner.outcomes("dead")) == ["moved"] * 9 + ["timeout"]
    assert runner.slow == ["dead"], "other workers know"


def test_time_before_the_request_does_not_count_as_the_receivers(
    runner: RecordingRunner,
) -> None:
    _run(runner, _entries("held", 2))
    assert (runner.outcomes("held"), runner.slow) == (["ok", "ok"], [])


def test_free_slots_keep_reading_the_queue_while_an_attempt_hangs(
    runner: RecordingRunner,
) -> None:
    queues = Waiting(_entries("a", 60))
    started = monotonic()
    _run(runner, _entries("dead", 1), queues)
    assert len(runner.outcomes("a")) == 60
    assert runner.last_at("a") - started < HANGING_SECONDS
    assert _ids(queues.deleted) == _ids(_entries("a", 60))


def test_a_burst_for_a_dead_receiver_delays_others_only_briefly(
    runner: RecordingRunner,
) -> None:
    queues = Waiting(_entries("dead", 100)[10:] + _entries("a", 20))
    started = monotonic()
    _run(runner, _entries("dead", 10), queues)
    assert runner.last_at("a") - started < HANGING_SECONDS
    assert runner.outcomes("dead").count("timeout") == 1


def test_received_entries_that_fail_are_not_deleted(runner: RecordingRunner) -> None:
    queues = Waiting(_entries("broken", 3) + _entries("a", 1))
    batch = _run(runner, _entries("dead", 1), queues)
    assert _ids(queues.deleted) == {"a-0"}
    assert batch.failed == [], "Lambda didn't deliver them"


def test_a_batch_whose_attempts_end_receives_no_more(runner: RecordingRunner) -> None:
    queues = Waiting(_entries("b", 5))
    _run(runner, _entries("a", 1), queues)
    assert len(queues.waiting) == 5


def test_an_unreachable_queue_stops_no_attempt(runner: RecordingRunner) -> None:
    batch = _run(runner, [*_entries("dead", 1), *_entries("a", 5)], Waiting(is_there=False))
    assert batch.outcomes == {"ok", "timeout"}


def test_slow_receivers_are_attempted_concurrently(runner: RecordingRunner) -> None:
    queues = Waiting(_entries("dead", 35, "slow"))
    started = monotonic()
    _run(runner, _entries("dead", 5, "slow"), queues, "slow")
    assert runner.outcomes("dead") == ["timeout"] * 40
    assert monotonic() - started < 2.5 * HANGING_SECONDS
