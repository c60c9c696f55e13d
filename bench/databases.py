"""Catalogues in a known physical state; each measurement starts with a fresh copy."""

from dataclasses import dataclass

from bench.server import CATALOGUE, Server
from chalicelib.migrations.runner import apply_migrations

EMPTY, LOADED = "bench_empty", "bench_loaded"

_CONTENTS = """
SELECT count(*), md5(string_agg(md5(concat_ws('|', sku, sku_key, name, description, price, quantity,
       active)), '' ORDER BY sku_key)) FROM products
"""


@dataclass(frozen=True)
class Contents:
    """The contents of a catalogue; two ways to import agree if these are equal."""

    products: int
    checksum: str


def make_empty(server: Server) -> None:
    """Migrate the catalogue and save it, without products, as EMPTY."""
    with server.open(server.postgres.application(CATALOGUE)) as connection:
        connection.autocommit = False
        with connection:
            apply_migrations(connection)
    server.execute("TRUNCATE products", database=CATALOGUE)
    keep(server, EMPTY)


def keep(server: Server, name: str) -> None:
    """Vacuum the catalogue and save a copy under `name`."""
    server.execute("VACUUM (ANALYZE, FREEZE)", database=CATALOGUE)
    _copy(server, CATALOGUE, name)


def begin_with(server: Server, name: str) -> None:
    """Restore the catalogue saved under `name` and write it to disk."""
    _copy(server, name, CATALOGUE)
    server.execute("CHECKPOINT")


def _copy(server: Server, original: str, name: str) -> None:
    owner = server.postgres.application().user
    server.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    statement = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
    server.execute(statement, name, owner, original)


def read_wal_position(server: Server) -> int:
    """Return the bytes of write-ahead log that the server has written so far."""
    query = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
    with server.open(server.postgres.admin()) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        ((position,),) = cursor.fetchall()
        return int(position)


def read_contents(server: Server) -> Contents:
    """Return the contents of the catalogue."""
    address = server.postgres.application(CATALOGUE)
    with server.open(address) as connection, connection.cursor() as cursor:
        cursor.execute(_CONTENTS)
        ((products, checksum),) = cursor.fetchall()
        return Contents(products, checksum or "")
