"""Read the numbers of files: decimal marks, thousands marks, signs and currencies.

Files write numbers in many styles. Single edits have one: digits and a point.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

from chalicelib.products.currencies import SIGNS, Currency, describe_mismatch, find_currency
from chalicelib.products.limits import DECIMAL_DIGITS, DECIMAL_PLACES, INTEGER_MAX
from chalicelib.products.words import remove_pieces

DecimalMark = Literal[".", ","]
Rounding = Literal["reject", "half_up"]
NegativeQuantity = Literal["reject", "zero"]  # shops export -2 for stock that was oversold


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one file are written. `decimal_mark` is None while it isn't known."""

    decimal_mark: DecimalMark | None = None
    currency: str | None = None  # the ISO 4217 code that prices must have, if they name one
    rounding: Rounding = "reject"  # what happens to a price with too many decimals
    multiply: str | None = None  # the decimal by which prices are multiplied
    places: int | None = None  # the decimals to which prices are rounded then, half up
    negative_quantity: NegativeQuantity = "reject"

    @property
    def mark(self) -> DecimalMark:
        """The decimal mark that plain numbers have."""
        return self.decimal_mark or "."

    @property
    def changes_prices(self) -> bool:
        """Whether the value of a price may differ from what the file has."""
        return self.multiply is not None or self.places is not None


@dataclass(frozen=True)
class Fault:
    """Why a text isn't a number that a product may have: a part of a code, and a message."""

    name: str
    message: str


NEGATIVE = Fault("negative", "is below 0. Use 0 or more.")


@dataclass(frozen=True)
class Price:
    """A price, and the currency that is written beside it."""

    value: Decimal
    currency: Currency | None = None


@dataclass(frozen=True)
class _Written:
    """A number with everything around its digits and marks taken off."""

    digits: str
    is_negative: bool = False
    currency: Currency | None = None


@dataclass(frozen=True)
class _Reading:
    """One way to read a number: its digits before and after the decimal mark."""

    whole: str
    decimals: str  # without zeros at the end that are more than a price has

    @property
    def is_whole(self) -> bool:
        return not self.decimals.strip("0")

    @property
    def value(self) -> Decimal:
        return Decimal(f"{self.whole or 0}.{self.decimals}")


MOST_CHARACTERS = 64  # of a number that isn't only digits
_EXACT = Context(prec=3 * MOST_CHARACTERS)
_SPACES = " \u00a0\u2009\u202f"
_CURRENCY = "|".join([*map(re.escape, SIGNS), "[a-z]{3}"])
_WRITTEN = re.compile(
    rf"(?P<s1>[-+\u2212]?)[{_SPACES}]*(?P<c1>{_CURRENCY})?[{_SPACES}]*(?P<s2>[-+\u2212]?)"
    rf"[{_SPACES}]*(?P<digits>(?:[.,]?[0-9])(?:[0-9.,'\u2019{_SPACES}]*[0-9.,])?)"
    rf"(?P<s3>-{{0,2}}|[\u2013\u2014])[{_SPACES}]*(?P<c2>{_CURRENCY})?(?P<s4>-?)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"([-+]?)([0-9]+)")
_PLAIN_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.(?P<decimals>[0-9]*))?|\.(?P<only>[0-9]+))")
_GROUPS_OF_THREE = r"[1-9][0-9]{{0,2}}(?P<mark>[{marks}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
_INDIAN_GROUPS = r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"


def _compile(mark: DecimalMark, others: str, more: str = "") -> re.Pattern[str]:
    groups = _GROUPS_OF_THREE.format(marks=f"{others}'\u2019{_SPACES}")
    number = rf"(?P<whole>[0-9]+|{groups}{more})(?:[{mark}](?P<decimals>[0-9]*))?"
    return re.compile(rf"{number}|[{mark}](?P<only_decimals>[0-9]+)")


_BY_MARK: dict[DecimalMark, re.Pattern[str]] = {
    ".": _compile(".", ",", f"|{_INDIAN_GROUPS}"),
    ",": _compile(",", "."),
}

# Most numbers have only one reading and need nothing else.
_USUAL_FORM = rf"[0-9]{{1,{DECIMAL_DIGITS}}}(?:[%s][0-9]{{1,{DECIMAL_PLACES}}})?"
_USUAL = {mark: re.compile(_USUAL_FORM % mark) for mark in _BY_MARK}


def read_plain_price(text: str) -> Decimal | Fault:
    """Read a price that is written with digits, and a point before the decimals."""
    found = _PLAIN_DECIMAL.fullmatch(text)
    if not found:
        message = "isn't a plain decimal number. Write it like 1234.50, without a currency sign or"
        return Fault("not_decimal", f"{message} thousands separator.")
    decimals, value = len(found["decimals"] or found["only"] or ""), Decimal(text)
    if value < 0:
        return NEGATIVE
    if decimals > DECIMAL_PLACES:
        message = f"has {decimals} decimals; at most {DECIMAL_PLACES} are allowed. Round it."
        return Fault("too_precise", message)
    return abs(value) if value < 10**DECIMAL_DIGITS else _TOO_LARGE  # "-0" is 0


