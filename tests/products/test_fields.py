"""The table of product fields agrees with the database, the settings and the page's copy of it."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.csv.columns import map_columns
from chalicelib.imports.csv.headers import reduce_name
from chalicelib.products.fields import FIELDS, ProductField
from chalicelib.products.limits import NAME_MAX_LENGTH, SKU_MAX_LENGTH
from chalicelib.products.lists.documents import LISTED
from chalicelib.settings import Settings
from infra.openapi.fields import FIELDS_PATH, write_fields
from infra.packaging.package import ROOT

each_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)


@pytest.fixture(scope="module")
def cursor(database_dsn: str) -> Iterator[Cursor]:
    with closing(psycopg2.connect(database_dsn)) as connection, connection.cursor() as opened:
        yield opened


def test_page_has_the_current_table() -> None:
    text = (ROOT / FIELDS_PATH).read_text(encoding="utf-8")
    assert text == write_fields(), f"{FIELDS_PATH} is not up to date: run `make openapi`"


@each_field
def test_column_has_the_fields_type_and_default(cursor: Cursor, field: ProductField) -> None:
    cursor.execute(
        "SELECT format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid)"
        " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = 'products'::regclass AND attname = %s",
        (field.name,),
    )
    sql_type, is_nullable, default = cursor.fetchone() or (None, None, None)
    assert sql_type == field.sql_type.replace(", ", ",")
    assert is_nullable == field.nullable
    if not field.is_required:
        cursor.execute(f"SELECT {default}")
        assert cursor.fetchone() == (field.default,)


def test_limits_are_the_defaults_of_the_settings() -> None:
    lengths = {
        name: Settings.model_fields[f"{name}_max_length"].default for name in ("sku", "name")
    }
    assert lengths == {"sku": SKU_MAX_LENGTH, "name": NAME_MAX_LENGTH}


@each_field
def test_aliases_are_reduced_and_belong_to_one_field(field: ProductField) -> None:
    others = {a for o in FIELDS if o is not field for a in (*o.aliases, *o.last_aliases)}
    for alias in (*field.aliases, *field.last_aliases):
        assert reduce_name(alias) == alias
        assert alias not in others
        header = [alias, *({"sku", "name"} - {field.name})]
        assert map_columns(header, {}, sample=[["1"]]).fields[0] == field.name


def test_documents_have_the_columns_of_lists(cursor: Cursor) -> None:
    for table in ("documents", "current_documents"):
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        assert set(LISTED) <= {column.name for column in cursor.description or ()}
