"""The first migration on AWS: the master user creates the functions' user."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from chalicelib import aws
from chalicelib.bootstrap import Services, serving
from chalicelib.migrations.runner import migrate_database, read_migrations
from chalicelib.migrations.user import make_user
from chalicelib.postgres import NotAdmittedError
from chalicelib.settings import Settings, read_settings
from infra.local.postgres import Database, EmbeddedPostgres
from tests.crash.workers import make_settings
from tests.fakes.aws import ENVIRONMENT, database_environment
from tests.fakes.certificates import Authority
from tests.fakes.tls import serve_tls

_MASTER, _PASSWORD, _USER = "rds_master", "of the master", "functions"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def rds(postgres: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """The server as RDS creates it: a master with CREATEROLE and CREATEDB, and no superuser."""
    _execute(
        postgres,
        "CREATE ROLE rds_iam",
        f"CREATE ROLE {_MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '{_PASSWORD}'",
        f"GRANT rds_iam TO {_MASTER} WITH ADMIN OPTION",
    )
    yield postgres
    _execute(postgres, f"DROP OWNED BY {_MASTER}", f"DROP ROLE {_MASTER}", "DROP ROLE rds_iam")


@pytest.fixture
def empty(rds: EmbeddedPostgres) -> Iterator[Database]:
    """A database of the master, as RDS creates it; the functions' user doesn't exist."""
    name = f"of_rds_{next(_numbers)}"
    _execute(rds, f"CREATE DATABASE {name} OWNER {_MASTER}")
    address = rds.admin(name)
    yield Database(address.host, address.port, name, _USER, "never set")
    _execute(rds, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE IF EXISTS {_USER}")


def _execute(server: EmbeddedPostgres, *statements: str) -> None:
    with closing(psycopg2.connect(server.admin().dsn)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def _ask(server: EmbeddedPostgres, statement: str) -> Any:
    with closing(psycopg2.connect(server.admin().dsn)) as admin, admin.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


@pytest.fixture(autouse=True)
def _forgets_settings() -> Iterator[None]:
    yield
    aws._session.cache_clear()


@pytest.fixture
def settings(empty: Database) -> Settings:
    return make_settings(empty)


def test_the_user_signs_in_by_iam_only_and_can_only_own_the_database(
    rds: EmbeddedPostgres, settings: Settings
) -> None:
    make_user(settings, _MASTER, _PASSWORD)
    powers = "rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolpassword"
    found = _ask(rds, f"SELECT {powers} FROM pg_authid WHERE rolname = '{_USER}'")
    assert found == (True, False, False, False, False, None)
    assert _ask(rds, f"SELECT pg_has_role('{_USER}', 'rds_iam', 'USAGE')") == (True,)
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = "
    assert _ask(rds, f"{owner}'{settings.database_name}'") == (_USER,)


def test_the_master_cannot_become_the_user_afterwards(
    rds: EmbeddedPostgres, settings: Settings
) -> None:
    make_user(settings, _MASTER, _PASSWORD)
    assert _ask(rds, f"SELECT pg_has_role('{_MASTER}', '{_USER}', 'SET')") == (False,)
    assert _ask(rds, f"SELECT pg_has_role('{_MASTER}', '{_USER}', 'USAGE')") == (False,)


def test_creating_the_user_is_idempotent_also_concurrently(
    rds: EmbeddedPostgres, settings: Settings
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(make_user, settings, _MASTER, _PASSWORD) for _ in range(4)]
    assert [one.exception() for one in made] == [None] * 4
    make_user(settings, _MASTER, _PASSWORD)
    assert _ask(rds, f"SELECT count(*) FROM pg_roles WHERE rolname = '{_USER}'") == (1,)


def test_the_user_then_migrates_without_the_master(
    rds: EmbeddedPostgres, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(make_settings(empty), _MASTER, _PASSWORD)
    _execute(rds, f"ALTER ROLE {_USER} PASSWORD '{empty.password}'")
    version = read_migrations()[-1].version
    again = {"outcome": "migrated", "applied": [], "version": version}
    master = {"username": _MASTER, "password": _PASSWORD}
    with _using(monkeypatch, database_environment(empty)):
        assert migrate_database({}, None)["version"] == version
        assert migrate_database({}, None) == again
        assert migrate_database({"master": master}, None) == again


def test_without_a_password_a_missing_user_is_an_outcome(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with serve_tls((empty.host, empty.port), authority.certify("localhost")) as port:
        reached = {
            "DATABASE_HOST": "localhost",
            "DATABASE_PORT": str(port),
            "DATABASE_PASSWORD": "",
            "DATABASE_AUTHORITIES": str(authority.file),
        }
        with _using(monkeypatch, database_environment(empty) | reached):
            assert migrate_database({}, None) == {"outcome": "user_missing"}


def test_a_wrong_password_is_an_error(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with _using(monkeypatch, database_environment(empty)), pytest.raises(NotAdmittedError):
        migrate_database({}, None)


@contextmanager
def _using(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)  # of which credentials and region sign in
    aws._session.cache_clear()
    with serving(Services(read_settings(ENVIRONMENT | environment))):
        yield
