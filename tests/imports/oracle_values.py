"""What the texts of a record mean to the serial reader."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TRUE = {"x", "true", "t", "yes", "y", "on", "1", "active", "enabled", "published", "oui"}
FALSE = {"false", "f", "no", "n", "off", "0", "inactive", "disabled", "draft", "-1"}
LENGTHS = {"sku": 128, "name": 512, "brand": 255}


@dataclass(frozen=True)
class Bad:
    code: str


def read_value(name: str, text: str, decimal_mark: str | None) -> Any:
    if not text:
        return Bad(f"{name}_missing") if name in ("sku", "name") else None
    if name in LENGTHS:
        return Bad(f"{name}_too_long") if len(text) > LENGTHS[name] else text
    if name == "price":
        return _price(text, decimal_mark)
    if name == "quantity":
        return _quantity(text, decimal_mark)
    return _active(text) if name == "active" else text


def _active(text: str) -> bool | Bad:
    if text.lower() not in TRUE | FALSE:
        return Bad("active_not_boolean")
    return text.lower() in TRUE


def _price(text: str, decimal_mark: str | None) -> Decimal | Bad:
    number = re.sub(r"^(\$|USD) ?| ?(\$|USD)$", "", text)
    sign, numbers = _readings(number, decimal_mark)
    if len(numbers) != 1:
        return Bad("price_ambiguous" if numbers else "price_not_decimal")
    if sign == "-" and numbers[0]:
        return Bad("price_negative")
    value = numbers[0].normalize()
    if value != round(value, 2):
        return Bad("price_too_precise")
    return Bad("price_too_large") if value >= 10**10 else value


def _quantity(text: str, decimal_mark: str | None) -> int | Bad:
    sign, numbers = _readings(text, decimal_mark)
    wholes = [number for number in numbers if number == int(number)]
    if len(wholes) != 1:
        return Bad("quantity_ambiguous" if wholes else "quantity_not_integer")
    if sign == "-" and wholes[0]:
        return Bad("quantity_negative")
    return Bad("quantity_too_large") if wholes[0] > 2147483647 else int(wholes[0])


def _readings(text: str, decimal_mark: str | None) -> tuple[str, list[Decimal]]:
    """Return the sign of a number, and what its digits mean with each decimal mark it may have."""
    signs = [text[:1], text[-1:]]
    if text[-2:] in (",-", ".-"):  # no cents
        signs[1], text = "", text[:-1]
    sign = next((sign for sign in signs if sign in ("-", "+")), "")
    digits = text.removesuffix("-") if signs[1] == "-" else text.removeprefix(sign)
    found = []
    for mark in decimal_mark or ".,":
        whole, _, decimals = digits.partition(mark)
        for thousands in {".", ",", " ", "'"} - {mark}:
            if re.fullmatch(rf"[1-9][0-9]{{0,2}}(\{thousands}[0-9]{{3}})+", whole):
                whole = whole.replace(thousands, "")
        if re.fullmatch("[0-9]*", whole) and re.fullmatch("[0-9]*", decimals) and whole + decimals:
            found.append(Decimal(f"{whole or 0}.{decimals or 0}"))
    return sign, sorted(set(found))
