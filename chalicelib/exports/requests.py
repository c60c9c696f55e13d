"""The body of POST /exports: which products, which of their fields, and the format of the file."""

import re
from typing import Annotated, Any, Literal, Self

from psycopg2 import sql
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from chalicelib.http.parsing import Body
from chalicelib.http.times import Time
from chalicelib.products.fields import NAMES
from chalicelib.products.limits import ATTRIBUTE_NAME_MAX_LENGTH
from chalicelib.products.lists.conditions import where
from chalicelib.products.lists.filters import Filters
from chalicelib.products.models import MEMBERS
from chalicelib.products.rules import WHITE_SPACE

FileFormat = Literal["csv", "csv.gz", "xlsx", "jsonl"]
LayoutName = Literal["product_importer", "shopify", "woocommerce"]

ATTRIBUTES = "attributes"
_PREFIX = f"{ATTRIBUTES}."
_ATTRIBUTE = rf"{ATTRIBUTES}\.[^\x00]{{1,{ATTRIBUTE_NAME_MAX_LENGTH}}}"
_FIELD = re.compile(rf"({'|'.join(MEMBERS)}|{_ATTRIBUTE})", re.DOTALL)
_FIELD_SCHEMA = {"pattern": rf"^({'|'.join(MEMBERS)}|{_ATTRIBUTE})$"}
_TABLE_FIELDS = frozenset({*NAMES, ATTRIBUTES})
MOST_FIELDS = 1_000
_MOST_FIELDS_BYTES = 100_000  # a job is one item of DynamoDB, which has at most 400 KB


class ExportFilter(Filters):
    """The filters of GET /products, as a JSON object. Empty: every product."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _validate_field(name: str) -> str:
    if not _FIELD.fullmatch(name) or name != name.strip(WHITE_SPACE):
        raise ValueError(
            f"Unknown field. Use {', '.join(MEMBERS)}, or attributes. and the name of an attribute,"
            " such as attributes.colour."
        )
    return name


FieldPath = Annotated[str, AfterValidator(_validate_field), Field(json_schema_extra=_FIELD_SCHEMA)]


class ExportRequest(Body):
    """What to export. Everything is optional: the default is the whole catalogue as CSV."""

    filter: ExportFilter = ExportFilter()
    changed_since: Annotated[
        Time | None,
        Field(description="Only products that were created or changed at this time or later."),
    ] = None
    fields: Annotated[
        list[FieldPath] | None,
        Field(
            min_length=1,
            max_length=MOST_FIELDS,
            json_schema_extra={"uniqueItems": True},
            description="What the file has of each product, in this order. A table has product"
            " fields, `attributes` for all attributes, and single ones such as"
            " `attributes.colour`. By default all of them.",
        ),
    ] = None
    format: FileFormat = "csv"
    layout: Annotated[
        LayoutName,
        Field(
            description="Whose file a table is: that of this product, or that of a shop with the"
            " columns of the shop's template. An import recognises each of them."
        ),
    ] = "product_importer"
    escape_formulas: Annotated[
        bool,
        Field(
            description="Put an apostrophe before texts that a spreadsheet would run as a formula:"
            " those that start with `=`, `+`, `-` or `@`. An import removes it. For CSV only: the"
            " texts of a workbook are never run."
        ),
    ] = False

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        names = self.fields or []
        if len(names) != len(set(names)):
            raise ValueError("fields names a field twice. Name each field once.")
        if sum(len(name.encode()) for name in names) > _MOST_FIELDS_BYTES:
            raise ValueError(
                f"fields has more than {_MOST_FIELDS_BYTES:,} bytes. Choose fewer fields."
            )
        others = [name for name in names if not (name in _TABLE_FIELDS or is_attribute(name))]
        if others and self.format != "jsonl":
            raise ValueError(
                f"A table has no column for {others[0]}. Leave it out, or set format to jsonl."
            )
        if self.escape_formulas and self.format not in ("csv", "csv.gz"):
            raise ValueError("Only CSV needs escape_formulas. Leave it out with this format.")
        return self

    @model_validator(mode="after")
    def _check_layout(self) -> Self:
        if self.layout == "product_importer":
            return self
        if self.format == "jsonl":
            raise ValueError("Only a table has a layout. Leave it out, or set format to csv.")
        if self.fields is not None:
            raise ValueError(f"The layout {self.layout} has its own columns. Leave out fields.")
        return self

    @property
    def is_everything(self) -> bool:
        """Whether every product is selected."""
        return not self.filter.given() and self.changed_since is None

    def condition(self) -> sql.Composable:
        """Return the condition of the selected products in the view `current_documents`."""
        condition = where(self.filter)
        if self.changed_since is None:
            return condition
        since = sql.Literal(self.changed_since.isoformat())
        return sql.SQL("{} AND updated_at >= {}").format(condition, since)

    def to_json(self) -> dict[str, Any]:
        """Return the request as its job stores and shows it."""
        chosen = self.model_dump(mode="json", exclude={"filter"})
        given = self.filter.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"filter": given, **chosen}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return the request that any version of this code stored."""
        return cls.model_validate(stored, extra="ignore")


def is_attribute(name: str) -> bool:
    """Whether a field is a single attribute."""
    return name.startswith(_PREFIX)


def attribute_of(name: str) -> str:
    """Return the name of the attribute that a field is."""
    return name.removeprefix(_PREFIX)
