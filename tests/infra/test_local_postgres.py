"""The embedded PostgreSQL: loopback only, with passwords, and recovering from killed starts."""

import contextlib
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest

from infra.local.ephemeral import ephemeral_folder
from infra.local.postgres import Database, EmbeddedPostgres

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    with ephemeral_folder() as made:
        yield made / "postgres"


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    return server


def _value(database: Database, query: str) -> object:
    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return (cursor.fetchone() or (None,))[0]


def _kill(server: EmbeddedPostgres) -> None:
    process = server.find()
    assert process is not None
    family = [process, *process.children(recursive=True)]
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def test_server_listens_on_loopback_and_requires_a_password(server: EmbeddedPostgres) -> None:
    process = server.find()
    assert process is not None
    listening = {c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    address = server.application()
    wrong = Database(address.host, address.port, address.name, address.user, "guess")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        _value(wrong, "SELECT 1")


def test_product_user_owns_its_database_and_isnt_a_superuser(server: EmbeddedPostgres) -> None:
    address = server.application()
    assert _value(address, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert str(_value(address, "SHOW server_version")).startswith("18")
    assert _value(address, "SELECT datlocale FROM pg_database WHERE datname = 'catalogue'") == (
        "C.UTF-8"
    )


def test_passwords_are_readable_by_the_owner_only(server: EmbeddedPostgres, folder: Path) -> None:
    assert stat.S_IMODE((folder / "passwords.json").stat().st_mode) == 0o600


def test_starting_is_idempotent(server: EmbeddedPostgres, folder: Path) -> None:
    before = server.find()
    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert again.find() == before


def test_data_and_port_survive_a_stop(server: EmbeddedPostgres, folder: Path) -> None:
    _value_kept(server)
    port = server.application().port
    server.stop()
    assert server.find() is None
    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert again.application().port == port
    assert _value(again.application(), "SELECT n FROM kept") == 7


def test_killed_server_starts_again(server: EmbeddedPostgres, folder: Path) -> None:
    _value_kept(server)
    _kill(server)
    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert _value(again.application(), "SELECT n FROM kept") == 7


def test_incomplete_data_folder_is_replaced(server: EmbeddedPostgres, folder: Path) -> None:
    server.stop()
    home = Path(server._home)
    (home / "data").rename(home / "data.half-made-1")
    shutil.rmtree(home / "data.half-made-1" / "base")
    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert _value(again.application(), "SELECT 1") == 1


def test_removing_deletes_process_and_files(server: EmbeddedPostgres, folder: Path) -> None:
    process = server.find()
    assert process is not None
    home = Path(server._home)
    server.remove()
    assert not process.is_running()
    assert not folder.exists()
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that its server cannot enter")
def test_server_started_by_root_can_reach_its_data(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    server = EmbeddedPostgres(folder, durable=False)
    try:
        server.start()
        assert (folder / "home").is_symlink()
        assert _value(server.application(), "SELECT 1") == 1
    finally:
        home = Path(server._home)
        server.remove()
    assert not home.exists()


def _value_kept(server: EmbeddedPostgres) -> None:
    with closing(psycopg2.connect(server.application().dsn)) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE TABLE kept AS SELECT 7 AS n")
