"""Events of changes to the catalogue: written with the change, drained to the queue.

This is the only way from PostgreSQL to the webhooks: their functions can't access the database.
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
_MOST_BATCHES = 200  # in one run; the next run continues

Send = Callable[[Sequence[Event]], None]


def publish(cursor: Cursor, event: Event) -> None:
    """Write an event in the transaction of its change, so that both are committed or neither.

    After the commit, call `trigger_drain` unless `is_drain_near`, so that the event doesn't wait
    for the next scheduled drain.
    """
    values = {"event_id": event.event_id, "body": json.dumps(event.to_json())}
    cursor.execute(queries("events")["insert_event"], values)


def is_drain_near(cursor: Cursor, event: Event, types: Sequence[EventType]) -> bool:
    """Say whether a drain that was just triggered will take this event, too.

    `types` are the types of events that trigger a drain. Call it after the event's commit. It is
    true while an earlier event, written within the last seconds, waits: its writer triggered a
    drain, and that drain looks for more events before it ends, so it finds this one.
    """
    names = {"event_id": event.event_id, "types": list(types)}
    cursor.execute(queries("events")["has_forerunner"], names)
    found: bool = fetch_row(cursor)[0]
    return found


def trigger_drain(client: Any, function: str) -> None:
    """Invoke the drain without waiting. A failure loses nothing: it runs every minute anyway."""
    try:
        client.invoke(FunctionName=function, InvocationType="Event")
    except (BotoCoreError, ClientError) as error:
        logger.warning("drain.not_triggered", error_class=type(error).__name__)


# Its schedule is in infra/resources, beside its role.
@drain.lambda_function(name="drain_events")
@worker
def drain_events(event: Input, context: Any) -> Input:
    """Send the written events to the queue. Idempotent: an event sent twice makes one message."""
    drained = drain_all(services().settings, services().events_queue.send)
    return {"outcome": "drained", "events": drained}


def drain_all(settings: Settings, send: Send) -> int:
    """Send the written events in batches, deleting each after it is sent; return their number.

    Concurrent drains take different events. A drain that is killed between sending and deleting
    leaves its batch to be sent again. It continues until it finds no event: see `is_drain_near`.
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
