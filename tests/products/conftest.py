"""The catalogue of a test: real, and empty at first."""

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as Connection

from tests.products.shelves import empty, open_catalogue


@pytest.fixture
def catalogue(database_dsn: str) -> Iterator[Connection]:
    with open_catalogue(database_dsn) as connection:
        empty(connection)
        yield connection
