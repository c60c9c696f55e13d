"""Translate pydantic's validation errors into problems with our codes and messages."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.errors import FieldProblem

_MAX_PROBLEMS = 50  # reported for one request
_MAX_NAME = 100  # characters of a field name in a problem
_NO_TIME = ("not_time", "Must be a time with a time zone, such as 2026-11-24T09:30:00Z.")
_NO_INTEGER = ("not_integer", "Must be an integer.")
_NO_BOOLEAN = ("not_boolean", "Must be true or false.")
_NO_OBJECT = ("not_object", "Must be an object.")
_TOO_HIGH = ("too_high", "Number is too large.")

# By pydantic's error types. An error type that is missing here is raised by our own validators: it
# is the code already, and must not be one of pydantic's types.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("required", "Required."),
    "extra_forbidden": ("unknown", "Unknown field or parameter."),
    "string_type": ("not_text", "Must be a string."),
    "string_too_short": ("empty", "Must not be empty."),
    "string_too_long": ("too_long", "Must have at most {max_length} characters."),
    "bool_type": _NO_BOOLEAN,
    "bool_parsing": _NO_BOOLEAN,
    "int_type": _NO_INTEGER,
    "int_parsing": _NO_INTEGER,
    "int_from_float": _NO_INTEGER,
    "int_parsing_size": _TOO_HIGH,
    "float_type": ("not_number", "Must be a number."),
    "finite_number": ("not_number", "Must be a finite number."),
    "decimal_parsing": ("not_decimal", "Must be a decimal number, such as 12.50."),
    "decimal_max_digits": ("too_many_digits", "Must have at most {max_digits} digits."),
    "decimal_max_places": ("too_precise", "Must have at most {decimal_places} decimals."),
    "decimal_whole_digits": (
        "too_many_digits",
        "Must have at most {whole_digits} digits before the decimal point.",
    ),
    "greater_than_equal": ("too_low", "Must be at least {ge}."),
    "less_than_equal": ("too_high", "Must be at most {le}."),
    "literal_error": ("not_a_choice", "Must be {expected}."),
    "datetime_type": _NO_TIME,
    "datetime_parsing": _NO_TIME,
    "datetime_from_date_parsing": _NO_TIME,
    "timezone_aware": _NO_TIME,
    "list_type": ("not_list", "Must be a list."),
    "tuple_type": ("not_list", "Must be a list."),
    "too_short": ("empty", "Must not be empty."),
    "too_long": ("too_many", "Must have at most {max_length} items."),
    "dict_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
}


def field_problems(error: ValidationError, sent: Any) -> list[FieldProblem]:
    """Return a problem for each invalid field of `sent`, with a path such as `options.blank.price`.

    The path of an item has its index, as in `parts.0.etag`; the path of the whole body is empty.
    """
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return [_describe(fault, sent) for fault in found[:_MAX_PROBLEMS]]


def _describe(fault: ErrorDetails, sent: Any) -> FieldProblem:
    path = ".".join(map(str, _walk(fault, sent)))
    code, message = _FAULTS.get(fault["type"], (fault["type"], fault["msg"]))
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        message = str(context["error"])
    elif fault["type"] in _FAULTS:
        message = message.format_map(context | {"expected": _quote(context.get("expected", ""))})
    return FieldProblem(path, code, message)


def _walk(fault: ErrorDetails, sent: Any) -> Iterator[str | int]:
    """Yield the steps of an error's location that are in `sent`; others are pydantic's own."""
    for step in fault["loc"]:
        has_names = isinstance(sent, dict) and step in sent
        if has_names or (isinstance(sent, list) and isinstance(step, int)):
            sent = sent[step]
        elif fault["type"] != "missing":
            return
        yield step[:_MAX_NAME] if isinstance(step, str) else step


def _quote(expected: str) -> str:
    """Return pydantic's list of choices in JSON notation."""
    return "true" if expected == "True" else expected.replace("'", '"')
