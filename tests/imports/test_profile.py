"""The options of an import that uses a profile."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.imports.options import ImportOptions
from chalicelib.imports.profile import apply_profile
from tests.fakes.profiles import make_profile


def _apply(saved: dict[str, Any], given: dict[str, Any]) -> ImportOptions:
    return apply_profile(make_profile(options=saved), ImportOptions.from_json(given))


def test_options_that_are_not_given_are_those_of_the_profile() -> None:
    saved = {"delimiter": ";", "max_rejects": 5, "mapping": {"Nr": "sku"}}
    assert _apply(saved, {}) == ImportOptions.from_json(saved)


def test_a_given_option_replaces_that_of_the_profile() -> None:
    found = _apply({"delimiter": ";", "decimal_mark": ","}, {"delimiter": ","})
    assert (found.delimiter, found.decimal_mark) == (",", ",")


def test_an_option_that_is_given_as_null_is_detected_again() -> None:
    found = _apply({"delimiter": ";", "max_rejects": 5}, {"delimiter": None, "max_rejects": None})
    assert (found.delimiter, found.max_rejects) == (None, None)


def test_blank_cells_are_decided_field_by_field() -> None:
    found = _apply({"blank": {"price": "keep", "brand": "keep"}}, {"blank": {"price": "clear"}})
    assert [found.blank.policy(field) for field in ("price", "brand")] == ["clear", "keep"]


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ({}, {"Nr": "sku", "Titel": "name", "Notiz": None}),
        ({"Notiz": "attributes"}, {"Nr": "sku", "Titel": "name", "Notiz": "attributes"}),
        ({" Titel ": None}, {"Nr": "sku", " Titel ": None, "Notiz": None}),
        ({"Name": "name"}, {"Nr": "sku", "Notiz": None, "Name": "name"}),
        ({"Preis": "price"}, {"Nr": "sku", "Titel": "name", "Notiz": None, "Preis": "price"}),
    ],
)
def test_a_given_mapping_replaces_entries_of_the_same_column_or_field(
    given: dict[str, Any], merged: dict[str, Any]
) -> None:
    saved = {"mapping": {"Nr": "sku", "Titel": "name", "Notiz": None}}
    assert _apply(saved, {"mapping": given}).mapping == merged


def test_a_given_column_replaces_the_changes_of_its_cells() -> None:
    saved = {"columns": {"Nr": {"prefix": "A-"}, "Titel": {"case": "upper"}}}
    found = _apply(saved, {"columns": {"Nr": {"suffix": "-B"}}})
    given = ImportOptions.from_json({"columns": {"Nr": {"suffix": "-B"}}})
    assert found.columns == ImportOptions.from_json(saved).columns | given.columns


def test_mappings_that_are_too_long_together_are_refused() -> None:
    saved, given = ({f"{prefix}{n}": None for n in range(600)} for prefix in "ab")
    with pytest.raises(ValidationError):
        _apply({"mapping": saved}, {"mapping": given})
