"""What the event of a single edit says of its product."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from chalicelib.http.responses import ResponseBody
from chalicelib.products.fields import FIELDS, ProductField
from chalicelib.products.models import VALUE_TYPES

# Without long texts and attributes, which may be longer than a message.
_LISTED = tuple(field for field in FIELDS if field.in_list)
IN_EVENTS = ("id", *(field.name for field in _LISTED), "updated_at")


def _type_of(field: ProductField) -> Any:
    value_type: Any = VALUE_TYPES[field.kind]
    return value_type | None if field.nullable else value_type


if TYPE_CHECKING:
    _Listed = ResponseBody
else:
    _Listed = create_model(
        "_Listed",
        __base__=ResponseBody,
        id=(int, ...),
        **{field.name: (_type_of(field), ...) for field in _LISTED},
    )


class ProductEventBody(_Listed):
    """The data of a product's event: the product as the edit left or deleted it."""

    updated_at: datetime
    links: Annotated[dict[str, str], Field(description="Paths from the API's root.")]
    changed: Annotated[
        list[str], Field(default_factory=list, description="Of `product.updated`: the fields.")
    ]
