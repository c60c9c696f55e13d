"""PostgreSQL: connections that end with their worker, named SQL, and which faults pass."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import TryAgainError
from chalicelib.settings import Settings

_ROOMS = Path(__file__).parent
_NAME_LINE = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_PASSING = {
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.UNIQUE_VIOLATION,  # another writer inserted the same key between our look and write
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.QUERY_CANCELED,
}
# A frozen or vanished worker must not keep its locks: the server gives up on it in about a minute.
_SESSION = {
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "45s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "5s",
    "timezone": "UTC",
}


class StatementError(Exception):
    """PostgreSQL refused a statement: a fault of ours, told by its code and no contents."""


@contextmanager
def connect(settings: Settings, application_name: str) -> Iterator[Connection]:
    """Yield a connection in a transaction, committed at the end and closed in any case.

    Raises TryAgainError for faults that pass: an unreachable server, a lost connection, a deadlock;
    StatementError for others of PostgreSQL's.
    """
    connection: Connection | None = None
    try:
        connection = psycopg2.connect(
            host=settings.database_host,
            port=settings.database_port,
            dbname=settings.database_name,
            user=settings.database_user,
            password=settings.database_password.get_secret_value(),
            sslmode=settings.database_sslmode,
            connect_timeout=5,
            application_name=application_name,
            client_encoding="UTF8",
        )
        with connection, connection.cursor() as cursor:
            # Not as options of the connection, which RDS Proxy refuses.
            cursor.execute("; ".join(f"SET {name} = '{value}'" for name, value in _SESSION.items()))
            yield connection
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise TryAgainError(_describe(error)) from None
    except psycopg2.Error as error:
        if error.pgcode in _PASSING:
            raise TryAgainError(_describe(error)) from None
        raise StatementError(_describe(error)) from None
    finally:
        if connection is not None:
            connection.close()


def _describe(error: psycopg2.Error) -> str:
    if error.pgcode is None:  # from the connection itself: an address, a reason
        return str(error).strip().partition("\n")[0]
    # A statement's message may quote a record's contents, which never go into a log.
    diagnosis = error.diag
    named = (diagnosis.schema_name, diagnosis.table_name, diagnosis.constraint_name)
    place = ".".join(name for name in named if name)
    return f"{type(error).__name__} {error.pgcode} {place}".strip()


def fetch_row(cursor: Cursor) -> tuple[Any, ...]:
    """Return the one row of a statement that always has one."""
    row = cursor.fetchone()
    if row is None:
        raise LookupError("the statement returned no row")
    return row


@cache
def queries(room: str) -> dict[str, str]:
    """Return the statements of chalicelib/<room>/sql/*.sql by the name in their `-- name:` line."""
    found: dict[str, str] = {}
    for path in sorted((_ROOMS / room / "sql").glob("*.sql")):
        pieces = _NAME_LINE.split(path.read_text(encoding="utf-8"))
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
            if name in found:
                raise ValueError(f"two statements are named {name}")
            found[name] = text.strip()
    return found
