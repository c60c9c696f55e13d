"""Which database servers are trusted, and how a function signs in without a password."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest
from psycopg2 import sql
from pydantic import SecretStr

from chalicelib import aws
from chalicelib.aws import sign_database_token
from chalicelib.errors import TryAgainError
from chalicelib.postgres import NotAdmittedError, connect
from chalicelib.settings import Settings
from infra.local.postgres import Database, EmbeddedPostgres
from tests.crash.workers import make_settings
from tests.fakes.certificates import Authority
from tests.fakes.tls import serve_tls

_TRIES = 10  # a token names its second


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def port(authority: Authority, database: Database) -> Iterator[int]:
    """Where the database answers by TLS, as localhost."""
    with serve_tls((database.host, database.port), authority.certify("localhost")) as served:
        yield served


@pytest.fixture
def settings(authority: Authority, port: int, database: Database) -> Settings:
    reached = {
        "database_host": "localhost",
        "database_port": port,
        "database_sslmode": "verify-full",
        "database_authorities": str(authority.file),
    }
    return make_settings(database).model_copy(update=reached)


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials of a role, as Lambda has them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of/a+role=")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    aws._session.cache_clear()
    yield
    aws._session.cache_clear()


def _ask(settings: Settings, statement: str = "SELECT 1") -> Any:
    with connect(settings, "test") as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return (cursor.fetchone() or (None,))[0]


def test_the_right_host_of_a_known_authority_is_trusted(settings: Settings) -> None:
    assert _ask(settings) == 1


def test_a_certificate_of_another_host_is_rejected(settings: Settings) -> None:
    with pytest.raises(TryAgainError, match=r"does not match|certificate for"):
        _ask(settings.model_copy(update={"database_host": "127.0.0.1"}))


def test_a_certificate_of_an_unknown_authority_is_rejected(
    settings: Settings, tmp_path: Path
) -> None:
    another = str(Authority(tmp_path).file)
    with pytest.raises(TryAgainError, match=r"SSL error: .* (failure|failed)"):
        _ask(settings.model_copy(update={"database_authorities": another}))


def test_an_expired_certificate_is_rejected(
    settings: Settings, authority: Authority, database: Database
) -> None:
    expired = authority.certify("localhost", is_expired=True)
    with (
        serve_tls((database.host, database.port), expired) as port,
        pytest.raises(TryAgainError, match="certificate verify failed"),
    ):
        _ask(settings.model_copy(update={"database_port": port}))


def test_a_server_without_tls_is_rejected(settings: Settings, database: Database) -> None:
    with pytest.raises(TryAgainError, match="does not support SSL"):
        _ask(settings.model_copy(update={"database_port": database.port}))


@pytest.mark.usefixtures("role")
def test_a_token_equals_that_of_boto3() -> None:
    client = boto3.client("rds")
    host, user = "db.example.eu-central-1.rds.amazonaws.com", "importer"
    ours, theirs = "", client.generate_db_auth_token(host, 5432, user)
    for _ in range(_TRIES):
        ours = sign_database_token(host, 5432, user)
        if ours == theirs:
            break
        theirs = client.generate_db_auth_token(host, 5432, user)
    assert ours == theirs
    assert theirs.startswith(f"{host}:5432/?Action=connect&DBUser={user}&X-Amz-Algorithm=")
    assert "X-Amz-Expires=900" in theirs


@pytest.fixture
def user(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A user whose password is a token, as far as the server can tell: of RDS's making."""
    with closing(psycopg2.connect(postgres.admin().dsn)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute("CREATE ROLE signs_in LOGIN")
        yield "signs_in"
        cursor.execute("DROP ROLE signs_in")


@pytest.mark.usefixtures("role")
def test_without_a_password_a_token_is_sent_to_a_verified_host_whatever_the_mode(
    settings: Settings, user: str, postgres: EmbeddedPostgres
) -> None:
    update = {"database_user": user, "database_sslmode": "disable"}
    signing = settings.model_copy(update=update | {"database_password": SecretStr("")})
    with closing(psycopg2.connect(postgres.admin().dsn)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        for _ in range(_TRIES):
            token = sign_database_token("localhost", signing.database_port, user)
            alter = sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(user))
            cursor.execute(alter, (token,))
            try:
                assert _ask(signing, "SELECT current_user") == user
            except NotAdmittedError:
                continue  # the second passed between the two
            break
        else:
            pytest.fail("no token was accepted")
    with pytest.raises(TryAgainError, match=r"does not match|certificate for"):
        _ask(signing.model_copy(update={"database_host": "127.0.0.1"}))


def test_a_rejected_user_differs_from_other_errors(settings: Settings) -> None:
    with pytest.raises(NotAdmittedError, match='authentication failed for user "nobody"'):
        _ask(settings.model_copy(update={"database_user": "nobody"}))
    with pytest.raises(TryAgainError) as caught:
        _ask(settings.model_copy(update={"database_name": "nowhere"}))
    assert not isinstance(caught.value, NotAdmittedError)
