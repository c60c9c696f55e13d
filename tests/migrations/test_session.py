"""The settings of every session are stored with the user, not set when one begins."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2

from chalicelib.migrations.runner import apply_migrations
from chalicelib.migrations.session import SESSION, keep_session
from chalicelib.postgres import connect
from infra.local.postgres import Database
from tests.crash.workers import make_settings


def test_every_session_has_the_settings_of_the_user(database: Database) -> None:
    with connect(make_settings(database), "test") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name, setting, unit FROM pg_settings WHERE source = 'user'")
        found = {name: f"{value}{unit or ''}" for name, value, unit in cursor.fetchall()}
    assert found == {
        "TimeZone": "UTC",
        "client_connection_check_interval": "5000ms",
        "idle_in_transaction_session_timeout": "60000ms",
        "lock_timeout": "45000ms",
        "tcp_keepalives_count": "3",
        "tcp_keepalives_idle": "20s",
        "tcp_keepalives_interval": "10s",
    }
    assert found.keys() == SESSION.keys()


def test_stored_settings_are_not_written_again(database: Database) -> None:
    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM pg_db_role_setting WHERE setrole = 'importer'::regrole")
        before = cursor.fetchall()
        keep_session(connection)
        cursor.execute("SELECT xmin FROM pg_db_role_setting WHERE setrole = 'importer'::regrole")
        assert cursor.fetchall() == before


def test_migrations_at_once_store_the_settings(database: Database) -> None:
    def migrate(_: int) -> None:
        with connect(make_settings(database), "test") as connection:
            apply_migrations(connection)

    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        for _ in range(10):
            cursor.execute("ALTER ROLE CURRENT_USER RESET ALL")
            connection.commit()
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(migrate, range(4)))
        cursor.execute(
            "SELECT count(*) FROM pg_db_role_setting WHERE setrole = 'importer'::regrole"
        )
        assert cursor.fetchone() == (1,)
