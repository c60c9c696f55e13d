"""Warnings name what is doubtful at the beginning of a file, and what to do."""

from typing import Any

import pytest

from chalicelib.imports.csv.sampled import FileWarning
from chalicelib.imports.csv.summing import merge_warnings
from tests.imports.test_head import inspect


def warn(text: str, **options: Any) -> dict[str, dict[str, Any]]:
    """Return the warnings of a file by code."""
    return {warning["code"]: warning for warning in inspect(text.encode(), **options).warnings}


def test_plain_file_has_no_warnings() -> None:
    assert warn("sku,name,price,quantity\nA,Lamp,1.50,3\nB,Desk,2.25,4\n") == {}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Verkaufspreise", "price_not_mapped"),
        ("Лагерный остаток", "quantity_not_mapped"),
        ("Product status", "active_not_mapped"),
        ("Stock in Berlin", "quantity_not_mapped"),
    ],
)
def test_column_is_named_like_a_field_that_no_column_is(header: str, code: str) -> None:
    found = warn(f"sku,name,{header}\nA,Lamp,1\nB,Desk,0\n")
    assert found[code]["columns"] == [header]
    assert "options.mapping" in found[code]["message"]
    assert code not in warn(f"sku,name,{header}\nA,Lamp,1\n", mapping={header: "attributes"})


def test_values_that_look_like_prices_are_not_mapped() -> None:
    found = warn("sku,name,Wert\nA,Lamp,12.50\nB,Desk,$7.00\nC,Sofa,8.25\n")
    assert found["price_not_mapped"]["columns"] == ["Wert"]


def test_field_with_a_column_has_no_further_warnings() -> None:
    assert "price_not_mapped" not in warn("sku,name,price,Old price list\nA,B,1,2\nC,D,3,4\n")


def test_file_without_prices_and_quantities_sets_defaults() -> None:
    found = warn("sku,name,color\nA,Lamp,red\n")["price_column_missing"]
    assert found["message"].startswith("No column is mapped to price or quantity. New products get")


def test_two_columns_that_fit_a_field_are_named() -> None:
    found = warn("sku,name,Regular price,Unit price\nA,Lamp,3,4\nB,Desk,4,5\n")
    warning = found["column_ambiguous"]
    assert warning["columns"] == ["Regular price", "Unit price"]
    assert warning["message"].startswith("'Regular price' is imported as the price; 'Unit price' ")


def test_prices_that_are_all_equal_are_doubtful() -> None:
    rows = "".join(f"A{n},Lamp,0\n" for n in range(6))
    found = warn(f"sku,name,price\n{rows}")["prices_equal"]
    assert (found["columns"], found["lines"]) == (["price"], [2, 3, 4, 5, 6, 7])
    assert "prices_equal" not in warn("sku,name,price\nA,Lamp,0\nB,Lamp,0\n")


def test_many_rejects_name_their_reason() -> None:
    rows = "".join(f"A{n},Lamp,{'x' if n % 3 else n}\n" for n in range(9))
    found = warn(f"sku,name,price\n{rows}")["many_rejected"]
    assert found["lines"] == [3, 4, 6, 7, 9, 10]
    assert found["message"].startswith(
        "6 of the first 9 records will be rejected. Most common reason: Price "
    )


@pytest.mark.parametrize("sku", ["6.93217E+12", "6,93217E+12", "1E5", "9.8e+11"])
def test_sku_in_scientific_notation_lost_its_digits(sku: str) -> None:
    found = warn(f'sku,name,price\nB,Lamp,1\n"{sku}",Desk,2\n')["sku_scientific"]
    assert (found["columns"], found["lines"]) == (["sku"], [3])


@pytest.mark.parametrize(
    "sku", ["Mar-26", "26-Mar", "1. Mrz", "Okt 24", "2-Sep-2024", "MAY-2025", "2026-03-01"]
)
def test_sku_may_have_become_a_date(sku: str) -> None:
    assert warn(f"sku,name,price\n{sku},Lamp,1\n")["sku_date"]["lines"] == [2]


def test_characters_that_are_not_seen_are_named() -> None:
    found = warn("sku,na\u200bme,price\nA,Lamp,1\nB\u200b,Desk,2\n")
    assert found["header_invisible"]["columns"] == ["name"]
    assert (found["sku_invisible"]["columns"], found["sku_invisible"]["lines"]) == (["sku"], [3])
    assert not {"header_invisible", "sku_invisible"} & set(warn("sku,name\nÄ-1,Lamp\n"))


def test_attribute_that_finds_products_may_have_become_a_number() -> None:
    text = "GTIN,price\n4006381333931,1\n4.00638E+12,2\n"
    found = warn(text, mode="update", match="attributes.GTIN")["sku_scientific"]
    assert (found["columns"], found["lines"]) == (["GTIN"], [3])
    assert found["message"].startswith("'GTIN' in line 3 is a number in scientific notation")


@pytest.mark.parametrize("sku", ["LAMP-1", "MAR-1", "E12", "A1E5", "12-34", "Marble-26", "1-2-3"])
def test_other_skus_are_not_doubtful(sku: str) -> None:
    assert not {"sku_date", "sku_scientific"} & set(warn(f"sku,name,price\n{sku},Lamp,1\n"))


def test_unclear_decimal_mark_asks_for_the_option() -> None:
    found = warn('sku,name,price\nA,Lamp,"1,234"\nB,Desk,5\n')["decimal_mark_unclear"]
    assert "options.decimal_mark" in found["message"]
    assert "decimal_mark_unclear" not in warn('sku,name,price\nA,Lamp,"1,234"\n', decimal_mark=",")


def test_merged_warnings_have_each_code_once() -> None:
    first = FileWarning("sku_scientific", "One.", ("sku",), (5, 9)).to_json()
    later = FileWarning("sku_scientific", "Two.", ("sku",), (3, 5)).to_json()
    other = FileWarning("prices_equal", "Three.", ("price",)).to_json()
    merged = merge_warnings([first], [later, other])
    assert merged == merge_warnings(merged, [later, other])
    assert merged == [
        {"code": "sku_scientific", "message": "Two.", "columns": ["sku"], "lines": [3, 5, 9]},
        {"code": "prices_equal", "message": "Three.", "columns": ["price"], "lines": []},
    ]


def test_column_of_prices_without_any_is_warned_of() -> None:
    text = "sku,name,price\nA,Lamp,\nB,Desk,\n"
    assert warn(text)["prices_blank"]["columns"] == ["price"]
    assert "prices_blank" not in warn(text, mode="update")
    assert "prices_blank" not in warn("sku,name,price\nA,Lamp,\nB,Desk,1\n")


@pytest.mark.parametrize("header", ["Archived", "Deleted", "On Hold", "Artikel gesperrt"])
def test_column_that_may_mark_inactive_products_is_warned_of(header: str) -> None:
    found = warn(f"sku,name,price,{header}\nA,Lamp,1,X\nB,Desk,2,\n")["active_not_mapped"]
    assert found["columns"] == [header]
    assert "reverse its words" in found["message"]


def test_other_record_with_the_same_sku_is_warned_of() -> None:
    found = warn("sku,place,stock\nT1,Berlin,5\nt1,Warsaw,6\n", mode="update")["sku_repeated"]
    assert (found["columns"], found["lines"]) == (["sku"], [3])
    assert "sku_repeated" not in warn("sku,name\nA,Lamp\nA,Lamp\nB,Desk\n")
