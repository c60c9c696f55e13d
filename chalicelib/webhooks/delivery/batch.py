"""One invocation of the attempt worker, in which no attempt waits for another one's receiver.

An invocation ends with its slowest attempt, up to 15 seconds after the others. So that a dead
receiver occupies one slot and not the whole worker, the batch keeps receiving entries from its
queue while an attempt is running.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.telemetry import logger
from chalicelib.webhooks.delivery.concurrency import ConcurrencyLimits
from chalicelib.webhooks.delivery.outcomes import SLOW_SECONDS
from chalicelib.webhooks.delivery.queues import DeliveryQueues, Entry, Lane, WakeUp

MAX_CONCURRENT: dict[Lane, int] = {"fast": 10, "slow": 40}  # attempts of one worker
_RECEIVING_SECONDS = 20.0  # an attempt received by then still ends within the function's timeout
_TICK_SECONDS = 0.1
_POLL_SECONDS = 0.5  # between two reads of an empty queue


class Runner(Protocol):
    """Runs the attempts of a batch."""

    def run(self, wake_up: WakeUp, on_request: Callable[[], None]) -> str:
        """Make the attempt that is due and return its outcome in one word.

        Calls `on_request` just before the request: earlier time isn't the receiver's.
        """

    def note_slow(self, webhook_id: str) -> None:
        """Let all workers know that the webhook's receiver is slow."""


@dataclass
class RunningAttempt:
    """The attempt of an entry: when it started, and when its request was sent."""

    entry: Entry
    started_at: float
    requested_at: float = math.inf

    @property
    def webhook_id(self) -> str:
        """The webhook that it delivers to."""
        return self.entry.wake_up.webhook_id

    def note_request(self) -> None:
        """Record that the request is sent now."""
        self.requested_at = monotonic()


class AttemptBatch:
    """One invocation of the attempt worker of a lane."""

    def __init__(
        self, lane: Lane, runner: Runner, queues: DeliveryQueues, slow_seconds: float = SLOW_SECONDS
    ) -> None:
        self._lane, self._runner, self._queues = lane, runner, queues
        self._slots = MAX_CONCURRENT[lane]
        first, most = (1, self._slots // 2) if lane == "fast" else (self._slots, self._slots)
        self._limits, self._slow_seconds = ConcurrencyLimits(first, most), slow_seconds
        self._given: Sequence[Entry] = ()
        self._waiting: list[Entry] = []
        self._running: dict[Future[str], RunningAttempt] = {}
        self._poll_at = self._end_at = 0.0
        self.outcomes = set[str]()
        self.failed: list[Entry] = []

    def run(self, given: Sequence[Entry]) -> None:
        """Run the attempts of the given entries, and of those received meanwhile.

        Afterwards `failed` has the given entries whose attempt raised. Safe twice, and safe to
        kill: an entry that was received and not deleted becomes visible again, and only one worker
        can claim a delivery.
        """
        self._given, self._waiting = given, list(given)
        self._end_at = monotonic() + _RECEIVING_SECONDS
        with ThreadPoolExecutor(self._slots) as pool:
            while self._waiting or self._running:
                self._start(pool)
                self._delete([entry for entry in self._finish() if entry not in given])
                self._lift_limits()
                self._receive_more()

    def _start(self, pool: ThreadPoolExecutor) -> None:
        kept = []
        for entry in self._waiting:
            attempt = RunningAttempt(entry, monotonic())
            if len(self._running) < self._slots and self._limits.may_start(attempt.webhook_id):
                self._limits.start(attempt.webhook_id)
                future = pool.submit(self._runner.run, entry.wake_up, attempt.note_request)
                self._running[future] = attempt
            else:
                kept.append(entry)
        self._waiting = kept

    def _finish(self) -> list[Entry]:
        """Wait up to a tick for attempts to end; return the entries that are done."""
        ended, _ = wait(self._running, _TICK_SECONDS, FIRST_COMPLETED)
        done = []
        for future in ended:
            attempt = self._running.pop(future)
            outcome = self._outcome_of(future, attempt.entry)
            self._limits.finish(attempt.webhook_id, has_responded=attempt.requested_at < math.inf)
            if outcome is not None:
                self.outcomes.add(outcome)
                done.append(attempt.entry)
        return done

    def _outcome_of(self, future: Future[str], entry: Entry) -> str | None:
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001  # any error fails this entry only
            logger.exception("record.failed", error_class=type(error).__name__)
            if entry in self._given:
                self.failed.append(entry)
            return None

    def _delete(self, received: Sequence[Entry]) -> None:
        if received:
            self._try_to("delete", lambda: self._queues.delete(self._lane, received))

    def _lift_limits(self) -> None:
        limit = monotonic() - self._slow_seconds
        slow = {run.webhook_id for run in self._running.values() if run.requested_at < limit}
        for webhook_id in slow:
            if not self._limits.is_unlimited(webhook_id) and self._try_to(
                "note_slow", partial(self._runner.note_slow, webhook_id)
            ):
                self._limits.remove_limit(webhook_id)

    def _receive_more(self) -> None:
        """Receive entries for the free slots, unless all running attempts are about to end."""
        now = monotonic()
        free = self._slots - len(self._running)
        started_at = min((attempt.started_at for attempt in self._running.values()), default=now)
        is_held = started_at < now - _TICK_SECONDS
        is_time = self._poll_at <= now < self._end_at
        if not (is_held and is_time and free and len(self._waiting) < self._slots):
            return
        self._poll_at = now + _POLL_SECONDS
        received: list[Entry] = []
        self._try_to("receive", lambda: received.extend(self._queues.receive(self._lane, free)))
        self._waiting += received
        if received:
            self._poll_at = now

    def _try_to(self, what: str, act: Callable[[], object]) -> bool:
        """Do something that may fail, because this worker or the next one does it again."""
        try:
            act()
        except (BotoCoreError, ClientError) as error:
            logger.warning("batch.call_failed", call=what, error_class=type(error).__name__)
            return False
        return True
