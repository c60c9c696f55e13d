"""Header names with a currency, a tax note or a unit of pieces are known without them."""

import pytest

from chalicelib.imports.csv.qualifiers import remove_qualifiers
from chalicelib.imports.formats.applying import map_header
from chalicelib.imports.options import ImportOptions


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Price (USD)", "Price"),
        ("Preis in €", "Preis"),
        ("Preis (EUR, inkl. MwSt.)", "Preis"),
        ("Price incl. 19% VAT", "Price"),
        ("PVP con IVA", "PVP"),
        ("retail_price_usd", "retail_price"),
        ("Bestand (Stk.)", "Bestand"),
        ("販売価格(税込)", "販売価格"),
        ("Active (Y/N)", "Active"),
        ("Остаток, шт", "Остаток"),
    ],
)
def test_qualifier_at_the_end_is_removed(name: str, bare: str) -> None:
    assert remove_qualifiers(name) == bare


@pytest.mark.parametrize(
    "name",
    ["Price (old)", "Price (each, USD)", "Price unit", "Weight (kg)", "stock in", "EUR", "Net", ""],
)
def test_other_names_stay(name: str) -> None:
    assert remove_qualifiers(name) == name


def fields_of(*header: str) -> dict[str, str]:
    columns = map_header(header, ImportOptions(), []).columns
    return {f: name for name, f in zip(columns.names, columns.fields, strict=True) if f}


def test_column_with_a_qualifier_is_the_product_field() -> None:
    found = fields_of("SKU", "Product Name", "Price (USD)", "Qty (pcs)")
    assert found["price"] == "Price (USD)"
    assert found["quantity"] == "Qty (pcs)"


def test_column_without_a_qualifier_comes_first() -> None:
    assert fields_of("sku", "name", "Price (USD)", "price")["price"] == "price"


def test_language_is_detected_by_headers_with_qualifiers() -> None:
    found = fields_of("SKU", "Name", "Preis in €", "Bestand (Stk.)")
    assert found["price"] == "Preis in €"
    assert found["quantity"] == "Bestand (Stk.)"
