"""Which texts are values of a product, and which codes reject the others."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from chalicelib.products.fields import FIELDS, ProductField
from chalicelib.products.numbers import NumberStyle
from chalicelib.products.rules import (
    Noted,
    ValueProblem,
    codes_of,
    make_rules,
    read_value,
)
from chalicelib.products.words import FALSE_WORDS, TRUE_WORDS

Rule = Callable[[str], object]
RULES = make_rules(4, 512)
read_price, read_quantity, read_active = RULES["price"], RULES["quantity"], RULES["active"]


def code_of(value: object) -> str | None:
    """Return the code of a problem; None for a value."""
    return value.code if isinstance(value, ValueProblem) else None


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
def test_plain_decimal_is_a_price(text: str, price: str) -> None:
    assert read_price(text) == Decimal(price)


def test_only_the_rule_of_a_file_reads_other_styles_and_notes_the_currency() -> None:
    in_file = make_rules(4, 512, NumberStyle(","))
    assert in_file["price"]("1.299,00 EUR") == Noted(Decimal(1299), "currency", "EUR")
    assert in_file["price"]("1.299,00") == Decimal(1299)
    assert in_file["quantity"]("1.200,0") == 1200
    assert code_of(read_price("1,299.00")) == "price_not_decimal"


def test_minus_zero_loses_its_sign() -> None:
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
def test_bad_price_has_a_code_that_says_why(text: str, code: str) -> None:
    assert code_of(read_price(text)) == code


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("0", 0), ("12", 12), ("007", 7), ("+5", 5), ("-0", 0), ("2147483647", 2147483647)],
)
def test_whole_number_is_a_quantity(text: str, quantity: int) -> None:
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
def test_bad_quantity_has_a_code_that_says_why(text: str, code: str) -> None:
    assert code_of(read_quantity(text)) == code


@pytest.mark.parametrize("word", sorted(TRUE_WORDS))
def test_words_for_true_are_read_in_any_case(word: str) -> None:
    assert read_active(word) is True
    assert read_active(word.upper()) is True
    assert read_active(word.title()) is True


@pytest.mark.parametrize("word", sorted(FALSE_WORDS))
def test_words_for_false_are_read_in_any_case(word: str) -> None:
    assert read_active(word) is False
    assert read_active(word.upper()) is False


@pytest.mark.parametrize("text", ["tr", "2", "-2", "jo", "true!", "null"])
def test_other_words_are_not_boolean(text: str) -> None:
    assert code_of(read_active(text)) == "active_not_boolean"


def test_length_of_a_text_is_counted_in_characters_not_bytes() -> None:
    rule = RULES["sku"]
    assert rule("日本日本") == "日本日本"
    assert code_of(rule("12345")) == "sku_too_long"


@pytest.mark.parametrize("rule", [read_price, read_quantity, read_active, RULES["sku"]])
def test_message_quotes_nothing_of_the_value(rule: Rule) -> None:
    problem = rule("s3cret")
    assert isinstance(problem, ValueProblem)
    assert problem.field
    assert "s3cret" not in problem.message


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_rules_use_the_codes_of_their_field(field: ProductField) -> None:
    texts = ("x", "-1", "1.999", "12.000", "5 €", "9" * 5000, '"' * 1_000_000)
    in_files = make_rules(4, 512, NumberStyle(currency="USD"))
    rules = (RULES[field.name], in_files[field.name])
    problems = (read_value(field.name, text, rule) for text in texts for rule in rules)
    found = {code_of(problem) for problem in problems} - {None}
    made_elsewhere = {f"{field.name}_missing", f"{field.name}_not_text"}
    assert found == codes_of(field) - made_elsewhere
