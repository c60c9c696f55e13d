"""What the notes of all ranges say about a file."""

import random
from typing import Any

import pytest

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.summing import (
    check_currency,
    find_price_currency,
    make_warnings,
    sum_notes,
)


def note(code: str, count: int, lines: list[int], values: dict[str, int]) -> dict[str, Any]:
    return {"code": code, "columns": ["A"], "count": count, "lines": lines, "values": values}


def currencies(**lines: int) -> dict[str, Any]:
    return sum_notes([note("currency", 1, [line], {name: line}) for name, line in lines.items()])


def test_notes_of_ranges_are_summed_in_any_order() -> None:
    notes = [note("sku_date", 30, list(range(n, n + 10)), {"Mar-26": n}) for n in (2, 50, 90)]
    notes.append(note("sku_date", 1, [1], {"Apr-26": 1}) | {"columns": ["B"]})
    random.shuffle(notes)
    total = sum_notes(notes)["sku_date"]
    assert (total.columns, total.count) == (["A", "B"], 91)
    assert total.lines == [1, *range(2, 11)]
    assert total.values == {"Mar-26": 2, "Apr-26": 1}


@pytest.mark.parametrize(
    ("lines", "currency"),
    [
        ({}, None),
        ({"EUR": 2}, "EUR"),
        ({"$": 2}, "$"),
        ({"$": 2, "USD": 9}, "USD"),
        ({"CAD": 2, "$": 9}, "CAD"),
        ({"kr": 2, "kr.": 3, "SEK": 4}, "SEK"),
    ],
)
def test_one_currency_is_found(lines: dict[str, int], currency: str | None) -> None:
    check_currency(currencies(**lines), None)
    assert find_price_currency(currencies(**lines), None) == currency


@pytest.mark.parametrize(
    "lines", [{"EUR": 9, "USD": 3}, {"$": 3, "EUR": 9}, {"$": 3, "USD": 5, "CAD": 9}]
)
def test_more_than_one_currency_ends_the_import(lines: dict[str, int]) -> None:
    with pytest.raises(JobEndedError) as caught:
        check_currency(currencies(**lines), None)
    assert caught.value.code == "currencies_mixed"
    assert "(line 3)" in caught.value.message
    assert "(line 9)" in caught.value.message


def test_chosen_currency_is_the_currency() -> None:
    check_currency(currencies(**{"$": 2, "EUR": 3}), "USD")
    assert find_price_currency(currencies(**{"$": 2}), "USD") == "USD"


def test_warnings_count_what_was_noted() -> None:
    found = sum_notes(
        [
            note("negative_quantity", 2, [7], {"-2": 7}),
            note("sku_date", 1200, [3, 4], {"Mar-26": 3}),
            note("currency", 5, [2], {"EUR": 2}),
        ]
    )
    by_code = {warning["code"]: warning for warning in make_warnings(found)}
    assert by_code.keys() == {"negative_quantity", "sku_date"}
    assert by_code["negative_quantity"]["message"].startswith("2 quantities below 0")
    assert by_code["sku_date"]["message"].startswith("1,200 values in A look like dates")
    assert by_code["sku_date"]["lines"] == [3, 4]
