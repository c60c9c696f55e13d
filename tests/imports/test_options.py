"""The options of an import: what clients may send, and what later versions read of stored ones."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.http.faults import field_problems
from chalicelib.imports.blank_options import BlankOptions
from chalicelib.imports.options import ImportOptions
from chalicelib.products.numbers import NumberStyle


def _problems(**values: Any) -> dict[str, str]:
    """Return field -> message of what is wrong with `values`."""
    with pytest.raises(ValidationError) as caught:
        ImportOptions.model_validate(values)
    return {problem.field: problem.message for problem in field_problems(caught.value, values)}


def test_all_options_are_accepted() -> None:
    options = {
        "delimiter": "\t",
        "encoding": "cp1252",
        "member": "products.csv",
        "sheet": "Products",
        "format": "shopify_products",
        "header_line": 2,
        "decimal_mark": ",",
        "currency": "EUR",
        "rounding": "half_up",
        "columns": {
            "Preis": {"multiply": "1.19", "round": 2, "replace": [{"find": "a", "with": ""}]}
        },
        "mapping": {"Artikel Nr.": "sku", "Titel": "name", "intern": None},
        "blank": {"description": "clear", "price": "keep", "active": "default"},
        "mode": "update",
        "match": "attributes.GTIN",
        "short_rows": "reject",
        "sku_from": ["Handle", "Size"],
        "max_rejects": 0,
        "max_reject_rate": 0.05,
        "missing": "deactivate",
        "scope": {"price[gte]": "1.50", "updated_at[lte]": "2026-11-24T09:30:00Z", "profile": "p"},
        "max_missing": {"percent": 2.5, "products": 10},
    }
    assert ImportOptions.model_validate_json(json.dumps(options)).to_json() == options


def test_a_rate_may_be_a_whole_number() -> None:
    assert ImportOptions.model_validate_json('{"max_reject_rate": 1}').max_reject_rate == 1


def test_blank_cell_sets_the_default_value_without_a_policy() -> None:
    blank = BlankOptions.model_validate({"price": "keep"})
    assert (blank.policy("price"), blank.policy("quantity")) == ("keep", "default")


@pytest.mark.parametrize(("chosen", "mark"), [(None, "."), (".", "."), (",", ",")])
def test_prices_have_a_point_unless_a_comma_is_chosen(chosen: Any, mark: str) -> None:
    assert ImportOptions(decimal_mark=chosen).numbers.mark == mark


def test_number_options_make_the_number_style() -> None:
    options = ImportOptions(decimal_mark=",", currency="EUR", rounding="half_up")
    assert options.numbers == NumberStyle(",", "EUR", "half_up")
    assert ImportOptions().numbers == NumberStyle()


def test_options_round_trip_through_json() -> None:
    options = ImportOptions(
        delimiter=";", blank=BlankOptions.model_validate({"price": "keep"}), max_reject_rate=0.25
    )
    assert ImportOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


def test_option_missing_in_a_stored_job_has_its_default() -> None:
    assert ImportOptions.from_json({"max_rejects": 3}) == ImportOptions(max_rejects=3)


def test_unknown_option_of_a_stored_job_is_ignored() -> None:
    stored = {"max_rejects": 3, "colour": "red", "blank": {"price": "keep", "size": "keep"}}
    expected = ImportOptions(max_rejects=3, blank=BlankOptions.model_validate({"price": "keep"}))
    assert ImportOptions.from_json(stored) == expected


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"delimiter": ":"}, "delimiter"),
        ({"delimiter": ""}, "delimiter"),
        ({"encoding": "UTF-7"}, "encoding"),
        ({"decimal_mark": ";"}, "decimal_mark"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "€"}, "currency"),
        ({"rounding": "down"}, "rounding"),
        ({"mapping": {"Nr": "ean"}}, "mapping.Nr"),
        ({"mapping": {"Nr": "id"}}, "mapping"),
        ({"match": "id"}, "match"),
        ({"columns": {"A": {"case": "camel"}}}, "columns.A.case"),
        ({"columns": {"A": {"multiply": "1e3"}}}, "columns.A.multiply"),
        ({"columns": {"A": {"multiply": 1.19}}}, "columns.A.multiply"),
        ({"columns": {"A": {"round": 3}}}, "columns.A.round"),
        ({"columns": {"A": {"replace": [{"find": "", "with": ""}]}}}, "columns.A.replace.0.find"),
        ({"columns": {"A": {"replace": [{"find": "a"}]}}}, "columns.A.replace.0.with"),
        ({"columns": {"A": {"prefix": "x" * 256}}}, "columns.A.prefix"),
        ({"columns": {"A": {"regex": "x"}}}, "columns.A.regex"),
        ({"mapping": {"": "sku"}}, "mapping."),
        ({"mapping": []}, "mapping"),
        ({"mapping": {"A": "sku", "B": "sku"}}, "mapping"),
        ({"mapping": {str(n): None for n in range(1001)}}, "mapping"),
        ({"blank": {"active": "clear"}}, "blank.active"),
        ({"blank": {"sku": "keep"}}, "blank.sku"),
        ({"blank": {"price": "zero"}}, "blank.price"),
        ({"max_rejects": -1}, "max_rejects"),
        ({"max_rejects": 1.5}, "max_rejects"),
        ({"max_reject_rate": 0}, "max_reject_rate"),
        ({"max_reject_rate": 1.01}, "max_reject_rate"),
        ({"max_reject_rate": float("nan")}, "max_reject_rate"),
        ({"delimeter": ","}, "delimeter"),
    ],
)
def test_invalid_options_are_named(options: dict[str, Any], field: str) -> None:
    assert set(_problems(**options)) == {field}


def test_field_mapped_twice_is_named() -> None:
    found = _problems(mapping={"A": "sku", "B": "sku"})
    assert found["mapping"].startswith("More than one column is mapped to sku.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"missing": "hide"}, "'keep', 'deactivate', 'zero_stock' or 'delete'"),
        ({"scope": {}}, "Leave it out for the whole catalogue"),
        ({"scope": {"colour": "red"}}, "Extra inputs"),
        ({"scope": {"price[gte]": 5}}, "text|string"),
        ({"max_missing": {}}, "Set percent, products or both"),
        ({"max_missing": {"percent": 101}}, "less than or equal to 100"),
        ({"max_missing": {"products": -1}}, "greater than or equal to 0"),
    ],
)
def test_wrong_options_of_missing_products_are_refused(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ImportOptions.model_validate_json(json.dumps(options))
