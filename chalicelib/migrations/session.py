"""What holds for every session of the functions: kept with their user, so that none has to ask."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row

# A frozen or vanished worker must not keep its locks: the server gives up on it in about a minute.
SESSION = {
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "45s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "5s",
    "TimeZone": "UTC",  # as the server spells it, so that it is found again
}
_KEPT = "SELECT rolconfig FROM pg_roles WHERE rolname = current_user"


def keep_session(connection: Connection) -> None:
    """Have the connection's own user begin every session with SESSION; twice is as once."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        (kept,) = fetch_row(cursor)
        for name, value in SESSION.items():
            if f"{name}={value}" not in (kept or []):
                alter = sql.SQL("ALTER ROLE CURRENT_USER SET {} = {}")
                cursor.execute(alter.format(sql.Identifier(name), sql.Literal(value)))
