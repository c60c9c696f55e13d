"""What a product's values must be: the one place for imports and for single edits.

Each rule takes the text of a value, already trimmed, and returns the value or a Refusal. Bad data
is a value here, not an exception. A blank is the caller's affair: what it means differs between a
file and a request.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.http.sizes import MAX_ESCAPED_CHARACTER, measure

# What is trimmed around every value: ASCII white space and the no-break space of spreadsheets.
WHITE_SPACE = " \t\n\r\v\f\u00a0"

PRICE_DIGITS, PRICE_DECIMALS = 10, 2  # numeric(12,2)
QUANTITY_MAX = 2**31 - 1  # integer
FIELD_MAX_BYTES = 1024 * 1024
# In bytes of an answer. Together they leave room for the rest of the product, so that every product
# can be answered. Only a text that is mostly quotes or control characters is cut short by them.
DESCRIPTION_MAX_BYTES, ATTRIBUTES_MAX_BYTES = 3_200_000, 2_800_000

REQUIRED = ("sku", "name")

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "on", "1", "active", "enabled"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "off", "0", "inactive", "disabled"})

_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?|([+-]?)\.(\d+)", re.ASCII)
_INTEGER = re.compile(r"([+-]?)(\d+)", re.ASCII)


@dataclass(frozen=True)
class Refusal:
    """Why a value was refused. `message` says what to do and quotes nothing of the value."""

    code: str
    field: str | None
    message: str


Rule = Callable[[str], Any]


def make_rules(sku_max_length: int, name_max_length: int) -> dict[str, Rule]:
    """Return the rule of each product field."""
    return {
        "sku": read_text("sku", sku_max_length),
        "name": read_text("name", name_max_length),
        "description": read_description,
        "price": read_price,
        "quantity": read_quantity,
        "active": read_active,
    }


def read_value(field: str, text: str, rule: Rule) -> Any:
    """Trim a field's or an attribute's text and read it: None where blank, or a Refusal."""
    trimmed = text.strip(WHITE_SPACE)
    if len(trimmed) > FIELD_MAX_BYTES // 4 and len(trimmed.encode()) > FIELD_MAX_BYTES:
        return Refusal("field_too_long", field, "The field is longer than 1 MiB.")
    return rule(trimmed) if trimmed else None


def refuse_blank(field: str) -> Refusal:
    """Return the refusal of a required field that is blank."""
    return Refusal(f"{field}_missing", field, f"The {field} is empty.")


def refuse_nul(field: str | None, what: str) -> Refusal:
    """Return the refusal of a text that PostgreSQL does not keep."""
    return Refusal("nul_byte", field, f"The {what} has a NUL byte, which no text may have.")


def read_text(field: str, max_length: int) -> Callable[[str], str | Refusal]:
    """Return the rule of a text field of at most `max_length` characters."""

    def rule(text: str) -> str | Refusal:
        if len(text) > max_length:
            return Refusal(
                f"{field}_too_long",
                field,
                f"The {field} has {len(text)} characters; at most {max_length} are kept.",
            )
        return text

    return rule


def read_description(text: str) -> str | Refusal:
    """Take a description that an answer has room for."""
    is_long = len(text) * MAX_ESCAPED_CHARACTER > DESCRIPTION_MAX_BYTES  # then worth measuring
    if is_long and (size_bytes := measure(text)) > DESCRIPTION_MAX_BYTES:
        return Refusal(
            "description_too_long",
            "description",
            f"The description takes {size_bytes:,} bytes of an answer, for its quotes and control"
            f" characters; at most {DESCRIPTION_MAX_BYTES:,} are kept.",
        )
    return text


def refuse_long_attributes(attributes: Mapping[str, str]) -> Refusal | None:
    """Return the refusal of a product's attributes that an answer has no room for."""
    characters = sum(10 + len(name) + len(text) for name, text in attributes.items())
    if characters * MAX_ESCAPED_CHARACTER <= ATTRIBUTES_MAX_BYTES:
        return None
    size_bytes = measure(attributes)
    if size_bytes <= ATTRIBUTES_MAX_BYTES:
        return None
    return Refusal(
        "attributes_too_long",
        "attributes",
        f"The attributes take {size_bytes:,} bytes of an answer; at most {ATTRIBUTES_MAX_BYTES:,}"
        " are kept.",
    )


def read_price(text: str) -> Decimal | Refusal:
    """Read a plain decimal number of at most 10 digits before and 2 after the point."""
    found = _DECIMAL.fullmatch(text)
    if not found:
        return Refusal(
            "price_not_decimal",
            "price",
            "The price is not a plain decimal number such as 1234.50: no currency sign, no"
            " thousands separator, a point before the decimals.",
        )
    decimals = found[3] or found[5] or ""
    value = Decimal(text)
    if value < 0:
        return Refusal("price_negative", "price", "The price is below 0.")
    if len(decimals) > PRICE_DECIMALS:
        return Refusal(
            "price_too_precise",
            "price",
            f"The price has {len(decimals)} decimals; at most {PRICE_DECIMALS} are kept.",
        )
    if value >= 10**PRICE_DIGITS:
        return Refusal(
            "price_too_large",
            "price",
            f"The price has more than {PRICE_DIGITS} digits before the point.",
        )
    return abs(value)  # "-0" is 0


def read_quantity(text: str) -> int | Refusal:
    """Read a whole number from 0 to 2,147,483,647."""
    found = _INTEGER.fullmatch(text)
    if not found:
        return Refusal(
            "quantity_not_integer", "quantity", "The quantity is not a whole number such as 12."
        )
    digits = found[2].lstrip("0")
    if found[1] == "-" and digits:
        return Refusal("quantity_negative", "quantity", "The quantity is below 0.")
    if len(digits) > 10 or int(digits or "0") > QUANTITY_MAX:
        return Refusal("quantity_too_large", "quantity", f"The quantity is above {QUANTITY_MAX:,}.")
    return int(digits or "0")


def read_active(text: str) -> bool | Refusal:
    """Read a boolean word, in any case."""
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    return Refusal(
        "active_not_boolean",
        "active",
        "Active is not one of true, false, yes, no, y, n, t, f, on, off, 1, 0, active, inactive,"
        " enabled, disabled.",
    )
