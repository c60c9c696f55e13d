"""What is detected in a file is described with one sentence of evidence each."""

from typing import Any

import pytest

from tests.imports.test_head import inspect
from tests.imports.test_preview import look


def describe(text: str, **options: Any) -> dict[str, Any]:
    """Return what is detected in a file."""
    return inspect(text.encode(), **options).detected


def test_decimal_comma_is_detected_with_its_reason() -> None:
    found = describe('SKU;Name;Preis\nA-1;Lampe;"12,90"\nA-2;Stuhl;1.234,50\nA-3;Tisch;89,00\n')
    assert (found["delimiter"], found["decimal_mark"], found["currency"]) == (";", ",", None)
    assert found["evidence"]["decimal_mark"] == (
        "3 of 3 prices in Preis have a comma before two digits, for example in line 2."
    )
    assert found["evidence"]["delimiter"] == (
        "It cuts the header into 3 columns, and 3 of 3 records too."
    )
    assert found["evidence"]["header_line"] == "Line 1 names columns for sku, name and price."


_MERCHANT = "id\ttitle\tprice\tavailability\timage_link\n"


@pytest.mark.parametrize(
    ("prices", "mark", "why"),
    [
        (["1.250 EUR", "3 EUR"], ".", "Files of Google Merchant Center's product data have"),
        (["1.250 EUR", "12.70 EUR"], ".", "Files of Google Merchant Center's product data have"),
        (["1.250 EUR", "12,70 EUR"], ",", "This overrides the decimal point of the format."),
        (["12.70 EUR", "12,70 EUR"], None, "Line 3 has a decimal comma, line 2 a decimal point."),
    ],
)
def test_decimal_mark_of_a_format_decides_unless_numbers_contradict_it(
    prices: list[str], mark: str | None, why: str
) -> None:
    rows = "".join(f"G-{n}\tLamp\t{price}\tin_stock\tx\n" for n, price in enumerate(prices))
    response = look((_MERCHANT + rows).encode())
    assert response.decimal_mark == mark
    assert why in response.evidence["decimal_mark"]
    codes = [warning.code for warning in response.warnings]
    assert ("decimal_mark_unclear" in codes) == (mark is None)


def test_options_are_their_own_reason() -> None:
    options = {"delimiter": ",", "header_line": 1, "decimal_mark": ".", "currency": "EUR"}
    found = describe("sku,name,price\nA,Lamp,1\n", **options)
    assert {name: found[name] for name in options} == options
    assert [found["evidence"][name] for name in options] == [
        f"Set in options.{name}." for name in options
    ]


def test_format_is_described() -> None:
    found = describe(
        "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
        "tee,Tee,Acme,Size,S,T-1,15.00\n"
    )
    assert found["format"] == "shopify_products"
    assert found["evidence"]["format"]
    assert describe("sku,name\nA,B\n", format="none")["format"] is None


def test_currency_that_all_prices_share_is_detected() -> None:
    found = describe('sku,name,price\nB-1,Mug,$12.50\nB-2,Cup,"$1,299.00"\nB-3,Jug,USD 8.00\n')
    assert found["currency"] == "USD"
    assert found["evidence"]["currency"] == "3 of 3 prices are in USD, for example in line 2."
    assert found["decimal_mark"] == "."


def test_prices_in_two_currencies_have_none() -> None:
    found = describe("sku,name,price\nA,Mug,EUR 5\nB,Cup,USD 8\n")
    assert found["currency"] is None
    assert found["evidence"]["currency"] == "Line 2 has EUR, line 3 USD."


@pytest.mark.parametrize(
    ("header", "format"),
    [("Currency", "none"), ("Währung", None), ("price_currency", None), ("CURRENCY_CODE", None)],
)
def test_currency_of_a_column_is_detected(header: str, format: str | None) -> None:
    text = f"sku,name,price,{header}\nA,Mug,5,EUR\nB,Cup,8,eur\nC,Jug,,USD\nD,Pot,1,\n"
    found = describe(text, format=format)
    assert found["currency"] == "EUR"
    assert found["evidence"]["currency"] == "2 of 3 prices are in EUR, for example in line 2."
    assert describe(text, format=format, mapping={header: None})["currency"] is None


def test_column_and_prices_may_name_two_currencies() -> None:
    found = describe("sku,name,price,currency\nA,Mug,$5,USD\nB,Cup,$8,EUR\n")
    assert found["currency"] is None
    assert found["evidence"]["currency"] == "Line 2 has USD, line 3 EUR."


def test_separator_line_is_evidence() -> None:
    found = describe("sep=;\nsku;name\nA;B\n")
    assert found["evidence"]["delimiter"] == "Line 1 is Excel's sep= line."
    assert found["evidence"]["header_line"].startswith("Line 2 ")
