"""The bodies of requests that write one product, checked by the rules of imports.

Their validation context is the installation's rules, as `rules.make_rules` returns them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.parsing import KEPT, Body
from chalicelib.products.fields import FIELDS, Kind, ProductField
from chalicelib.products.invisible import CLEANED, clean
from chalicelib.products.limits import (
    ATTRIBUTE_NAME_MAX_LENGTH,
    DECIMAL_DIGITS,
    DECIMAL_PLACES,
    INTEGER_MAX,
    MOST_ATTRIBUTES,
)
from chalicelib.products.models import VALUE_TYPES
from chalicelib.products.rules import (
    WHITE_SPACE,
    Rule,
    ValueProblem,
    attributes_problem,
    blank_problem,
    not_text_problem,
    nul_problem,
    read_value,
)

Read = Callable[[Any, ValidationInfo], Any]

_NOT_BLANK = r"^[^\u0000]*[^\u0000\t-\r \u00a0][^\u0000]*$"  # and no NUL
_SEEN = rf"^[^\u0000]*[^\u0000\t-\r {CLEANED}][^\u0000]*$"  # the same of what is cleaned
_NO_NUL = r"^[^\u0000]*$"
DECIMAL_PATTERN = rf"^[0-9]{{1,{DECIMAL_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$"


def _validate_text(field: str, text: str, rule: Rule) -> Any:
    if "\0" in text:
        return _raise(nul_problem(field, "text"))
    value = read_value(field, text, rule)
    return _raise(value) if isinstance(value, ValueProblem) else value


def _raise(problem: ValueProblem) -> Any:
    # pydantic takes the message for a template, but no message has braces.
    raise PydanticCustomError(problem.code, problem.message)


def _rule_of(field: ProductField, info: ValidationInfo) -> Rule:
    rules: Any = info.context
    rule: Rule = rules[field.name]
    return rule


def _read_text(field: ProductField) -> Read:
    def read(text: str | None, info: ValidationInfo) -> Any:
        given = clean(text or "") if field.drops_invisible else text or ""
        value = _validate_text(field.name, given, _rule_of(field, info))
        if value is None and field.is_required:
            return _raise(blank_problem(field))
        return field.cleared if value is None else value

    return read


def _read_decimal(field: ProductField) -> Read:
    def read(value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return field.cleared
        if not isinstance(value, str):
            return _raise(not_text_problem(field))
        # A blank isn't a number here: null clears the field.
        text = value if value.strip() else "none"
        return _validate_text(field.name, text, _rule_of(field, info))

    return read


def _read_integer(field: ProductField) -> Read:
    def read(number: int | None, info: ValidationInfo) -> Any:
        if number is None:
            return field.cleared
        return _validate_text(field.name, str(number), _rule_of(field, info))

    return read


def _make_text_schema(field: ProductField) -> dict[str, Any]:
    longest = {} if field.max_length is None else {"maxLength": field.max_length}
    not_blank = _SEEN if field.drops_invisible else _NOT_BLANK
    pattern = not_blank if field.is_required else _NO_NUL
    return {"type": "string", "pattern": pattern, **longest}


def _make_decimal_schema(_: ProductField) -> dict[str, Any]:
    return {"type": "string", "pattern": DECIMAL_PATTERN}


def _make_integer_schema(_: ProductField) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": INTEGER_MAX}


# How a kind is validated, and its JSON schema; a boolean is pydantic's own.
_KINDS: dict[
    Kind, tuple[Any, Callable[[ProductField], Read], Callable[[ProductField], dict[str, Any]]]
] = {
    "text": (AfterValidator, _read_text, _make_text_schema),
    "long_text": (AfterValidator, _read_text, _make_text_schema),
    "decimal": (BeforeValidator, _read_decimal, _make_decimal_schema),
    "integer": (AfterValidator, _read_integer, _make_integer_schema),
}


def _annotate(field: ProductField) -> Any:
    """Return the type of a field in a body, with its validator and schema."""
    is_clearable = "clear" in field.blank
    value_type: Any = VALUE_TYPES[field.kind]
    if is_clearable:
        value_type = value_type | None
    if field.kind not in _KINDS:
        return value_type
    validator, make_read, make_schema = _KINDS[field.kind]
    schema = make_schema(field)
    if is_clearable:
        schema["type"] = [schema["type"], "null"]
    return Annotated[value_type, validator(make_read(field)), WithJsonSchema(schema)]


def _read_attribute_name(text: str) -> str:
    name = text.strip(WHITE_SPACE)  # as header names are
    if "\0" in name:
        _raise(nul_problem(None, "name"))
    if not name:
        raise PydanticCustomError("empty", "The attribute's name is empty. Give it one.")
    if len(name) > ATTRIBUTE_NAME_MAX_LENGTH:
        message = f"The attribute's name has more than {ATTRIBUTE_NAME_MAX_LENGTH} characters."
        raise PydanticCustomError("attribute_name_too_long", f"{message} Shorten it.")
    return name


def _read_attribute(text: str) -> Any:
    return _validate_text("attribute", text, str) or ""


def _validate_attributes(attributes: dict[str, str]) -> dict[str, str]:
    problem = attributes_problem(attributes)
    return _raise(problem) if problem else attributes


AttributeName = Annotated[
    str,
    AfterValidator(_read_attribute_name),
    WithJsonSchema(
        {"type": "string", "pattern": _NOT_BLANK, "maxLength": ATTRIBUTE_NAME_MAX_LENGTH}
    ),
]
Attribute = Annotated[
    str,
    AfterValidator(_read_attribute),
    WithJsonSchema({"type": "string", "pattern": _NO_NUL}),
]

if TYPE_CHECKING:
    _WrittenFields = Body
    _PatchedFields = Body
else:
    _WrittenFields = create_model(
        "_WrittenFields",
        __base__=Body,
        **{
            field.name: (_annotate(field), ... if field.is_required else field.default)
            for field in FIELDS
        },
    )
    _PatchedFields = create_model(
        "_PatchedFields",
        __base__=Body,
        **{field.name: (_annotate(field), KEPT) for field in FIELDS},
    )


class WriteProduct(_WrittenFields):
    """A whole product. A field that is left out gets its default, as in an import."""

    attributes: Annotated[
        dict[AttributeName, Attribute],
        Field(max_length=MOST_ATTRIBUTES),
        AfterValidator(_validate_attributes),
    ] = Field(default_factory=dict)

    def to_values(self) -> dict[str, Any]:
        """Return the product's fields and attributes, without blank attributes."""
        attributes = {name: text for name, text in self.attributes.items() if text}
        return dict(self) | {"attributes": attributes}


class PatchProduct(_PatchedFields):
    """A merge patch (RFC 7396) of a product: null clears a field or removes an attribute."""

    attributes: Annotated[
        dict[AttributeName, Attribute | None] | None, Field(max_length=MOST_ATTRIBUTES)
    ] = KEPT

    def apply(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a product's fields and attributes with the patch applied.

        Raises ProblemError 422 when the product would have too many or too long attributes.
        """
        given = {name: value for name, value in self if name in self.model_fields_set}
        if "attributes" in given:
            merged = {**values["attributes"], **given["attributes"]} if given["attributes"] else {}
            given["attributes"] = {name: text for name, text in merged.items() if text}
            _check_attributes(given["attributes"])
        return {**values, **given}


def _check_attributes(attributes: dict[str, str]) -> None:
    if problem := attributes_problem(attributes):
        errors = [FieldProblem("attributes", problem.code, problem.message)]
        detail = "The product would not be valid after the patch; see `errors`."
        raise ProblemError(422, "invalid_body", detail, errors)
