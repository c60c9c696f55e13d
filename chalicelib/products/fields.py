"""The table of product fields. Whatever lists the fields of a product is derived from it.

To add a field, write a migration that adds its column, add a row to FIELDS, and run `make openapi`.
Models, SQL, imports, filters, the OpenAPI document and the page's forms follow. The column, the
member of a request and the member of a response all have the field's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.products.limits import (
    DECIMAL_DIGITS,
    DECIMAL_PLACES,
    NAME_MAX_LENGTH,
    SKU_MAX_LENGTH,
)

Kind = Literal["text", "long_text", "decimal", "integer", "boolean"]
Value = str | Decimal | int | bool
BlankPolicy = Literal["keep", "clear", "default"]
# exact: `active=true`. prefix: `sku=LAMP-1` and `sku[prefix]=LA`, ignoring case. range:
# `price[gte]=5` and `price[lte]=9`.
FilterKind = Literal["exact", "prefix", "range"]

_SQL_TYPES: dict[Kind, str] = {
    "text": "text",
    "long_text": "text",
    "decimal": f"numeric({DECIMAL_DIGITS + DECIMAL_PLACES}, {DECIMAL_PLACES})",
    "integer": "integer",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class ProductField:
    """One field of a product: its type, its rules and where it appears."""

    name: str
    kind: Kind
    label: str  # on the page and in messages
    # Header names that an import maps to the field, reduced as `imports.csv.headers` does: lower
    # case and without spaces, accents and marks.
    aliases: tuple[str, ...]
    # Weaker aliases, which count if the header has none of `aliases`; for a boolean only if the
    # column's first values are words for true or false.
    last_aliases: tuple[str, ...] = ()
    default: Value | None = None  # of an optional field that is left out; required ones have none
    nullable: bool = False
    max_length: int | None = None  # in characters; of kind "text" only
    blank: tuple[BlankPolicy, ...] = ()  # what `options.blank` may say; required ones allow nothing
    in_list: bool = True  # among the page's list columns and in the events of edits
    filter: FilterKind | None = None
    drops_invisible: bool = False  # characters, so that texts that look alike are one value
    is_searchable: bool = False  # its words are in `current_documents.words`

    @property
    def is_required(self) -> bool:
        """Whether a product must have it."""
        return self.default is None

    @property
    def cleared(self) -> Value | None:
        """The value that the blank policy "clear" sets."""
        return None if self.nullable else self.default

    @property
    def sql_type(self) -> str:
        """The PostgreSQL type of its column."""
        return _SQL_TYPES[self.kind]

    def to_json(self) -> dict[str, Any]:
        """Return the field as the page's forms read it, with the default as text."""
        default = None if self.default is None else str(self.default)
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "required": self.is_required,
            "nullable": self.nullable,
            "max_length": self.max_length,
            "blank": list(self.blank),
            "default": default and default.lower() if self.kind == "boolean" else default,
            "in_list": self.in_list,
            "filter": self.filter,
        }


_ANY_BLANK: tuple[BlankPolicy, ...] = ("keep", "clear", "default")

# In the order of requests, responses and forms. Aliases are the header names of common shop exports
# (Shopify, WooCommerce, Magento, PrestaShop, Amazon, Google).
FIELDS: Sequence[ProductField] = (
    ProductField(
        name="sku",
        kind="text",
        label="SKU",
        max_length=SKU_MAX_LENGTH,
        filter="prefix",
        drops_invisible=True,
        is_searchable=True,
        aliases=(
            "sku",
            "variantsku",
            "productsku",
            "itemsku",
            "sellersku",
            "skucode",
            "productcode",
            "itemcode",
            "articlenumber",
            "articleno",
            "itemnumber",
            "partnumber",
            "reference",
            *("productnumber", "productreference", "defaultcode", "internalreference"),
            *("customlabelsku", "customlabel", "stockcode", "merchantsku"),
        ),
        last_aliases=("code", "itemno", "number", "no", "article", "item"),
    ),
    ProductField(
        name="name",
        kind="text",
        label="Name",
        max_length=NAME_MAX_LENGTH,
        is_searchable=True,
        aliases=("name", "productname", "title", "producttitle", "itemname", "articlename"),
        last_aliases=(
            *("displayname", "itemtitle", "label"),
            *("itemdescription", "stylename", "partname", "product"),
        ),
    ),
    ProductField(
        name="brand",
        kind="text",
        label="Brand",
        default="",
        max_length=255,
        blank=_ANY_BLANK,
        filter="exact",
        is_searchable=True,
        aliases=(
            "brand",
            "brandname",
            "productbrand",
            "vendor",
            "vendorname",
            "manufacturer",
            "manufacturername",
            "marke",
            "hersteller",
            "marque",
            "fabricant",
            "marca",
            "fabricante",
            "producer",
        ),
    ),
    ProductField(
        name="description",
        kind="long_text",
        label="Description",
        default="",
        blank=_ANY_BLANK,
        in_list=False,
        is_searchable=True,
        aliases=(
            "description",
            "productdescription",
            "longdescription",
            "bodyhtml",
            "body",
            "desc",
            "shortdescription",
        ),
    ),
    ProductField(
        name="price",
        kind="decimal",
        label="Price",
        default=Decimal(0),
        nullable=True,
        blank=_ANY_BLANK,
        filter="range",
        aliases=(
            "price",
            "variantprice",
            "regularprice",
            "unitprice",
            "listprice",
            "standardprice",
            *("retailprice", "sellingprice", "sellprice", "salesprice", "startprice", "baseprice"),
            *("pricetaxincluded", "pricegross", "grossprice"),
            *("pricetaxexcluded", "pricenet", "netprice"),
        ),
    ),
    ProductField(
        name="quantity",
        kind="integer",
        label="Quantity",
        default=0,
        nullable=True,
        blank=_ANY_BLANK,
        aliases=(
            "quantity",
            "qty",
            "stock",
            "stockquantity",
            "inventory",
            "variantinventoryqty",
            "inventoryquantity",
            "stocklevel",
            "onhand",
            *("stockonhand", "qtyonhand", "quantityonhand"),
            *("currentstock", "currentstocklevel", "availablequantity", "availableqty"),
            *("stockqty", "qtyinstock", "quantityavailable", "freestock", "availablestock"),
        ),
    ),
    ProductField(
        name="active",
        kind="boolean",
        label="Active",
        default=True,
        blank=("keep", "default"),
        filter="exact",
        aliases=("active", "isactive", "enabled", "isenabled", "published", "active01"),
        last_aliases=(
            *("visible", "isvisible", "productvisible", "status"),
            *("etat", "stato", "estado", "situacao", "durum", "状态", "狀態"),
        ),
    ),
)

NAMES = tuple(field.name for field in FIELDS)
REQUIRED = tuple(field for field in FIELDS if field.is_required)
OPTIONAL = tuple(field for field in FIELDS if not field.is_required)

if TYPE_CHECKING:
    FieldName = str
else:
    FieldName = Literal[NAMES]


def find_field(name: str) -> ProductField | None:
    """Return the field of this name, if there is one."""
    return next((field for field in FIELDS if field.name == name), None)
