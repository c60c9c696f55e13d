"""A shift: one call of the worker, in which no attempt waits for another one's receiver.

A call of a function ends with its slowest attempt, up to 15 seconds after the others. So that a
dead receiver holds a hand and not the whole worker, a shift goes on taking entries from its queue
as long as an attempt of it is under way.
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
from chalicelib.webhooks.delivery.circuit_breaker import Gates
from chalicelib.webhooks.delivery.outcomes import SLOW_SECONDS
from chalicelib.webhooks.delivery.queues import DeliveryQueues, Entry, Lane, WakeUp

HANDS: dict[Lane, int] = {"fast": 10, "slow": 40}  # attempts under way at once, in one worker
_TAKING_SECONDS = 20.0  # what is taken then still ends before the function's time is over
_TICK_SECONDS = 0.1
_IDLE_SECONDS = 0.5  # between looks at an empty queue


class Crew(Protocol):
    """What the hands of a shift can do."""

    def attempt(self, wake_up: WakeUp, on_request: Callable[[], None]) -> str:
        """Make the attempt that is due; return what became of it in a word.

        Calls `on_request` when it is the receiver's turn: what came before was not its time.
        """

    def note_slow(self, webhook_id: str) -> None:
        """Tell all workers that the webhook's receiver keeps them waiting."""


@dataclass
class Hand:
    """What a hand is at: the attempt of an entry, and since when the receiver has it."""

    entry: Entry
    began_at: float
    asked_at: float = math.inf

    @property
    def webhook_id(self) -> str:
        """Whose attempt it is."""
        return self.entry.wake_up.webhook_id

    def ask(self) -> None:
        """Note that the receiver has it from now on."""
        self.asked_at = monotonic()


class Shift:
    """One call of the worker of a lane."""

    def __init__(
        self, lane: Lane, crew: Crew, queues: DeliveryQueues, slow_seconds: float = SLOW_SECONDS
    ) -> None:
        self._lane, self._crew, self._queues = lane, crew, queues
        self._hands = HANDS[lane]
        first, most = (1, self._hands // 2) if lane == "fast" else (self._hands, self._hands)
        self._gates, self._slow_seconds = Gates(first, most), slow_seconds
        self._given: Sequence[Entry] = ()
        self._waiting: list[Entry] = []
        self._under_way: dict[Future[str], Hand] = {}
        self._look_at = self._end_at = 0.0
        self.outcomes = set[str]()
        self.failed: list[Entry] = []

    def work(self, given: Sequence[Entry]) -> None:
        """Make the attempts of the given entries, and of what else comes meanwhile.

        `failed` has then those given whose attempt raised. Safe twice, and to be killed: what was
        taken and not deleted comes again, and a delivery is claimed by one at a time.
        """
        self._given, self._waiting = given, list(given)
        self._end_at = monotonic() + _TAKING_SECONDS
        with ThreadPoolExecutor(self._hands) as pool:
            while self._waiting or self._under_way:
                self._begin(pool)
                self._delete([entry for entry in self._end() if entry not in given])
                self._open_gates()
                self._take_more()

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        kept = []
        for entry in self._waiting:
            hand = Hand(entry, monotonic())
            if len(self._under_way) < self._hands and self._gates.may_begin(hand.webhook_id):
                self._gates.begin(hand.webhook_id)
                attempt = pool.submit(self._crew.attempt, entry.wake_up, hand.ask)
                self._under_way[attempt] = hand
            else:
                kept.append(entry)
        self._waiting = kept

    def _end(self) -> list[Entry]:
        """Wait a moment for attempts that end; return the entries that are dealt with."""
        done, _ = wait(self._under_way, _TICK_SECONDS, FIRST_COMPLETED)
        dealt_with = []
        for future in done:
            hand = self._under_way.pop(future)
            outcome = self._outcome_of(future, hand.entry)
            self._gates.end(hand.webhook_id, has_answered=hand.asked_at < math.inf)
            if outcome is not None:
                self.outcomes.add(outcome)
                dealt_with.append(hand.entry)
        return dealt_with

    def _outcome_of(self, future: Future[str], entry: Entry) -> str | None:
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this entry's alone
            logger.exception("record.failed", error_class=type(error).__name__)
            if entry in self._given:
                self.failed.append(entry)
            return None

    def _delete(self, taken: Sequence[Entry]) -> None:
        if taken:
            self._try_to("delete", lambda: self._queues.delete(self._lane, taken))

    def _open_gates(self) -> None:
        limit = monotonic() - self._slow_seconds
        slow = {hand.webhook_id for hand in self._under_way.values() if hand.asked_at < limit}
        for webhook_id in slow:
            if not self._gates.is_open(webhook_id) and self._try_to(
                "note_slow", partial(self._crew.note_slow, webhook_id)
            ):
                self._gates.open(webhook_id)

    def _take_more(self) -> None:
        """Take what fits into the free hands, unless all that is under way will end in a moment."""
        now = monotonic()
        free = self._hands - len(self._under_way)
        began_at = min((hand.began_at for hand in self._under_way.values()), default=now)
        is_held = began_at < now - _TICK_SECONDS
        is_time = self._look_at <= now < self._end_at
        if not (is_held and is_time and free and len(self._waiting) < self._hands):
            return
        self._look_at = now + _IDLE_SECONDS
        found: list[Entry] = []
        self._try_to("take", lambda: found.extend(self._queues.take(self._lane, free)))
        self._waiting += found
        if found:
            self._look_at = now

    def _try_to(self, what: str, act: Callable[[], object]) -> bool:
        """Do what may as well fail: it is done again, by this worker or the next one."""
        try:
            act()
        except (BotoCoreError, ClientError) as error:
            logger.warning("shift.hindered", call=what, error_class=type(error).__name__)
            return False
        return True