def read_plain_whole(text: str) -> int | Fault:
    """Read a whole number from 0 to 2,147,483,647 that is written in digits only."""
    found = _PLAIN.fullmatch(text)
    if not found:
        message = "isn't a whole number. Write it like 12, in digits only."
        return Fault("not_integer", message)
    return _to_whole(found[2], is_negative=found[1] == "-")


def read_price(text: str, style: NumberStyle) -> Price | Fault:
    """Read a price of at most 10 digits before and 2 after the decimal mark."""
    if _USUAL[style.mark].fullmatch(text) and not style.changes_prices:
        return Price(Decimal(text.replace(",", ".")))
    written = _split(text)
    readings = _find_readings(written.digits, style.decimal_mark) if written else []
    if not written or not readings:
        return _not_decimal(text, style)
    if len(readings) > 1:
        return _AMBIGUOUS
    [reading] = readings
    if written.is_negative and reading.value:
        return NEGATIVE
    if mismatch := describe_mismatch(written.currency, style.currency):
        return Fault("currency", mismatch)
    value = _finish(reading, style)
    return value if isinstance(value, Fault) else Price(value, written.currency)


def read_whole(text: str, style: NumberStyle) -> int | Fault:
    """Read a whole number from 0 to 2,147,483,647.

    With an unknown decimal mark, the only reading that is whole counts.
    """
    if plain := _PLAIN.fullmatch(text):
        return _to_whole(plain[2], is_negative=plain[1] == "-")
    written = _split(remove_pieces(text))
    readings = _find_readings(written.digits, style.decimal_mark) if written else []
    readings = [reading for reading in readings if reading.is_whole]
    if not written or written.currency or not readings:
        return Fault("not_integer", "isn't a whole number. Write it like 12.")
    if len(readings) > 1:
        return _AMBIGUOUS
    return _to_whole(readings[0].whole, is_negative=written.is_negative)


_AMBIGUOUS = Fault(
    "ambiguous",
    "can be read with a decimal mark or with a thousands mark. Set options.decimal_mark.",
)
_TOO_LARGE = Fault(
    "too_large",
    f"has more than {DECIMAL_DIGITS} digits before the decimals. Use a smaller number.",
)


def _to_whole(digits: str, *, is_negative: bool) -> int | Fault:
    digits = digits.lstrip("0")
    if is_negative and digits:
        return NEGATIVE
    if len(digits) > len(str(INTEGER_MAX)) or int(digits or 0) > INTEGER_MAX:
        return Fault("too_large", f"is above {INTEGER_MAX:,}. Use a smaller number.")
    return int(digits or 0)


def _not_decimal(text: str, style: NumberStyle) -> Fault:
    if "%" in text or "\u2030" in text:
        return Fault("not_decimal", f"is a percentage. Write an amount like 12{style.mark}50.")
    message = f"isn't a number. Write it like 1234{style.mark}50, or set options.decimal_mark."
    return Fault("not_decimal", message)


def _split(text: str) -> _Written | None:
    """Take the sign and the currency off a number; None if it isn't written like one."""
    if plain := _PLAIN.fullmatch(text):
        return _Written(plain[2], plain[1] == "-")
    found = _WRITTEN.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if not found:
        return None
    # A dash right after the mark means no cents: "12,-".
    behind = "" if found["digits"][-1] in ".," else found["s3"]
    signs = found["s1"] + found["s2"] + behind + found["s4"]
    beside = [sign for sign in (found["c1"], found["c2"]) if sign]
    currencies = [find_currency(sign) for sign in beside]
    currency = currencies[0].narrow(currencies[-1]) if beside and currencies[0] else None
    if signs not in ("", "+", "-", "\u2212") or None in currencies or (beside and not currency):
        return None
    return _Written(found["digits"], signs in ("-", "\u2212"), currency)


def _find_readings(digits: str, mark: DecimalMark | None) -> list[_Reading]:
    """Return the different ways to read a number that is written with digits and marks."""
    found = [_BY_MARK[mark].fullmatch(digits) for mark in ((mark,) if mark else _BY_MARK)]
    parts = ((one["whole"], one["only_decimals"] or one["decimals"]) for one in found if one)
    readings = (_make_reading(re.sub(r"[^0-9]", "", w or ""), d or "") for w, d in parts)
    return list(dict.fromkeys(readings))


def _make_reading(whole: str, decimals: str) -> _Reading:
    return _Reading(whole, decimals[:DECIMAL_PLACES] + decimals[DECIMAL_PLACES:].rstrip("0"))


def _finish(reading: _Reading, style: NumberStyle) -> Decimal | Fault:
    """Return the value of a price with at most 2 decimals, multiplied and rounded exactly."""
    if len(reading.whole.lstrip("0")) > MOST_CHARACTERS:
        return _TOO_LARGE
    if style.multiply is not None:
        product = _EXACT.multiply(reading.value, Decimal(style.multiply))
        whole, _, digits = f"{product:f}".partition(".")
        reading = _make_reading(whole, digits)
    decimals, value = len(reading.decimals), reading.value
    places = DECIMAL_PLACES if style.places is None else style.places
    if decimals > DECIMAL_PLACES and style.places is None and style.rounding == "reject":
        message = f"has {decimals} decimals; at most {DECIMAL_PLACES} are allowed. Round it, or set"
        return Fault("too_precise", f"{message} options.rounding.")
    if decimals > places:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
    return value if value < 10**DECIMAL_DIGITS else _TOO_LARGE
