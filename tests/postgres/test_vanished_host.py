"""A database host that vanishes without closing its connections, as in a failover."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Thread

import psycopg2
import pytest

from app import app
from chalicelib.bootstrap import Services, services, serving
from chalicelib.errors import TryAgainError
from infra.local.postgres import Database
from tests.crash.imports import CrashingImport
from tests.crash.workers import make_settings
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import database_environment, open_account
from tests.fakes.source import MemorySource
from tests.postgres.vanishing import VanishingHost, vanishing_host

pytestmark = pytest.mark.slow
_LONGEST_SECONDS = 30
# Unlike pg_stat_activity, a transaction sees it change.
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'products'::regclass"


@dataclass(frozen=True)
class _EndingSource(MemorySource):
    """A file during whose second piece the database's host vanishes."""

    host: VanishingHost = field(kw_only=True)

    def stream(self, start: int, end: int) -> Iterator[bytes]:
        for number, piece in enumerate(super().stream(start, end)):
            if number == 1:
                self.host.vanish()
            yield piece


@pytest.fixture
def host(fresh: Database) -> Iterator[VanishingHost]:
    with vanishing_host((fresh.host, fresh.port)) as host:
        yield host


@contextmanager
def _vanishing_while_blocked(host: VanishingHost, database: Database) -> Iterator[None]:
    """Lock the products; the host vanishes when somebody waits for them."""
    with closing(psycopg2.connect(database.dsn)) as other, other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE products")

        def is_waited_for() -> bool:
            cursor.execute(_WAITING)
            [(waiting,)] = cursor.fetchall()
            return bool(waiting)

        def vanish() -> None:
            while not is_waited_for():
                pass
            host.vanish()

        thread = Thread(target=vanish)
        thread.start()
        yield
        thread.join()


@contextmanager
def _noticed_in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < _LONGEST_SECONDS


def _begin(host: VanishingHost, database: Database, raw: bytes) -> CrashingImport:
    """Return an import that waits for its workers, which will use the host."""
    found = CrashingImport(database.dsn, raw, settings=make_settings(database))
    found.prepare()
    found.settings = found.settings.model_copy(update={"database_port": host.port})
    return found


def test_request_is_answered_although_the_host_vanishes(
    host: VanishingHost, fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_account(monkeypatch, **database_environment(fresh)):
        settings = services().settings.model_copy(update={"database_port": host.port})
        with (
            serving(Services(settings)),
            _vanishing_while_blocked(host, fresh),
            _noticed_in_time(),
        ):
            answer = Api(app).get("/products")
    assert problem_of(answer) == (503, "temporarily_unavailable")


def test_stage_is_retried_although_the_host_vanishes_under_its_copy(
    host: VanishingHost, fresh: Database
) -> None:
    lines = "".join(f"S{n},Lamp {n}\n" for n in range(1_000_000))
    importing = _begin(host, fresh, f"sku,name\n{lines}".encode())
    importing.source = _EndingSource(importing.raw, 1024 * 1024, host=host)
    with pytest.raises(TryAgainError), _noticed_in_time():
        importing.stage(0)


def test_merge_is_retried_although_the_host_vanishes(host: VanishingHost, fresh: Database) -> None:
    importing = _begin(host, fresh, b"sku,name\nA,Lamp\n")
    importing.stage(0)
    assert importing.take_lease()
    with (
        _vanishing_while_blocked(host, fresh),
        _noticed_in_time(),
        pytest.raises(TryAgainError),
    ):
        importing.merge(0)
