"""The sample of each format, imported without any option, gives the products of its data file."""

import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.imports.formats.catalogue import list_names
from tests.imports.formats.test_formats import find_sample, read_expected
from tests.imports.outcomes import complete, run_import


@pytest.mark.parametrize("name", list_names())
def test_sample_becomes_the_expected_products(name: str, connection: Connection) -> None:
    expected = read_expected(name)
    pipeline, found = run_import(connection, find_sample(name).read_bytes(), {}, expected)
    assert pipeline.plan.reading.format == name
    assert found == complete(expected)
