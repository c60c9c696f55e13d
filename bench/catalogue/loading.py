"""Load a catalogue by three imports, one after the other, and update its documents."""

import importlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from bench.catalogue.results import Load
from bench.data_path import import_by_data_path
from bench.generate import Catalogue, write_csv
from bench.measure import CHANGED_RATE, Say
from bench.server import CATALOGUE, Server
from bench.workers import WORKERS, settings_of
from chalicelib.postgres import fetch_row

SMALL_RECORDS = 2_000
Import = Callable[[Path], float]
Index = Callable[[], float]

_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


def records_for(products: int) -> int:
    """Return the number of records of a file with at least this number of products."""
    return products * 106 // 100  # 5 % repeat a SKU, 0.1 % are rejected


def list_files(folder: Path, records: int) -> list[tuple[str, int, Path]]:
    """Create the files: all products, 30 % of them changed, and a short file that changes some."""
    found = []
    small = min(records, SMALL_RECORDS)
    for scenario, count, rate in (
        ("initial", records, 0.0),
        ("changed", records, CHANGED_RATE),
        ("small", small, 2 * CHANGED_RATE),
    ):
        path = folder / f"{scenario}-{count}.csv"
        if not path.exists():
            write_csv(Catalogue(count, changed_rate=rate), path)
        found.append((scenario, count, path))
    return found


def load(
    server: Server,
    part: str,
    files: list[tuple[str, int, Path]],
    steps: tuple[Import, Index],
    say: Say,
) -> list[Load]:
    """Import the files and update their documents, with a vacuum like that of autovacuum."""
    import_file, index = steps
    found = []
    for scenario, records, path in files:
        found.append(Load(part, scenario, records, import_file(path), index()))
        vacuum(server)
        last = found[-1]
        seconds = f"{last.import_seconds:.1f} s, documents {last.index_seconds:.1f} s"
        say(f"{part}: {scenario}, {records:,} records: {seconds}")
    return found


def load_by_workers(server: Server, part: str, folder: Path, records: int, say: Say) -> list[Load]:
    """Load with the product's steps in two processes, without the emulator."""
    steps = (
        lambda path: import_by_data_path(server, path).seconds,
        lambda: index_by_workers(server),
    )
    return load(server, part, list_files(folder, records), steps, say)


def index_by_workers(server: Server) -> float:
    """Update the documents of the backlog in two warm processes; return the seconds."""
    with ProcessPoolExecutor(
        WORKERS,
        multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(settings_of(server),),
    ) as pool:
        met: set[int] = set()
        while len(met) < WORKERS:
            met |= set(pool.map(_meet, range(WORKERS)))
        began = time.perf_counter()
        list(pool.map(_index, range(WORKERS)))
        seconds = time.perf_counter() - began
    if has_backlog(server):
        raise RuntimeError("the workers ended before the backlog was empty")
    return seconds


def wait_for_documents(server: Server, most_seconds: float = 900.0) -> float:
    """Wait until the backlog is empty; return the seconds."""
    began = time.perf_counter()
    while has_backlog(server):
        if time.perf_counter() - began > most_seconds:
            raise RuntimeError("documents were not updated")
        time.sleep(0.05)
    return time.perf_counter() - began


def has_backlog(server: Server) -> bool:
    """Return whether documents are still out of date."""
    with open_cursor(server) as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM document_backlog)")
        return bool(fetch_row(cursor)[0])


def count_products(server: Server) -> int:
    """Return the number of products in the catalogue."""
    with open_cursor(server) as cursor:
        cursor.execute("SELECT count(*) FROM products")
        return int(fetch_row(cursor)[0])


@contextmanager
def open_cursor(server: Server) -> Iterator[Cursor]:
    """Yield a cursor on the catalogue in autocommit mode."""
    address = server.postgres.admin(CATALOGUE)
    with server.open(address) as connection, connection.cursor() as cursor:
        yield cursor


def vacuum(server: Server) -> None:
    """Vacuum and analyze like autovacuum: tables and partitions, but not partitioned tables."""
    with open_cursor(server) as cursor:
        cursor.execute(_TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(name)))


# The functions below run in the workers.


def _prepare(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # of the steps
    importlib.import_module("chalicelib.products.lists.steps")


def _meet(_: int) -> int:
    time.sleep(0.05)  # long enough for another worker to take the next call
    return os.getpid()


def _index(_: int) -> None:
    steps = importlib.import_module("chalicelib.products.lists.steps")
    while steps.index_documents({}, None)["outcome"] == "more":
        pass
