"""Files in the layout of a shop: an import recognises them, and changes no product."""

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json
from python_calamine import CalamineWorkbook

from chalicelib.exports.layouts import arrange_columns
from chalicelib.exports.requests import ExportRequest, LayoutName
from chalicelib.exports.selection import plan_ranges, read_attribute_names
from chalicelib.exports.tables import write_header
from chalicelib.exports.writing import write_range
from chalicelib.imports.formats.catalogue import find_layout, load_formats
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import NAMES as FIELD_NAMES
from infra.local.postgres import Database
from tests.imports.pipeline import Pipeline

Product = dict[str, Any]
FORMATS = {"shopify": "shopify_products", "woocommerce": "woocommerce"}
each_layout = pytest.mark.parametrize("layout", FORMATS)

_INSERT = """
INSERT INTO products (sku, sku_key, name, brand, description, price, quantity, active, attributes)
VALUES (%(sku)s, sku_key_of(%(sku)s), %(name)s, %(brand)s, %(description)s, %(price)s, %(quantity)s,
        %(active)s, %(attributes)s)
ON CONFLICT DO NOTHING
"""
_READ = """
SELECT sku, name, brand, description, price, quantity, active, attributes
FROM products ORDER BY id
"""


def add(connection: Connection, products: Sequence[Product]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products")
        for product in products:
            usual = {"brand": "", "description": "", "price": "1.50", "quantity": 3, "active": True}
            values = {**usual, "name": "Lamp", "attributes": {}, **product}
            cursor.execute(_INSERT, values | {"attributes": Json(values["attributes"])})


def read_products(connection: Connection) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return cursor.fetchall()


def write(connection: Connection, layout: LayoutName, **more: Any) -> bytes:
    """Return the file of an export."""
    request = ExportRequest(layout=layout, **more)
    shop = find_layout(layout)
    assert shop
    columns = arrange_columns(*shop, read_attribute_names(connection, request))
    target = io.BytesIO()
    if request.format != "xlsx":
        target.write(write_header(columns))
    for ids in plan_ranges(connection, request, most=1):
        write_range(connection, request, columns, ids, target)
    return target.getvalue()


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def run_import(connection: Connection, raw: bytes) -> tuple[str | None, dict[str, int]]:
    """Import a file; return its format, and how many records came to what."""
    pipeline = Pipeline(
        "", raw, f"job_{secrets.token_hex(6)}", ImportOptions(), connection=connection
    )
    counts = pipeline.run()
    return pipeline.plan.reading.format, {name: n for name, n in counts.items() if n}


@pytest.fixture(scope="module")
def connection(database: Database) -> Iterator[Connection]:
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=9
) | st.sampled_from(
    [
        "=1+1",
        "'=x",
        "'007",
        "Default Title",
        "a - b",
        "S",
        "M",
        "a / b",
        'q"',
        "x, y",
        "l\nm",
        "shopify",
    ]
)
HEADERS = sorted({header for found in load_formats().values() for header in found.headers})
NAMES = st.sampled_from(
    [
        *(
            "Handle",
            "URL handle",
            "Option1 Value",
            "Option1 value",
            "option2 VALUE",
            "Option1 Name",
        ),
        *("Parent", "parent", "SKU", "Type", "Tags", "Vendor", "Description", "Body (HTML)"),
        *("Short description", "Inventory tracker", "Variant Inventory Tracker", "Charge tax"),
        *(
            "product_importer_exact",
            "product_importer_id",
            "attributes.Handle",
            "Command",
            "colour",
        ),
        *("Material (product.metafields.custom.material)", "Meta: x", "Brands", "Regular price"),
        *("HS Code", "Location", "=cmd", "two\nlines", "price", "Google Shopping / Condition"),
        *(header.replace("*", "x") for header in HEADERS),
    ]
)
ATTRIBUTES = st.dictionaries(NAMES | TEXT, TEXT, max_size=6).map(
    lambda found: {name: text for name, text in found.items() if name == name.strip()}
)
PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "sku": TEXT | st.sampled_from(["a", "A.1", "A-1", "tee", "tee-S"]),
            "name": TEXT | st.sampled_from(["Tee - S", "Tee - S / M", "Tee  - S", " - S"[1:]]),
            "brand": st.just("") | TEXT,
            "description": st.just("") | TEXT,
            "price": st.none() | st.decimals(0, 99999, places=2),
            "quantity": st.none() | st.integers(0, 2**31 - 1),
            "active": st.booleans(),
            "attributes": ATTRIBUTES
            | st.fixed_dictionaries(
                {"Handle": st.sampled_from(["tee", "a"]), "Option1 Value": st.sampled_from("SM")},
                optional={"Tags": TEXT, "Vendor": TEXT, "Option2 Value": TEXT, "Type": TEXT},
            )
            | st.fixed_dictionaries(
                {"Parent": st.sampled_from(["tee", "a", "id:4"]), "Type": st.just("variation")},
                optional={"Tags": TEXT, "Short description": TEXT},
            ),
        }
    ),
    min_size=1,
    max_size=6,
)


@each_layout
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    products=[{"sku": "A", "attributes": dict.fromkeys((*FIELD_NAMES, "SKU", "Title"), "x")}],
    escapes=True,
)
@given(products=PRODUCTS, escapes=st.booleans())
def test_import_of_a_shops_file_changes_nothing(
    connection: Connection, layout: LayoutName, products: list[Product], *, escapes: bool
) -> None:
    try:
        add(connection, products)
        before = read_products(connection)
        raw = write(connection, layout, escape_formulas=escapes)
        found, counts = run_import(connection, raw)
        assert (found, counts) == (FORMATS[layout], {"unchanged": len(before)}), raw.decode()
        assert read_products(connection) == before
    finally:
        connection.rollback()


