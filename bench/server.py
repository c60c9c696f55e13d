"""Run the PostgreSQL server for measurements, in a folder of the benchmark."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from bench.quiet import read_tree_seconds
from infra.local.postgres import Database, EmbeddedPostgres
from infra.local.programs import program_folder

CATALOGUE = "catalogue"  # imports write to the database of this name


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, for its superuser and for the product."""

    postgres: EmbeddedPostgres
    folder: Path

    def psql(self) -> tuple[list[str], dict[str, str]]:
        """Return the command and environment that open the catalogue in psql."""
        address = self.postgres.application(CATALOGUE)
        where = ["-h", address.host, "-p", str(address.port), "-U", address.user]
        program = program_folder(self.folder) / "psql"
        command = [str(program), "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-d", address.name]
        return command, os.environ | {"PGPASSWORD": address.password}

    def environment(self) -> dict[str, str]:
        """Return the settings that connect the product's functions to the catalogue."""
        address = self.postgres.application(CATALOGUE)
        return {
            "DATABASE_HOST": address.host,
            "DATABASE_PORT": str(address.port),
            "DATABASE_NAME": address.name,
            "DATABASE_USER": address.user,
            "DATABASE_PASSWORD": address.password,
            "DATABASE_SSLMODE": "disable",
        }

    @contextmanager
    def open(self, address: Database) -> Iterator[Connection]:
        """Connect in autocommit mode; the connection is closed at the end."""
        with closing(psycopg2.connect(address.dsn)) as connection:
            connection.autocommit = True
            yield connection

    def read_processor_seconds(self) -> float:
        """Return the processor seconds of PostgreSQL so far."""
        process = self.postgres.find()
        return read_tree_seconds(process) if process else 0.0

    def execute(self, statement: str, *names: str, database: str = "postgres") -> None:
        """Run one statement as the superuser, with the names in place of `{}`."""
        with (
            self.open(self.postgres.admin(database)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def run_server(folder: Path) -> Iterator[Server]:
    """Start a new server under `folder`; stop it and remove its data at the end."""
    postgres = EmbeddedPostgres(folder / "postgres")
    try:
        postgres.start()
        yield steady(Server(postgres, folder))
    finally:
        postgres.remove()


def steady(server: Server) -> Server:
    """Disable autovacuum, so that vacuum only runs between measurements."""
    server.execute("ALTER SYSTEM SET autovacuum = off")
    server.execute("SELECT pg_reload_conf()")
    return server
