"""What clients send to write one product: held to the very rules of an import."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.bootstrap import services
from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.parsing import KEPT, Body
from chalicelib.products.fields import FIELDS
from chalicelib.products.limits import ATTRIBUTE_NAME_MAX_LENGTH, MOST_ATTRIBUTES
from chalicelib.products.rules import (
    WHITE_SPACE,
    ValueProblem,
    attributes_problem,
    blank_problem,
    make_rules,
    nul_problem,
    read_value,
)

_FIELDS = {field.name: field for field in FIELDS}
_WRITTEN = r"^[^\u0000]*[^\u0000\t-\r \u00a0][^\u0000]*$"  # something, and no NUL
_NO_NUL = r"^[^\u0000]*$"


def _check(field: str, text: str) -> Any:
    rules = make_rules(services().settings.sku_max_length, services().settings.name_max_length)
    if "\0" in text:
        return _raise(nul_problem(field, "text"))
    value = read_value(field, text, rules.get(field, str))
    return _raise(value) if isinstance(value, ValueProblem) else value


def _raise(refusal: ValueProblem) -> Any:
    # The message is no template of pydantic's: it has nothing in braces.
    raise PydanticCustomError(refusal.code, refusal.message)


def _required(field: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = _check(field, text)
        return _raise(blank_problem(_FIELDS[field])) if value is None else value

    return read


def _read_description(text: str | None) -> str:
    return _check("description", text or "") or ""


def _read_price(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        message = 'Send the price as a text, such as "12.50", so that no digit of it is lost.'
        raise PydanticCustomError("price_not_text", message)
    # A blank is no price here: null is what clears one.
    return _check("price", value if value.strip() else "none")


def _read_quantity(number: int | None) -> Any:
    return None if number is None else _check("quantity", str(number))


def _read_attribute_name(text: str) -> str:
    name = text.strip(WHITE_SPACE)  # as header names are
    if "\0" in name:
        _raise(nul_problem(None, "name"))
    if not name:
        raise PydanticCustomError("empty", "The attribute's name is empty.")
    if len(name) > ATTRIBUTE_NAME_MAX_LENGTH:
        message = f"The attribute's name has more than {ATTRIBUTE_NAME_MAX_LENGTH} characters."
        raise PydanticCustomError("attribute_name_too_long", message)
    return name


def _read_attribute(text: str) -> Any:
    return _check("attribute", text) or ""


def _check_attributes(attributes: dict[str, str]) -> dict[str, str]:
    refusal = attributes_problem(attributes)
    return _raise(refusal) if refusal else attributes


def _schema(pattern: str, most: int | None = None, *, is_nullable: bool = False) -> Any:
    kind: Any = ["string", "null"] if is_nullable else "string"
    longest = {} if most is None else {"maxLength": most}
    return WithJsonSchema({"type": kind, "pattern": pattern, **longest})


Sku = Annotated[str, AfterValidator(_required("sku")), _schema(_WRITTEN, 128)]
Name = Annotated[str, AfterValidator(_required("name")), _schema(_WRITTEN, 512)]
Description = Annotated[
    str | None, AfterValidator(_read_description), _schema(_NO_NUL, is_nullable=True)
]
Price = Annotated[
    Decimal | None,
    BeforeValidator(_read_price),
    _schema(r"^[0-9]{1,10}(\.[0-9]{1,2})?$", is_nullable=True),
]
Quantity = Annotated[
    int | None,
    AfterValidator(_read_quantity),
    WithJsonSchema({"type": ["integer", "null"], "minimum": 0, "maximum": 2**31 - 1}),
]
AttributeName = Annotated[
    str, AfterValidator(_read_attribute_name), _schema(_WRITTEN, ATTRIBUTE_NAME_MAX_LENGTH)
]
Attribute = Annotated[str, AfterValidator(_read_attribute), _schema(_NO_NUL)]


class WriteProduct(Body):
    """POST and PUT: a whole product; what is left out has the default that an import gives it."""

    sku: Sku
    name: Name
    description: Description = ""
    price: Price = Decimal(0)
    quantity: Quantity = 0
    active: bool = True
    attributes: Annotated[
        dict[AttributeName, Attribute],
        Field(max_length=MOST_ATTRIBUTES),
        AfterValidator(_check_attributes),
    ] = Field(default_factory=dict)

    def to_values(self) -> dict[str, Any]:
        """Return the product's fields; a blank attribute is none."""
        attributes = {name: text for name, text in self.attributes.items() if text}
        return dict(self) | {"attributes": attributes}


class PatchProduct(Body):
    """PATCH: a merge patch (RFC 7396); null clears what may be cleared, or removes an attribute."""

    sku: Sku = KEPT
    name: Name = KEPT
    description: Description = KEPT
    price: Price = KEPT
    quantity: Quantity = KEPT
    active: bool = KEPT
    attributes: Annotated[
        dict[AttributeName, Attribute | None] | None, Field(max_length=MOST_ATTRIBUTES)
    ] = KEPT

    def apply(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a product as the patch makes them."""
        given = {name: value for name, value in self if name in self.model_fields_set}
        if "attributes" in given:
            merged = {**fields["attributes"], **given["attributes"]} if given["attributes"] else {}
            given["attributes"] = {name: text for name, text in merged.items() if text}
            _refuse_attributes(given["attributes"])
        return {**fields, **given}


def _refuse_attributes(attributes: dict[str, str]) -> None:
    """Raise ProblemError 422 where a patch would leave a product with too many of them."""
    refusal = attributes_problem(attributes)
    if len(attributes) > MOST_ATTRIBUTES:
        message = f"The product would have {len(attributes)} attributes; at most {MOST_ATTRIBUTES}."
        refusal = ValueProblem("too_many_attributes", "attributes", message)
    if refusal:
        problem = FieldProblem("attributes", refusal.code, refusal.message)
        raise ProblemError(422, "invalid_body", "The product does not take the patch.", [problem])
