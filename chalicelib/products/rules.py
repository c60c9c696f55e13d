"""What a product's values must be: the same rules for imports and for single edits.

Each rule takes the text of a value, already trimmed, and returns the value or a ValueProblem. Bad
data is a value here, not an exception. Callers decide what a blank means, because files and
requests differ in that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from chalicelib.http.sizes import MAX_ESCAPED_CHARACTER, measure
from chalicelib.products.fields import FIELDS, Kind, ProductField, Value
from chalicelib.products.limits import (
    ATTRIBUTES_MAX_BYTES,
    DESCRIPTION_MAX_BYTES,
    FIELD_MAX_BYTES,
    MOST_ATTRIBUTES,
)
from chalicelib.products.numbers import (
    NEGATIVE,
    Fault,
    NumberStyle,
    read_plain_price,
    read_plain_whole,
    read_price,
    read_whole,
)
from chalicelib.products.words import find_boolean

# What is trimmed around every value: ASCII white space and the no-break space of spreadsheets.
WHITE_SPACE = " \t\n\r\v\f\u00a0"


@dataclass(frozen=True)
class ValueProblem:
    """Why a value is rejected. `message` says what to do and quotes nothing of the value."""

    code: str
    field: str | None
    message: str


@dataclass(frozen=True)
class Noted:
    """A value, and what the reader of a file reports about it: a code, and a detail to count by."""

    value: Value
    code: str
    detail: str


Rule = Callable[[str], Any]


def make_rules(
    sku_max_length: int, name_max_length: int, numbers: NumberStyle | None = None
) -> dict[str, Rule]:
    """Return the rule of each product field, with an installation's own limits.

    `numbers`: how a file writes them. Single edits have none: they write plain numbers with a
    point. Only the rules of a file return a value as `Noted`.
    """
    limits = {"sku": sku_max_length, "name": name_max_length}
    fields = (replace(f, max_length=limits.get(f.name, f.max_length)) for f in FIELDS)
    return {field.name: make_rule(field, numbers) for field in fields}


def make_rule(field: ProductField, numbers: NumberStyle | None = None) -> Rule:
    """Return the rule of a field, by its kind."""
    if field.kind in _NUMBER_RULES:
        return _NUMBER_RULES[field.kind](field, numbers)
    return _RULES[field.kind](field)


def read_value(field: str, text: str, rule: Rule) -> Any:
    """Trim and read the text of a field or an attribute; None for a blank, or a ValueProblem."""
    trimmed = text.strip(WHITE_SPACE)
    if len(trimmed) > FIELD_MAX_BYTES // 4 and len(trimmed.encode()) > FIELD_MAX_BYTES:
        return ValueProblem("field_too_long", field, "The field is longer than 1 MiB. Shorten it.")
    return rule(trimmed) if trimmed else None


def blank_problem(field: ProductField) -> ValueProblem:
    """Return the problem of a required field that is blank."""
    return _problem(field, "missing", "is empty. Every product needs one.")


def nul_problem(field: str | None, what: str) -> ValueProblem:
    """Return the problem of a text with a NUL byte, which PostgreSQL can't store."""
    return ValueProblem("nul_byte", field, f"The {what} contains a NUL byte. Remove it.")


def not_text_problem(field: ProductField) -> ValueProblem:
    """Return the problem of a decimal that JSON has as a number, which may lose digits."""
    return _problem(field, "not_text", 'must be a string, such as "12.50".')


def attributes_problem(attributes: Mapping[str, str]) -> ValueProblem | None:
    """Return the problem of attributes that are too many, or too long for a response."""
    if len(attributes) > MOST_ATTRIBUTES:
        return ValueProblem(
            "too_many_attributes",
            "attributes",
            f"The product would have {len(attributes)} attributes; at most {MOST_ATTRIBUTES} are"
            " allowed. Remove some.",
        )
    characters = sum(10 + len(name) + len(text) for name, text in attributes.items())
    if characters * MAX_ESCAPED_CHARACTER <= ATTRIBUTES_MAX_BYTES:
        return None
    size_bytes = measure(attributes)
    if size_bytes <= ATTRIBUTES_MAX_BYTES:
        return None
    return ValueProblem(
        "attributes_too_long",
        "attributes",
        f"The attributes take {size_bytes:,} bytes of a response; at most"
        f" {ATTRIBUTES_MAX_BYTES:,} are allowed. Shorten or remove some.",
    )


