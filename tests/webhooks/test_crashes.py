"""The message is delivered even if a worker is killed at any of its calls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.events.models import Event
from chalicelib.webhooks.delivery.attempts import AttemptRunner
from chalicelib.webhooks.delivery.fan_out import fan_out
from chalicelib.webhooks.delivery.sweep import wake_overdue
from chalicelib.webhooks.models import LEASE, WAKE_GRACE
from chalicelib.webhooks.sending.sender import Sender
from tests.fakes.receiver import Behaviour, Receiver, answer, receiving
from tests.fakes.webhook_stores import FakeDeliveryStore, FakeWebhookStore
from tests.fakes.webhooks import FakeQueues, make_import_event, make_links, make_webhook

_MOST_CALLS = 60  # more than one event needs until it is delivered
_LONG = LEASE + WAKE_GRACE


class KilledError(BaseException):
    """Ends the process: nothing catches this."""


class Fate:
    """Kills at the nth call, before or after it takes effect."""

    def __init__(self) -> None:
        self.calls, self.dies_at, self.is_after = 0, 0, False

    def wrap(self, inner: Any) -> Any:
        return _Mortal(inner, self)

    def call(self, act: Callable[[], Any]) -> Any:
        self.calls += 1
        is_last = self.calls == self.dies_at
        if is_last and not self.is_after:
            raise KilledError
        result = act()
        if is_last:
            raise KilledError
        return result


class _Mortal:
    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner, self._fate = inner, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        return lambda *given, **named: self._fate.call(lambda: found(*given, **named))


class World:
    """Stores and queues that live on when a worker dies. The queue of events gives back what a
    dead worker has not dealt with; that of deliveries forgets it, so that only the sweep helps.
    """

    def __init__(self, event: Event, receiver: Receiver) -> None:
        self.now, self.fate = datetime.now(UTC), Fate()
        self.events = [event]
        webhooks, self.deliveries, self.queues = (
            FakeWebhookStore(),
            FakeDeliveryStore(),
            FakeQueues(),
        )
        self.webhook = make_webhook(self.now, url=receiver.url)
        webhooks.create(self.webhook)
        self.queues.now = self.now
        self._mortal: tuple[Any, Any, Any] = (
            self.fate.wrap(webhooks),
            self.fate.wrap(self.deliveries),
            self.fate.wrap(self.queues),
        )
        sender = self.fate.wrap(Sender(allow_loopback=True, timeout_seconds=5))
        self._runner = AttemptRunner(
            *self._mortal,
            sender,
            make_links(),
            now=lambda: self.now,
            jitter=lambda: 0.0,
            scale=0.001,
        )

    def work(self) -> None:
        """Process everything that is due; may be killed."""
        while self.events:
            fan_out(self.events[0], *self._mortal, self.now)
            self.events.pop(0)
        wake_overdue(*self._mortal, self.now)
        for wake_up in self.queues.take_due():
            self._runner.run(wake_up)

    def is_delivered(self) -> bool:
        found, _ = self.deliveries.list_deliveries(self.webhook.webhook_id, 5, None)
        return [delivery.status for delivery in found] == ["DELIVERED"]

    def advance(self, time: timedelta) -> None:
        self.now += time
        self.queues.now = self.now


def _live(world: World, dies_at: int, *, is_after: bool) -> bool:
    """Work until the message is delivered, killed once; return whether the kill happened."""
    world.fate.dies_at, world.fate.is_after = dies_at, is_after
    for _ in range(12):
        try:
            world.work()
        except KilledError:
            world.queues.entries.clear()
        if world.is_delivered():
            break
        world.advance(_LONG)
    assert world.is_delivered(), f"lost by a kill at call {dies_at}"
    return world.fate.calls >= dies_at


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("behaviours", [[answer(200)], [answer(500), answer(200)]])
def test_no_message_is_lost_when_a_worker_is_killed_at_any_call(
    behaviours: list[Behaviour], is_after: bool
) -> None:
    event = make_import_event(now=datetime.now(UTC))
    kills, most_requests = 0, 0
    for dies_at in range(1, _MOST_CALLS):
        with receiving(*behaviours) as receiver:
            was_killed = _live(World(event, receiver), dies_at, is_after=is_after)
            requests = receiver.requests
            assert len({r.headers["webhook-id"] for r in requests}) == 1
            most_requests = max(most_requests, len(requests))
        if not was_killed:
            break
        kills += 1
    else:
        pytest.fail("the way is longer than it was")
    assert kills >= 10
    assert most_requests <= len(behaviours) + 1, "a kill costs one more request at most"
