"""What does not fit a model: by the names that the client sent, in codes and words of ours."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.errors import FieldProblem

_MOST_PROBLEMS = 50  # of one request; more help nobody
_MOST_NAME = 100  # letters of a name that is told, however long a client makes it
_NO_TIME = ("not_time", "Give a time with its zone, such as 2026-11-24T09:30:00Z.")
_NO_INTEGER = ("not_integer", "It must be a whole number.")
_NO_BOOLEAN = ("not_boolean", "It must be true or false.")
_NO_OBJECT = ("not_object", "It must be an object.")
_TOO_HIGH = ("too_high", "The number is too large.")

# By pydantic's names of what is wrong. A name that is not here is a code of ours already, and must
# be none of pydantic's.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("required", "It is required."),
    "extra_forbidden": ("unknown", "There is no such field or parameter."),
    "string_type": ("not_text", "It must be a text."),
    "string_too_short": ("empty", "It must not be empty."),
    "string_too_long": ("too_long", "It must have at most {max_length} characters."),
    "bool_type": _NO_BOOLEAN,
    "bool_parsing": _NO_BOOLEAN,
    "int_type": _NO_INTEGER,
    "int_parsing": _NO_INTEGER,
    "int_from_float": _NO_INTEGER,
    "int_parsing_size": _TOO_HIGH,
    "float_type": ("not_number", "It must be a number."),
    "finite_number": ("not_number", "It must be a finite number."),
    "decimal_parsing": ("not_decimal", "It must be a plain number, such as 12.50."),
    "decimal_max_digits": ("too_many_digits", "It must have at most {max_digits} digits."),
    "decimal_max_places": ("too_precise", "It must have at most {decimal_places} decimals."),
    "decimal_whole_digits": (
        "too_many_digits",
        "It must have at most {whole_digits} digits before the point.",
    ),
    "greater_than_equal": ("too_low", "It must be at least {ge}."),
    "less_than_equal": ("too_high", "It must be at most {le}."),
    "literal_error": ("not_a_choice", "It must be {expected}."),
    "datetime_type": _NO_TIME,
    "datetime_parsing": _NO_TIME,
    "datetime_from_date_parsing": _NO_TIME,
    "timezone_aware": _NO_TIME,
    "list_type": ("not_list", "It must be a list."),
    "too_short": ("empty", "It must not be empty."),
    "too_long": ("too_many", "It must have at most {max_length} members."),
    "dict_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
}


def describe(error: ValidationError, sent: Any) -> list[FieldProblem]:
    """Return what is wrong with `sent`, by paths such as `options.blank.price` or `parts.0.etag`.

    The path of all that was sent is empty.
    """
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return [_describe(fault, sent) for fault in found[:_MOST_PROBLEMS]]


def _describe(fault: ErrorDetails, sent: Any) -> FieldProblem:
    path = ".".join(map(str, _walk(fault, sent)))
    code, sentence = _FAULTS.get(fault["type"], (fault["type"], fault["msg"]))
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        sentence = str(context["error"])
    elif fault["type"] in _FAULTS:
        sentence = sentence.format_map(context | {"expected": _quote(context.get("expected", ""))})
    return FieldProblem(path, code, sentence)


def _walk(fault: ErrorDetails, sent: Any) -> Iterator[str | int]:
    """Yield the steps that lead to a fault through what was sent: the others are pydantic's own."""
    for step in fault["loc"]:
        has_names = isinstance(sent, dict) and step in sent
        if has_names or (isinstance(sent, list) and isinstance(step, int)):
            sent = sent[step]
        elif fault["type"] != "missing":
            return
        yield step[:_MOST_NAME] if isinstance(step, str) else step


def _quote(expected: str) -> str:
    """Return pydantic's list of choices as JSON spells them."""
    return "true" if expected == "True" else expected.replace("'", '"')
