"""The options of an import: one model from the request to the job, the plan and the steps.

To add an option, add a field here and read it where it takes effect. It gets into requests, stored
jobs, plans and the OpenAPI document by itself.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.imports.blank_options import BlankOptions
from chalicelib.imports.column_options import ColumnOptions
from chalicelib.imports.csv.columns import Use
from chalicelib.imports.csv.encodings import EncodingName
from chalicelib.imports.formats.catalogue import NO_FORMAT, list_names
from chalicelib.imports.missing_options import MissingOptions
from chalicelib.products.currencies import CODES
from chalicelib.products.fields import BlankPolicy
from chalicelib.products.numbers import NumberStyle, Rounding

Mode = Literal["upsert", "update", "create"]
HeaderName = Annotated[str, Field(min_length=1)]

_MATCH = re.compile(r"(sku|id|attributes\..+)")


class ImportOptions(MissingOptions):
    """How a file is read. An option that isn't given is detected or has its default."""

    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Annotated[
        EncodingName | None,
        Field(description="How the bytes of the file represent characters; detected by default."),
    ] = None
    member: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=1000,
            description="The file of a ZIP archive to import; by default the only one.",
        ),
    ] = None
    sheet: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description="The sheet of a workbook to import; by default the first visible one whose"
            " header has the required columns.",
        ),
    ] = None
    format: Annotated[
        str | None,
        Field(
            description="The name of the file's format, such as shopify_products; none for no"
            " format. It is detected by default."
        ),
    ] = None
    header_line: Annotated[
        int | None,
        Field(ge=1, le=20, description="The line of the header row, from 1; detected by default."),
    ] = None
    decimal_mark: Annotated[
        Literal[".", ","] | None,
        Field(
            description="The character before the decimals of a number; detected by default. While"
            " it isn't known, a number that can be read in two ways is rejected."
        ),
    ] = None
    currency: Annotated[
        str | None,
        Field(
            description="The ISO 4217 code of the prices. A price that names another currency is"
            " rejected."
        ),
    ] = None
    rounding: Annotated[
        Rounding | None,
        Field(description="What happens to a price of more than 2 decimals; rejected by default."),
    ] = None
    mode: Annotated[
        Mode | None,
        Field(
            description="What the import may do: `upsert`, the default, creates and updates"
            " products, `update` only changes existing ones, and `create` only adds new ones."
            " Records that the mode leaves out are skipped."
        ),
    ] = None
    match: Annotated[
        str | None,
        Field(
            json_schema_extra={"pattern": f"^{_MATCH.pattern}$"},
            description="What finds the product of a record: `sku`, the default, `id`, or"
            " `attributes.` and the name of an attribute, such as `attributes.GTIN`. With `mode`"
            " `update` only, except for `sku`.",
        ),
    ] = None
    mapping: Annotated[dict[HeaderName, Use | None], Field(max_length=1000)] = Field(
        default_factory=dict
    )
    columns: Annotated[
        dict[HeaderName, ColumnOptions],
        Field(
            max_length=300,
            description="How the cells of single columns are changed before they are read, by"
            " header name.",
        ),
    ] = Field(default_factory=dict)
    short_rows: Annotated[
        Literal["fill", "reject"] | None,
        Field(
            description="What happens to a record with fewer fields than the header: `fill` reads"
            " the missing ones as blank, which is the default."
        ),
    ] = None
    sku_from: Annotated[
        list[HeaderName],
        Field(
            max_length=10,
            description="The columns whose texts, joined by `-`, are the SKU of a record that has"
            " none. The format's columns if it is empty.",
        ),
    ] = Field(default_factory=list)
    blank: BlankOptions = BlankOptions()
    max_rejects: Annotated[int, Field(ge=0, le=10**15)] | None = None
    max_reject_rate: Annotated[float, Field(ge=1e-9, le=1)] | None = None

    @field_validator("currency")
    @classmethod
    def _validate_currency(cls, currency: str | None) -> str | None:
        if currency is not None and currency not in CODES:
            raise ValueError("Must be an ISO 4217 currency code, such as EUR.")
        return currency

    @field_validator("mapping")
    @classmethod
    def _validate_mapping(
        cls, mapping: dict[str, Use | None], found: ValidationInfo
    ) -> dict[str, Use | None]:
        if "id" in mapping.values() and found.data.get("match") != "id":
            raise ValueError(
                "Only options.match id uses a column of ids. Set it, or map the column to"
                " attributes."
            )
        given = Counter(use for use in mapping.values() if use and use != "attributes")
        repeated = sorted(field for field, times in given.items() if times > 1)
        if repeated:
            raise ValueError(
                f"More than one column is mapped to {', '.join(repeated)}. Map one column to each"
                " field."
            )
        return mapping

    @field_validator("match")
    @classmethod
    def _validate_match(cls, match: str | None, found: ValidationInfo) -> str | None:
        if match is not None and not _MATCH.fullmatch(match):
            raise ValueError(
                "Must be sku, id, or attributes. and the name of an attribute, such as"
                " attributes.GTIN."
            )
        if match not in (None, "sku") and found.data.get("mode") != "update":
            raise ValueError(
                "Only existing products are found by this. Set options.mode to update, or"
                " find them by SKU."
            )
        return match

    @field_validator("format")
    @classmethod
    def _validate_format(cls, name: str | None) -> str | None:
        names = (NO_FORMAT, *list_names())
        if name is not None and name not in names:
            raise ValueError(f"This format doesn't exist. Use one of {', '.join(names)}.")
        return name

    @property
    def merge_mode(self) -> Mode:
        """What the import may do, given or by default."""
        return self.mode or "upsert"

    @property
    def match_by(self) -> str:
        """What finds the product of a record, given or by default."""
        return self.match or "sku"

    @property
    def numbers(self) -> NumberStyle:
        """How numbers are written in the file, as far as the options say."""
        return NumberStyle(self.decimal_mark, self.currency, self.rounding or "reject")

    def blank_policy(self, field: str, usual: BlankPolicy = "default") -> BlankPolicy:
        """Return what a blank cell of a product field does in this mode."""
        return self.blank.policy(field, "keep" if self.mode == "update" else usual)

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        columns = {
            header: column.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for header, column in self.columns.items()
        }
        parts = {
            "columns": columns,
            "blank": self.blank.model_dump(exclude_none=True),
            "scope": self.scope and self.scope.to_json(),
        }
        return self.model_dump(exclude=set(parts)) | parts

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options that any version of this code stored.

        An option that is missing has its default, and one that this version doesn't know is
        ignored.
        """
        return cls.model_validate(stored, extra="ignore")
