"""Events of changes to the catalogue: written with the change, drained to the queue.

The one way from PostgreSQL to the webhooks, whose own functions have no access to the database.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Blueprint
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.bootstrap import services
from chalicelib.events.models import Event, EventType
from chalicelib.postgres import connect, fetch_row, queries
from chalicelib.settings import Settings
from chalicelib.telemetry import Event as Input
from chalicelib.telemetry import logger, worker

drain = Blueprint(__name__)

_TAKEN_EVENTS = 100  # in one transaction
_MOST_BATCHES = 200  # of one run; the next one goes on

Send = Callable[[Sequence[Event]], None]


def publish(cursor: Cursor, event: Event) -> None:
    """Write an event in the transaction of the change that it tells: both are there, or neither.

    Once the transaction is committed, call `hasten_drain` unless `is_drain_near`, so that the event
    does not wait for the next run of the drain.
    """
    values = {"event_id": event.event_id, "body": json.dumps(event.to_json())}
    cursor.execute(queries("events")["insert_event"], values)


def is_drain_near(cursor: Cursor, event: Event, types: Sequence[EventType]) -> bool:
    """Say whether somebody has just hastened the drain, so that it takes this event along.

    `types`: of the events for which it is hastened.
    Asked after the event's commit: another one before it is still there, written a moment ago, for
    which the drain was hastened. Whoever takes that one looks for more once it is gone, and finds
    this one.
    """
    names = {"event_id": event.event_id, "types": list(types)}
    cursor.execute(queries("events")["has_forerunner"], names)
    found: bool = fetch_row(cursor)[0]
    return found


def hasten_drain() -> None:
    """Have the drain run now. Nothing is lost when that fails: it runs every minute anyway."""
    name = services().settings.drain_events_function
    try:
        services().client("lambda", tries=1).invoke(FunctionName=name, InvocationType="Event")
    except (BotoCoreError, ClientError) as error:
        logger.warning("drain.not_hastened", error_class=type(error).__name__)


# Its schedule is in infra/resources, beside its role.
@drain.lambda_function(name="drain_events")
@worker
def drain_events(event: Input, context: Any) -> Input:
    """Hand the written events to the queue. Safe twice: one that comes twice makes one message."""
    drained = drain_all(services().settings, services().events_queue.send)
    return {"outcome": "drained", "events": drained}


def drain_all(settings: Settings, send: Send) -> int:
    """Send what is written, batch by batch, each forgotten only once it is sent; return how many.

    Two drains at once take different events. One that is killed between sending and forgetting
    leaves its batch to be sent again. It goes on until it finds none: see `is_drain_near`.
    """
    drained = 0
    with connect(settings, "drain_events") as connection:
        for _ in range(_MOST_BATCHES):
            taken = _take(connection)
            send(taken)
            connection.commit()
            drained += len(taken)
            if not taken:
                break
    return drained


def _take(connection: Connection) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(queries("events")["take_events"], {"limit": _TAKEN_EVENTS})
        events = [Event.from_json(json.loads(body)) for (body,) in cursor.fetchall()]
    return sorted(events, key=lambda event: event.event_id)
