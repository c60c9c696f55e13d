"""The outbox in PostgreSQL: an event is written with its change, and drained to the queue."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from operator import attrgetter

import pytest

from chalicelib.bootstrap import services
from chalicelib.errors import TryAgainError
from chalicelib.events.drain import (
    drain_all,
    drain_events,
    is_drain_near,
    publish,
    trigger_drain,
)
from chalicelib.events.models import Event, EventType, make_event
from chalicelib.postgres import connect
from chalicelib.settings import Settings, read_settings
from infra.local.postgres import Database
from tests.fakes.aws import ENVIRONMENT, database_environment, open_account
from tests.fakes.jobs import NOW
from tests.fakes.queues import take_bodies

_TRIGGERING: list[EventType] = ["product.updated"]


@pytest.fixture
def settings(fresh: Database) -> Settings:
    return read_settings(ENVIRONMENT | database_environment(fresh))


def _publish(settings: Settings, number: int) -> list[Event]:
    events = [make_event("product.updated", {"sku": f"A{n}"}, NOW) for n in range(number)]
    with connect(settings, "test") as connection, connection.cursor() as cursor:
        for event in events:
            publish(cursor, event)
    return events


class Sent(list[Event]):
    """A queue that keeps what it is sent."""

    def send(self, events: Sequence[Event]) -> None:
        self.extend(events)


@pytest.mark.parametrize("number", [0, 1, 100, 101, 250])
def test_every_event_is_drained_once(settings: Settings, number: int) -> None:
    events, sent = _publish(settings, number), Sent()
    assert drain_all(settings, sent.send) == number
    assert sorted(sent, key=attrgetter("event_id")) == sorted(events, key=attrgetter("event_id"))
    assert drain_all(settings, sent.send) == 0


def test_an_edit_that_is_rolled_back_writes_no_event(settings: Settings) -> None:
    with connect(settings, "test") as connection, connection.cursor() as cursor:
        publish(cursor, make_event("product.created", {}, NOW))
        connection.rollback()
    sent = Sent()
    assert drain_all(settings, sent.send) == 0


def test_events_that_the_queue_does_not_take_remain(settings: Settings) -> None:
    events = _publish(settings, 3)

    def refuse(events: Sequence[Event]) -> None:
        raise TryAgainError("the queue is away")

    with pytest.raises(TryAgainError):
        drain_all(settings, refuse)
    sent = Sent()
    assert drain_all(settings, sent.send) == 3
    assert [event.event_id for event in sent] == sorted(event.event_id for event in events)


def test_concurrent_drains_take_different_events(settings: Settings) -> None:
    events, sent = _publish(settings, 400), Sent()
    with ThreadPoolExecutor(3) as pool:
        drained = list(pool.map(lambda _: drain_all(settings, sent.send), range(3)))
    drained.append(drain_all(settings, sent.send))
    assert sum(drained) == 400
    assert {event.event_id for event in sent} == {event.event_id for event in events}
    assert len(sent) == 400


def test_an_event_is_taken_by_the_drain_of_an_earlier_one(settings: Settings) -> None:
    first, second = sorted(_publish(settings, 2), key=attrgetter("event_id"))
    with connect(settings, "test") as connection, connection.cursor() as cursor:
        assert not is_drain_near(cursor, first, _TRIGGERING)
        assert is_drain_near(cursor, second, _TRIGGERING)
        assert not is_drain_near(cursor, second, ["product.deleted"])  # those trigger no drain
        cursor.execute("UPDATE events SET written_at = written_at - interval '3 seconds'")
        assert not is_drain_near(
            cursor, second, _TRIGGERING
        )  # that drain didn't run: trigger another


def test_triggered_drains_take_the_events_that_trigger_none(settings: Settings) -> None:
    sent = Sent()
    triggered: list[Future[int]] = []

    def edit(number: int) -> None:
        event = make_event("product.updated", {"sku": f"A{number}"}, datetime.now(UTC))
        with connect(settings, "test") as connection, connection.cursor() as cursor:
            publish(cursor, event)
            connection.commit()
            is_near = is_drain_near(cursor, event, _TRIGGERING)
        if not is_near:
            triggered.append(drains.submit(drain_all, settings, sent.send))

    with ThreadPoolExecutor(8) as drains, ThreadPoolExecutor(4) as editors:
        list(editors.map(edit, range(200)))
    assert sum(drain.result() for drain in triggered) == len(sent) == 200
    assert len(triggered) < 200


def test_the_function_drains_to_the_queue(
    fresh: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(settings, 2)
    with open_account(monkeypatch, **database_environment(fresh)):
        assert drain_events({}, None) == {"outcome": "drained", "events": 2}
        assert len(take_bodies("EVENTS")) == 2


def test_a_drain_that_cannot_be_triggered_is_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_account(monkeypatch):
        trigger_drain(services().client("lambda", tries=1), "missing")
