"""Code that runs before a deployment has migrated the database for it."""

import pytest

from chalicelib.errors import TryAgainError
from chalicelib.postgres import connect
from infra.local.postgres import Database
from tests.crash.workers import make_settings


@pytest.mark.parametrize(
    "statement", ["SELECT not_yet FROM products", "SELECT id FROM not_yet_products"]
)
def test_what_a_migration_has_not_made_yet_is_retried(database: Database, statement: str) -> None:
    with (
        pytest.raises(TryAgainError),
        connect(make_settings(database), "test") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