def codes_of(field: ProductField) -> set[str]:
    """Return the error codes that are the field's own."""
    faults = (*_FAULTS[field.kind], *(["missing"] if field.is_required else []))
    return {f"{field.name}_{fault}" for fault in faults}


_FAULTS: dict[Kind, tuple[str, ...]] = {
    "text": ("too_long",),
    "long_text": ("too_long",),
    "decimal": (
        "not_text",
        "not_decimal",
        "ambiguous",
        "currency",
        "negative",
        "too_precise",
        "too_large",
    ),
    "integer": ("not_integer", "ambiguous", "negative", "too_large"),
    "boolean": ("not_boolean",),
}


def _problem(field: ProductField, fault: str, message: str) -> ValueProblem:
    return ValueProblem(f"{field.name}_{fault}", field.name, f"{field.label} {message}")


def _fault(field: ProductField, fault: Fault) -> ValueProblem:
    return _problem(field, fault.name, fault.message)


def _read_text(field: ProductField) -> Rule:
    """Accept a text of at most `max_length` characters."""

    def rule(text: str) -> str | ValueProblem:
        if field.max_length is not None and len(text) > field.max_length:
            message = f"has {len(text)} characters; at most {field.max_length} are allowed."
            return _problem(field, "too_long", f"{message} Shorten it.")
        return text

    return rule


def _read_long_text(field: ProductField) -> Rule:
    """Accept a text that a response has room for."""

    def rule(text: str) -> str | ValueProblem:
        is_long = len(text) * MAX_ESCAPED_CHARACTER > DESCRIPTION_MAX_BYTES  # then worth measuring
        if is_long and (size_bytes := measure(text)) > DESCRIPTION_MAX_BYTES:
            return _problem(
                field,
                "too_long",
                f"takes {size_bytes:,} bytes of a response, because of its quotes and control"
                f" characters; at most {DESCRIPTION_MAX_BYTES:,} are allowed. Shorten it.",
            )
        return text

    return rule


def _read_decimal(field: ProductField, numbers: NumberStyle | None) -> Rule:
    """Read a decimal number of at most 10 digits before and 2 after the decimal mark."""

    def rule(text: str) -> Decimal | Noted | ValueProblem:
        if numbers is None:
            plain = read_plain_price(text)
            return _fault(field, plain) if isinstance(plain, Fault) else plain
        price = read_price(text, numbers)
        if isinstance(price, Fault):
            return _fault(field, price)
        return (
            Noted(price.value, "currency", price.currency.name) if price.currency else price.value
        )

    return rule


def _read_integer(field: ProductField, numbers: NumberStyle | None) -> Rule:
    """Read a whole number from 0 to 2,147,483,647."""

    def rule(text: str) -> int | Noted | ValueProblem:
        found = read_whole(text, numbers) if numbers else read_plain_whole(text)
        if found is NEGATIVE and numbers and numbers.negative_quantity == "zero":
            return Noted(0, "negative_quantity", text)
        return _fault(field, found) if isinstance(found, Fault) else found

    return rule


def _read_boolean(field: ProductField) -> Rule:
    """Read a boolean word, in any case."""

    def rule(text: str) -> bool | ValueProblem:
        value = find_boolean(text)
        if value is not None:
            return value
        message = "isn't a known word. Use true or false, or set values of the column in"
        return _problem(field, "not_boolean", f"{message} options.columns.")

    return rule


_RULES: dict[Kind, Callable[[ProductField], Rule]] = {
    "text": _read_text,
    "long_text": _read_long_text,
    "boolean": _read_boolean,
}
_NUMBER_RULES: dict[Kind, Callable[[ProductField, NumberStyle | None], Rule]] = {
    "decimal": _read_decimal,
    "integer": _read_integer,
}
