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

from chalicelib.aws import find_region, sign_database_token
from chalicelib.errors import TryAgainError
from chalicelib.settings import Settings

_ROOMS = Path(__file__).parent
_NAME_LINE = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_PASSING = {
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.UNIQUE_VIOLATION,  # another writer inserted the same key between our read and write
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.QUERY_CANCELED,
    # A deployment migrates the database after the code, which may run meanwhile.
    errorcodes.UNDEFINED_TABLE,
    errorcodes.UNDEFINED_COLUMN,
}
# A host that vanishes, as in a failover, closes no connection: without these a statement would wait
# for its answer until the function's timeout. They are options of the socket, so RDS Proxy doesn't
# pin. The user's settings do the same on the server's side (chalicelib/migrations/session.py).
_LIVENESS: dict[str, Any] = {
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds, also for what was sent and isn't acknowledged
}
# The certificate authorities of the database's server: Amazon's, one file for each region.
AUTHORITIES = Path(__file__).parent / "certificates"


class NotAdmittedError(TryAgainError):
    """PostgreSQL rejects the user: it doesn't exist yet, or has another password."""


class StatementError(Exception):
    """PostgreSQL rejected a statement: a bug. The message has the error code and no contents."""


@contextmanager
def connect(settings: Settings, application_name: str) -> Iterator[Connection]:
    """Yield a connection in a transaction, which is committed at the end; always close it.

    It sets no session setting: RDS Proxy pins a session that does to one server connection. The
    settings of every session are the user's (chalicelib/migrations/session.py).
    Raises TryAgainError for temporary errors, such as an unreachable server, a lost connection or
    a deadlock, or a table that a deployment is about to make; StatementError for other errors of
    PostgreSQL.
    """
    connection: Connection | None = None
    try:
        connection = psycopg2.connect(
            host=settings.database_host,
            port=settings.database_port,
            dbname=settings.database_name,
            user=settings.database_user,
            connect_timeout=5,
            **_LIVENESS,
            application_name=application_name,
            client_encoding="UTF8",
            **_sign_in(settings),
        )
        with connection:
            yield connection
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        is_refused = connection is None and "authentication failed" in str(error)
        raise (NotAdmittedError if is_refused else TryAgainError)(_describe(error)) from None
    except psycopg2.Error as error:
        if error.pgcode in _PASSING:
            raise TryAgainError(_describe(error)) from None
        raise StatementError(_describe(error)) from None
    finally:
        if connection is not None:
            connection.close()


def _sign_in(settings: Settings) -> dict[str, Any]:
    """Return the sign-in parameters: the password, or a token sent only to a verified RDS host."""
    password, sslmode = settings.database_password.get_secret_value(), settings.database_sslmode
    if not password:
        host, port, user = settings.database_host, settings.database_port, settings.database_user
        password, sslmode = sign_database_token(host, port, user), "verify-full"
    words = {"password": password, "sslmode": sslmode}
    if sslmode.startswith("verify"):
        own = AUTHORITIES / f"{find_region()}.pem"
        words["sslrootcert"] = settings.database_authorities or str(own)
    return words


def _describe(error: psycopg2.Error) -> str:
    if error.pgcode is None:  # of the connection itself: an address, a reason
        return str(error).strip().partition("\n")[0]
    # A statement's message may quote a record's contents, which must not be logged.
    diagnosis = error.diag
    named = (diagnosis.schema_name, diagnosis.table_name, diagnosis.constraint_name)
    place = ".".join(name for name in named if name)
    return f"{type(error).__name__} {error.pgcode} {place}".strip()


def fetch_row(cursor: Cursor) -> tuple[Any, ...]:
    """Return the one row of a statement that always returns one."""
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
