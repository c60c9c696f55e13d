"""The settings of every session of the functions, stored with their database user."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row

# A frozen or vanished worker must not keep its locks: the server ends it in about a minute.
SESSION = {
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "45s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "5s",
    "TimeZone": "UTC",  # as the server spells it, so that the comparison finds it
}
_KEPT = "SELECT rolconfig FROM pg_roles WHERE rolname = current_user"


def keep_session(connection: Connection) -> None:
    """Store SESSION as the settings of the connection's user. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        (kept,) = fetch_row(cursor)
        for name, value in SESSION.items():
            if f"{name}={value}" not in (kept or []):
                alter = sql.SQL("ALTER ROLE CURRENT_USER SET {} = {}")
                cursor.execute(alter.format(sql.Identifier(name), sql.Literal(value)))
