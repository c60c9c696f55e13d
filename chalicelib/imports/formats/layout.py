"""How an export writes the file of a shop: a part of its format."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from chalicelib.products.fields import FieldName

HANDLE = "{handle}"  # in the place of a text: the product's SKU as a part of a URL


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _read_headers(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _read_added(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


# The header of a column in each edition of the shop's template, the newest first; a single one is
# the same in all.
Headers = Annotated[tuple[str, ...], BeforeValidator(_read_headers)]


class Text(_Strict):
    """What a cell has if the product has no attribute of its name, or none with a valid text."""

    text: str
    given: FieldName | None = None  # only if the product has this field
    valid: str = ""  # a regular expression of PostgreSQL


class Layout(_Strict):
    """The columns of the shop's template and what is written into them.

    A column whose header is one of a product field in the format has that field; others have the
    attribute of their name.
    """

    name: str  # in the request of an export
    columns: tuple[Headers, ...]
    words: dict[FieldName, dict[str, str]] = {}  # for true and false
    added: dict[str, Annotated[Text, BeforeValidator(_read_added)]] = {}  # by the first header
