"""Which texts are values of a product, and why the others are refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from chalicelib.products.rules import (
    FALSE_WORDS,
    TRUE_WORDS,
    Refusal,
    read_active,
    read_price,
    read_quantity,
    read_text,
)

Rule = Callable[[str], object]


def refused(value: object) -> str | None:
    """Return the code of a refusal; None for a value."""
    return value.code if isinstance(value, Refusal) else None


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("0", "0"),
        ("12", "12"),
        ("12.5", "12.5"),
        ("12.50", "12.50"),
        ("+3.00", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007.10", "7.1"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("9999999999.99", "9999999999.99"),
        ("0" * 40 + "1", "1"),
    ],
)
def test_a_plain_decimal_is_a_price(text: str, price: str) -> None:
    assert read_price(text) == Decimal(price)


def test_a_price_of_minus_zero_has_no_sign() -> None:
    assert str(read_price("-0.00")) == "0.00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,50", "price_not_decimal"),
        ("1.234,50", "price_not_decimal"),
        ("1 000", "price_not_decimal"),
        ("€ 5", "price_not_decimal"),
        ("1e3", "price_not_decimal"),
        ("NaN", "price_not_decimal"),
        ("Infinity", "price_not_decimal"),
        ("1_000", "price_not_decimal"),
        ("٣", "price_not_decimal"),
        (".", "price_not_decimal"),
        ("--1", "price_not_decimal"),
        ("1\n", "price_not_decimal"),
        ("-0.01", "price_negative"),
        ("-99999999999", "price_negative"),
        ("1.234", "price_too_precise"),
        ("1.000", "price_too_precise"),
        ("10000000000", "price_too_large"),
        ("9" * 5000, "price_too_large"),
    ],
)
def test_a_price_is_refused_with_the_reason(text: str, code: str) -> None:
    assert refused(read_price(text)) == code


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("0", 0), ("12", 12), ("007", 7), ("+5", 5), ("-0", 0), ("2147483647", 2147483647)],
)
def test_a_whole_number_is_a_quantity(text: str, quantity: int) -> None:
    assert read_quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.0", "quantity_not_integer"),
        ("1,000", "quantity_not_integer"),
        ("1_000", "quantity_not_integer"),
        ("٣", "quantity_not_integer"),
        ("twelve", "quantity_not_integer"),
        ("-", "quantity_not_integer"),
        ("-1", "quantity_negative"),
        ("2147483648", "quantity_too_large"),
        ("9" * 5000, "quantity_too_large"),  # longer than int() reads
    ],
)
def test_a_quantity_is_refused_with_the_reason(text: str, code: str) -> None:
    assert refused(read_quantity(text)) == code


@pytest.mark.parametrize("word", sorted(TRUE_WORDS))
def test_words_for_active_are_read_in_any_case(word: str) -> None:
    assert read_active(word) is True
    assert read_active(word.upper()) is True
    assert read_active(word.title()) is True


@pytest.mark.parametrize("word", sorted(FALSE_WORDS))
def test_words_for_inactive_are_read_in_any_case(word: str) -> None:
    assert read_active(word) is False
    assert read_active(word.upper()) is False


@pytest.mark.parametrize("text", ["tr", "2", "-1", "ja", "true!", "null"])
def test_other_words_are_not_boolean(text: str) -> None:
    assert refused(read_active(text)) == "active_not_boolean"


def test_a_text_is_as_long_as_its_characters_not_its_bytes() -> None:
    rule = read_text("sku", 4)
    assert rule("日本日本") == "日本日本"
    assert refused(rule("12345")) == "sku_too_long"


@pytest.mark.parametrize("rule", [read_price, read_quantity, read_active, read_text("name", 3)])
def test_a_message_quotes_nothing_of_the_value(rule: Rule) -> None:
    refusal = rule("s3cret")
    assert isinstance(refusal, Refusal)
    assert refusal.field
    assert "s3cret" not in refusal.message
