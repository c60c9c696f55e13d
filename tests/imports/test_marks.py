"""The decimal mark of a file follows from the numbers that can be read in only one way."""

import pytest

from chalicelib.imports.csv.marks import Number, detect_mark, find_mark


def detect(*texts: str) -> tuple[str | None, str | None]:
    """Return the mark of a column Preis with these cells, and why."""
    numbers = [Number("Preis", "prices", line, text) for line, text in enumerate(texts, start=2)]
    found = detect_mark(numbers)
    return found.mark, found.why


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12,90", ","),
        ("12.5", "."),
        ("1.234,50", ","),
        ("1,234.50", "."),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("1.234.567,5", ","),
        ("0,125", ","),
        ("1234,500", ","),
        ("1,2345", ","),
        (",5", ","),
        ("$1,299.00", "."),
        ("12,50 €", ","),
        ("EUR 12,50", ","),
        ("1 234,50", ","),
        ("1\u00a0234,5", ","),
        ("1'234.50", "."),
        ("-0,15", ","),
        ("12,00-", ","),
    ],
)
def test_number_that_can_be_read_in_one_way_has_a_mark(text: str, mark: str) -> None:
    found = find_mark(text)
    assert found is not None
    assert found[0] == mark


@pytest.mark.parametrize(
    "text",
    ["12", "1,234", "1.234", "", "12.", "19.05.2026", "1,2,3", "1.23,456.7", "a", "1e3", "€"],
)
def test_other_texts_have_no_mark(text: str) -> None:
    assert find_mark(text) is None


def test_mark_is_detected_with_its_reason() -> None:
    assert detect("12,90", "1.234,50", "89,00") == (
        ",",
        "3 of 3 prices in Preis have a comma before two digits, for example in line 2.",
    )
    assert detect("1,234", "", "9,5", "12,75") == (
        ",",
        "2 of 3 prices in Preis have a decimal comma, for example in line 4.",
    )
    assert detect("1.234.567", "5")[0] == ","


def test_contradicting_numbers_have_no_mark() -> None:
    mark, why = detect("12.50", "9,5")
    assert mark is None
    assert why == "Line 3 has a decimal comma, line 2 a decimal point."


def test_numbers_that_can_be_read_in_two_ways_have_no_mark() -> None:
    mark, why = detect("5", "1,234")
    assert mark is None
    assert why == "The numbers can be read in two ways, for example in line 3."
    assert detect("5", "12", "") == (None, None)
