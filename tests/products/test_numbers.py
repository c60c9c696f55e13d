"""How the numbers of files are read, whatever their marks, groups, signs and currencies."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.products.currencies import CODES, SIGNS, find_currency
from chalicelib.products.numbers import (
    DecimalMark,
    Fault,
    NumberStyle,
    Price,
    read_plain_price,
    read_price,
    read_whole,
)

UNKNOWN, POINT, COMMA = NumberStyle(), NumberStyle("."), NumberStyle(",")
CHARACTERS = "0123456789012345.,.,-+ '\u2019\u00a0\u2009\u202f$€%eE"


def value_of(text: str, style: NumberStyle = UNKNOWN) -> str:
    """Return the value of a price as text, or what is wrong with it."""
    found = read_price(text, style)
    return found.name if isinstance(found, Fault) else str(found.value)


def whole_of(text: str, style: NumberStyle = UNKNOWN) -> int | str:
    found = read_whole(text, style)
    return found.name if isinstance(found, Fault) else found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"),
        ("12.5", "12.5"),
        ("12,90", "12.90"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1 234", "1234"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234\u202f567", "1234567"),
        ("1\u2009234.5", "1234.5"),
        ("1'234.50", "1234.50"),
        ("1\u2019234\u2019567", "1234567"),
        ("1,23,456.00", "123456.00"),
        ("12,34,567", "1234567"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("5,", "5"),
        ("0.500", "0.50"),
        ("12.5000", "12.50"),
        ("1234.5000", "1234.50"),
        ("+3,00", "3.00"),
        ("-0,00", "0.00"),
        ("\u22120", "0"),
    ],
)
def test_number_with_one_reading_needs_no_decimal_mark(text: str, value: str) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,000", "12.000", "999.999", "$1,234"])
def test_number_with_two_readings_asks_for_the_decimal_mark(text: str) -> None:
    found = read_price(text, UNKNOWN)
    assert isinstance(found, Fault)
    assert found.name == "ambiguous"
    assert "options.decimal_mark" in found.message


@pytest.mark.parametrize(
    ("text", "with_point", "with_comma"),
    [
        ("1,234", "1234", "too_precise"),
        ("1.234", "too_precise", "1234"),
        ("12.000", "12.00", "12000"),
        ("1.234,50", "not_decimal", "1234.50"),
        ("1,234.50", "1234.50", "not_decimal"),
        ("12,90", "not_decimal", "12.90"),
        ("12.90", "12.90", "not_decimal"),
        ("1 234 567", "1234567", "1234567"),
        ("1'234", "1234", "1234"),
        ("1,23,456.00", "123456.00", "not_decimal"),
        ("1.23.456,00", "not_decimal", "not_decimal"),
    ],
)
def test_other_mark_separates_only_thousands(text: str, with_point: str, with_comma: str) -> None:
    assert (value_of(text, POINT), value_of(text, COMMA)) == (with_point, with_comma)


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3",
        "12,34.5",
        "1234,567.00",
        "1,234,56",
        "1,,234",
        ",234,567",
        "0,123,456",
        "1,234 567",
        "1,234'567",
        "1  234",
        "1 23",
        "1.234.56",
        "1.5.5",
        "1,5,5",
        "1.234,567.8",
        "123,45,678",
        "1e3",
        "1_000",
        "NaN",
        "Infinity",
        "٣",
        ".",
        ",",
        "--1",
        "-1-",
        "1\n",
        "12 PCT",
        "12.50 EUR/kg",
        "€12 USD",
        "$$5",
        "€",
        "",
        "1" + "0,000" * 20,
    ],
)
def test_malformed_number_is_rejected(text: str) -> None:
    for style in (UNKNOWN, POINT, COMMA):
        assert value_of(text, style) == "not_decimal"
        assert whole_of(text, style) == "not_integer"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,-", "12"),
        ("1.299,-", "1299"),
        ("12,-- €", "12"),
        ("kr 12,-", "12"),
        ("12,\u2013", "12"),
        ("12.-", "12"),
        ("-12,-", "negative"),
        ("12--", "not_decimal"),
        ("12\u2013", "not_decimal"),
        ("12,-5", "not_decimal"),
    ],
)
def test_dash_after_the_decimal_mark_means_no_cents(text: str, value: str) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["12%", "12 %", "%12", "12,5‰"])
def test_percentage_is_rejected_as_one(text: str) -> None:
    found = read_price(text, UNKNOWN)
    assert isinstance(found, Fault)
    assert found.message.startswith("is a percentage.")


@pytest.mark.parametrize(
    "text", ["-1", "12,00-", "1.234,50-", "-$5", "$-5", "5- EUR", "5 €-", "\u22125"]
)
def test_negative_number_is_rejected_wherever_its_sign_is(text: str) -> None:
    assert value_of(text) == "negative"


@pytest.mark.parametrize("text", ["-2", "2-", "-2.0"])
def test_negative_quantity_is_rejected(text: str) -> None:
    assert whole_of(text) == "negative"


@pytest.mark.parametrize(
    ("text", "rejected", "rounded"),
    [
        ("0.1250", "too_precise", "0.13"),
        ("0.125", "too_precise", "0.13"),
        ("0.1249", "too_precise", "0.12"),
        ("2.665", "too_precise", "2.67"),
        ("12.5000", "12.50", "12.50"),
        ("495.79831932773", "too_precise", "495.80"),
        ("-0.001", "negative", "negative"),
        ("9999999999.99", "9999999999.99", "9999999999.99"),
        ("9999999999.994", "too_precise", "9999999999.99"),
        ("9999999999.995", "too_precise", "too_large"),
        ("10000000000", "too_large", "too_large"),
        ("9" * 5000, "too_large", "too_large"),
        ("1." + "3" * 60, "too_precise", "1.33"),
    ],
)
def test_more_than_two_decimals_are_rejected_or_rounded_half_up(
    text: str, rejected: str, rounded: str
) -> None:
    assert value_of(text, POINT) == rejected
    assert value_of(text, NumberStyle(".", rounding="half_up")) == rounded


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("10.0", 10),
        ("5.00", 5),
        ("1,200", 1200),
        ("1.200", 1200),
        ("26.067,00", 26067),
        ("1 200", 1200),
        ("007", 7),
        ("+5", 5),
        ("-0", 0),
        ("2147483647.00", 2147483647),
        ("2147483648", "too_large"),
        ("2,147,483,648", "too_large"),
        ("9" * 5000, "too_large"),
        ("2.5", "not_integer"),
        ("2,5", "not_integer"),
        ("12.000", "ambiguous"),
        ("1,000", "ambiguous"),
        ("5 €", "not_integer"),
        ("5%", "not_integer"),
    ],
)
def test_quantity_is_the_only_reading_that_is_whole(text: str, whole: int | str) -> None:
    assert whole_of(text) == whole


def test_known_decimal_mark_decides_a_quantity() -> None:
    assert (whole_of("12.000", POINT), whole_of("12.000", COMMA)) == (12, 12000)
    assert (whole_of("1.200", POINT), whole_of("1,200", COMMA)) == ("not_integer", "not_integer")


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$12.50", "12.50", "$"),
        ("USD 8.00", "8.00", "USD"),
        ("usd8", "8", "USD"),
        ("12,50 €", "12.50", "EUR"),
        ("1.299,00 EUR", "1299.00", "EUR"),
        ("12.50\u00a0€", "12.50", "EUR"),
        ("kr 5", "5", "kr"),
        ("5 kr.", "5", "kr."),
        ("CHF 12.50", "12.50", "CHF"),
        ("Fr. 12.50", "12.50", "CHF"),
        ("Fr.5", "5", "CHF"),
        ("R$ 5,00", "5.00", "BRL"),
        ("12.50 zł", "12.50", "PLN"),
        ("$12.50 USD", "12.50", "USD"),
        ("CA$5", "5", "CAD"),
        ("99", "99", None),
    ],
)
def test_currency_is_removed_and_noted(text: str, value: str, currency: str | None) -> None:
    found = read_price(text, UNKNOWN)
    assert isinstance(found, Price)
    assert str(found.value) == value
    assert (found.currency.name if found.currency else None) == currency


@pytest.mark.parametrize(
    ("text", "result"),
    [("$5", "5"), ("USD 5", "5"), ("5", "5"), ("5 €", "currency"), ("CA$5", "currency")],
)
def test_price_in_another_currency_than_the_option_is_rejected(text: str, result: str) -> None:
    assert value_of(text, NumberStyle(".", currency="USD")) == result


def test_every_sign_means_currencies_with_codes() -> None:
    found = [find_currency(sign) for sign in SIGNS]
    assert all(currency and currency.codes <= CODES for currency in found)
    assert find_currency("PCS") is None


marks = st.sampled_from(".,")
amounts = st.decimals("0", "9999999999.99", places=2, allow_nan=False)
currencies = st.one_of(st.just(""), st.sampled_from(SIGNS), st.sampled_from(sorted(CODES)))
gaps = st.sampled_from(["", " ", "\u00a0", "\u202f"])


def write(amount: Decimal, mark: str, thousands: str, *, is_indian: bool = False) -> str:
    """Return an amount as a program would format it."""
    whole, decimals = f"{amount:.2f}".split(".")
    head, tail = whole[:-3], whole[-3:]
    size = 2 if is_indian else 3
    groups = [head[max(0, end - size) : end] for end in range(len(head), 0, -size)]
    return thousands.join([*reversed(groups), tail]) + mark + decimals


@given(
    amount=amounts,
    mark=marks,
    thousands=st.sampled_from(["", ".", ",", " ", "\u00a0", "\u2009", "\u202f", "'", "\u2019"]),
    is_known=st.booleans(),
    currency=currencies,
    gap=gaps,
    is_before=st.booleans(),
)
def test_written_amount_is_read_back(
    amount: Decimal,
    mark: DecimalMark,
    thousands: str,
    is_known: bool,
    currency: str,
    gap: str,
    is_before: bool,
) -> None:
    if thousands == mark:
        return
    number = write(amount, mark, thousands)
    text = f"{currency}{gap}{number}" if is_before else f"{number}{gap}{currency}"
    found = read_price(text.strip(), NumberStyle(mark if is_known else None))
    assert isinstance(found, Price), found
    assert found.value == amount
    assert found.currency == (find_currency(currency) if currency else None)


@given(amount=amounts)
def test_indian_groups_are_read_back(amount: Decimal) -> None:
    assert Decimal(value_of(write(amount, ".", ",", is_indian=True))) == amount


@given(amount=st.decimals("0", "99999999", allow_nan=False), mark=marks)
def test_rounding_is_exact(amount: Decimal, mark: DecimalMark) -> None:
    text = f"{amount:f}".replace(".", mark)
    if len(text) <= 60:
        rounded = value_of(text, NumberStyle(mark, rounding="half_up"))
        assert Decimal(rounded) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def readings_of(text: str) -> Iterator[Decimal]:
    """Yield each value that a number can have, by a rule as plain as can be: undo the writing.

    A number is a whole part, whose groups all have the same mark, and decimals after another.
    """
    for mark in ".,":
        whole, _, decimals = text.partition(mark)
        separators = {c for c in whole if not c.isdigit()}
        if len(separators) > 1 or not separators <= set(".,'\u2019 \u00a0\u2009\u202f") - {mark}:
            continue
        first, *others = whole.split(separators.pop()) if separators else [whole]
        if others and not is_grouped(first, others, may_be_indian="," in text and mark == "."):
            continue
        if (decimals or first) and not decimals.strip("0123456789"):
            yield Decimal(f"{''.join([first, *others]) or 0}.{decimals or 0}")


def is_grouped(first: str, others: list[str], *, may_be_indian: bool) -> bool:
    if not first or first.startswith("0") or len(others[-1]) != 3:
        return False
    middle = {len(group) for group in others[:-1]}
    return (len(first) <= 3 and middle <= {3}) or (
        may_be_indian and len(first) <= 2 and middle == {2}
    )


@given(st.text("0123456789.,' ", min_size=1, max_size=12).map(str.strip))
@example("1,234")
@example("12,34,567.5")
@example("1.23,456")
def test_value_accepted_with_an_unknown_mark_has_exactly_one_reading(text: str) -> None:
    expected, found = set(readings_of(text)), read_price(text, UNKNOWN)
    if isinstance(found, Price):
        assert expected == {found.value}
    elif found.name in ("ambiguous", "not_decimal"):
        assert (len(expected) > 1) == (found.name == "ambiguous")
        assert bool(expected) == (found.name == "ambiguous")


@given(st.text(CHARACTERS, max_size=80), st.sampled_from([UNKNOWN, POINT, COMMA]))
@example(" " * 80, UNKNOWN)
@example("1" + " " * 70 + "x", UNKNOWN)
def test_any_text_is_a_number_or_a_fault(text: str, style: NumberStyle) -> None:
    price, whole = read_price(text, style), read_whole(text, style)
    assert isinstance(price, Fault) or 0 <= price.value < 10**10
    assert isinstance(whole, Fault) or 0 <= whole < 2**31


@given(st.from_regex(r"[0-9]{1,11}(\.[0-9]{1,2})?", fullmatch=True))
def test_plain_number_is_read_alike_in_a_file_and_in_an_edit(text: str) -> None:
    for style in (UNKNOWN, POINT):
        in_file = read_price(text, style)
        assert (in_file.value if isinstance(in_file, Price) else in_file) == read_plain_price(text)