@pytest.fixture
def shelf(connection: Connection) -> Iterator[Connection]:
    """A catalogue with variants of a product, and another product."""
    variants = {"S": "Linen Shirt - S", "M": "Linen Shirt - M", "L": "Shirt for giants"}
    add(
        connection,
        [
            {"sku": "LS-S", "brand": "Norda", "name": variants["S"], "attributes": option("S")},
            {"sku": "Lamp.1", "price": None, "quantity": None, "active": False},
            {"sku": "LS-M", "name": variants["M"], "attributes": option("M")},
            {"sku": "LS-L", "name": variants["L"], "attributes": option("L")},
        ],
    )
    yield connection
    connection.rollback()


def option(size: str) -> dict[str, str]:
    return {"Handle": "shirt", "Option1 Value": size, "Type": "Shirt", "price": "9"}


def id_of(connection: Connection, sku: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products WHERE sku = %s", [sku])
        [(found,)] = cursor.fetchall()
        return int(found)


def test_attributes_of_a_shops_columns_return_to_them(shelf: Connection) -> None:
    rows = rows_of(write(shelf, "shopify"))
    found = [(row["Handle"], row["Title"], row["Option1 Value"], row["Type"]) for row in rows]
    assert found == [
        (f"lamp-1-{id_of(shelf, 'Lamp.1')}", "Lamp", "", ""),
        ("shirt", "Linen Shirt", "S", "Shirt"),
        ("shirt", "Linen Shirt", "M", "Shirt"),
        ("shirt", "Shirt for giants", "L", "Shirt"),
    ]
    assert [row["attributes.price"] for row in rows] == ["", "9", "9", "9"]


def test_headers_are_those_of_the_attributes_edition_or_the_newest(shelf: Connection) -> None:
    assert {"Handle", "Variant SKU", "Body (HTML)"} <= rows_of(write(shelf, "shopify"))[0].keys()
    add(shelf, [{"sku": "A"}])
    newest = rows_of(write(shelf, "shopify"))[0]
    assert {"URL handle", "SKU", "Description"} <= newest.keys()


def test_shop_gets_its_words_and_what_it_requires(shelf: Connection) -> None:
    first, second, *_ = rows_of(write(shelf, "shopify"))
    assert (first["Status"], first["Variant Inventory Tracker"]) == ("draft", "")
    assert (second["Status"], second["Variant Inventory Tracker"]) == ("active", "shopify")
    assert (first["Variant Price"], second["Variant Price"]) == ("", "1.50")
    rows = rows_of(write(shelf, "woocommerce"))
    assert {(row["SKU"], row["Published"], row["Type"]) for row in rows} == {
        ("Lamp.1", "-1", "simple"), *((f"LS-{size}", "1", "simple") for size in "SML")
    }  # fmt: skip


def test_parent_comes_before_its_variations(connection: Connection) -> None:
    parent = {"attributes": {"Parent": "TEE", "Type": "variation"}}
    add(connection, [{"sku": "TEE-S", **parent}, {"sku": "B"}, {"sku": "TEE"}])
    assert [row["SKU"] for row in rows_of(write(connection, "woocommerce"))] == [
        "B", "TEE", "TEE-S"
    ]  # fmt: skip
    connection.rollback()


def test_active_variation_of_a_draft_stays_active(connection: Connection) -> None:
    add(
        connection,
        [
            {"sku": "TEE", "active": False},
            {"sku": "TEE-S", "attributes": {"Parent": "TEE"}},
            {"sku": "TEE-M", "active": False, "attributes": {"Parent": "TEE"}},
        ],
    )
    assert run_import(connection, write(connection, "woocommerce"))[1] == {"unchanged": 3}
    connection.rollback()


def test_cell_that_was_edited_counts(shelf: Connection) -> None:
    text = write(shelf, "shopify").decode()
    edited = text.replace("Shirt for giants,shirt,,,", "Tent,shirt,,Acme,", 1)
    assert edited != text
    assert run_import(shelf, edited.encode())[1] == {"unchanged": 3, "updated": 1}
    changed = next(product for product in read_products(shelf) if product[0] == "LS-L")
    assert changed[:3] == ("LS-L", "Tent - L", "Acme")


def test_last_column_that_is_broken_rejects_the_record(shelf: Connection) -> None:
    raw = write(shelf, "shopify").replace(b'""Title"": [', b'""Title"": ')
    assert run_import(shelf, raw)[1] == {"unchanged": 3, "rejected": 1}


def test_workbook_has_the_layout_too(shelf: Connection) -> None:
    raw = write(shelf, "shopify", format="xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    header, first = sheet[0], sheet[1]
    cells = dict(zip(header, first, strict=True))
    assert (cells["Title"], cells["Status"], cells["Variant Price"]) == ("Lamp", "draft", "")


@each_layout
def test_names_of_layouts_are_those_of_formats(layout: LayoutName) -> None:
    shop = find_layout(layout)
    assert shop
    assert shop.format.name == FORMATS[layout]
    assert {found.layout.name for found in load_formats().values() if found.layout} == set(FORMATS)
