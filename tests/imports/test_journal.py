"""What an import stores of what it replaces is enough to restore the catalogue before it."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.options import ImportOptions
from chalicelib.products.journal.history import Row
from chalicelib.products.journal.reading import read_history
from tests.imports.pipeline import Pipeline

_OTHERS = ("description", "price", "quantity", "color", "size")
_cells = st.sampled_from(["", "1", "2"])


@st.composite
def make_files(draw: st.DrawFn) -> tuple[str, str]:
    """Return a file with some of the columns, and a mode that it suits."""
    header = ["sku", *draw(st.lists(st.sampled_from(_OTHERS), min_size=1, unique=True))]
    mode = draw(st.sampled_from(["upsert", "update", "create"]))
    keys: list[Any] = [st.sampled_from("aAbBcdE")]
    if mode != "update" or draw(st.booleans()):
        header.insert(1, "name")
        keys.append(st.sampled_from(["x", "y"]))
    records = st.tuples(*keys, *[_cells] * (len(header) - len(keys)))
    rows = draw(st.lists(records, min_size=1, max_size=8))
    return "".join(f"{','.join(row)}\n" for row in [header, *rows]), mode


_BOUNDARIES = ("b", "d")


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened
        opened.rollback()


def bring(connection: Connection, text: str, job_id: str, mode: Any) -> dict[str, int]:
    options = ImportOptions(delimiter=",", mode=mode)
    pipeline = Pipeline(
        "", text.encode(), job_id, options, 40, boundaries=_BOUNDARIES, connection=connection
    )
    return pipeline.run()


def read_products(connection: Connection) -> dict[int, Row]:
    """Return the rows by id, as the history has them, without their times of update."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products")
        ids = [product_id for (product_id,) in cursor.fetchall()]
    found = {}
    for product_id in ids:
        now = next(read_history(connection, product_id)).after
        assert now is not None
        found[product_id] = now
    return found


def take_back(connection: Connection, job_id: str) -> dict[int, Row]:
    """Return the catalogue without the changes of the job, which was the last to write."""
    found = {}
    for product_id, now in read_products(connection).items():
        version = next(read_history(connection, product_id))
        row = version.entry.before if version.entry.changed_by == job_id else now
        if row is not None:
            found[product_id] = row
    return found


@settings(max_examples=25)
@given(files=st.lists(make_files(), min_size=1, max_size=4))
def test_journal_of_the_last_import_has_the_catalogue_before_it(
    connection: Connection, files: list[tuple[str, str]]
) -> None:
    connection.rollback()
    before: dict[int, Row] = {}
    counts: dict[str, int] = {}
    for number, (text, mode) in enumerate(files):
        before = read_products(connection)
        counts = bring(connection, text, f"job_{number}", mode)
    assert take_back(connection, f"job_{number}") == before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM product_creations, unnest(ids) AS id WHERE job_id = %s",
            (f"job_{number}",),
        )
        created = {product_id for (product_id,) in cursor.fetchall()}
    assert created == read_products(connection).keys() - before.keys()
    assert len(created) == counts["created"]


def test_history_names_the_file_and_the_line_of_each_version(connection: Connection) -> None:
    connection.rollback()
    bring(connection, "sku,name,price\nA,Lamp,1\n", "job_first", "upsert")
    bring(connection, "sku,name,price\nB,Desk,1\na,Lamp,2\n", "job_second", "upsert")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products WHERE sku_key = 'a'")
        ((product_id,),) = cursor.fetchall()
    second, first = read_history(connection, product_id)
    assert (second.entry.changed_by, second.entry.action) == ("job_second", "update")
    assert (first.entry.changed_by, first.entry.action) == ("job_first", "create")
    assert second.after is not None
    assert second.after["source_line"] == 3
    assert {(c.field, str(c.before), str(c.after)) for c in second.changes} == {
        ("sku", "A", "a"),
        ("price", "1.00", "2.00"),
    }
