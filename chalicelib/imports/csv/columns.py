"""From the header of a file to the columns of an import."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from chalicelib.errors import JobEndedError

Field = Literal["sku", "name", "description", "price", "quantity", "active"]
Use = Literal[Field, "attributes"]  # what a column may become, unless it is left out

# A row of PostgreSQL has 8 KB, and only values over 24 bytes are moved out of it.
MOST_COLUMNS = 300
ATTRIBUTE_NAME_MAX_LENGTH = 255  # as in a request
REQUIRED: tuple[Field, ...] = ("sku", "name")

# Header names of common shop exports (Shopify, WooCommerce, Magento, PrestaShop, Amazon, Google),
# reduced as `_reduce` does. The first alias that a header has takes the field.
ALIASES: dict[Field, tuple[str, ...]] = {
    "sku": (
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
    ),
    "name": ("name", "productname", "title", "producttitle", "itemname", "articlename"),
    "description": (
        "description",
        "productdescription",
        "longdescription",
        "bodyhtml",
        "body",
        "desc",
        "shortdescription",
    ),
    "price": ("price", "variantprice", "regularprice", "unitprice", "listprice", "standardprice"),
    "quantity": (
        "quantity",
        "qty",
        "stock",
        "stockquantity",
        "inventory",
        "variantinventoryqty",
        "inventoryquantity",
        "stocklevel",
        "onhand",
    ),
    "active": ("active", "isactive", "enabled", "isenabled", "published"),
}


@dataclass(frozen=True)
class Columns:
    """What each column of the file is, in the file's order."""

    names: tuple[str, ...]
    fields: tuple[Field | None, ...]  # None: not a product field
    ignored: tuple[bool, ...]  # mapped to null on purpose: in the product not even as attribute

    def __len__(self) -> int:
        return len(self.names)

    @property
    def described(self) -> list[Use | None]:
        """What each column becomes: a product field, "attributes", or None for an ignored one."""
        pairs = zip(self.fields, self.ignored, strict=True)
        return [field or (None if is_ignored else "attributes") for field, is_ignored in pairs]

    @property
    def attributes(self) -> tuple[int, ...]:
        """The columns that go to a product's attributes."""
        return tuple(i for i, what in enumerate(self.described) if what == "attributes")

    def describe(self) -> dict[str, str | None]:
        """Return header name -> what the column becomes."""
        return dict(zip(self.names, self.described, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"names": self.names, "fields": self.fields, "ignored": self.ignored}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(tuple(values["names"]), tuple(values["fields"]), tuple(values["ignored"]))


def map_columns(header: Sequence[str], mapping: Mapping[str, Use | None]) -> Columns:
    """Decide what each column is: by `mapping` (header name -> use or None), then by alias.

    Raises JobEndedError where the header names a column twice, lacks sku or name, or where the
    mapping names a column that is not there or gives one field to two columns, or where the name of
    an attribute is too long.
    """
    names = name_columns(header)
    _refuse_too_many(names)
    _refuse_repeated(names)
    _refuse_mapping(names, mapping)
    columns = guess_columns(names, mapping)
    missing = [field for field in REQUIRED if field not in columns.fields]
    if missing:
        raise JobEndedError(
            "header_incomplete",
            f"The header has no column for {' and '.join(missing)}; it has {_listed(names)}. Rename"
            " a column or say which one it is in options.mapping.",
        )
    _refuse_long_names([names[i] for i in columns.attributes])
    return columns


def name_columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return the name of each column; one that the header leaves blank is named by its number."""
    return tuple(name.strip() or f"column_{i}" for i, name in enumerate(header, start=1))


def guess_columns(names: Sequence[str], mapping: Mapping[str, Use | None]) -> Columns:
    """Return what each column is as far as can be told, of a header that is refused as well."""
    declared = {
        names.index(name.strip()): use for name, use in mapping.items() if name.strip() in names
    }
    uses = [declared.get(i) for i in range(len(names))]
    fields: list[Field | None] = [None if use == "attributes" else use for use in uses]
    reduced = [_reduce(name) for name in names]
    for field, aliases in ALIASES.items():
        if field not in fields:
            found = (
                i for a in aliases for i, r in enumerate(reduced) if r == a and i not in declared
            )
            if (column := next(found, None)) is not None:
                fields[column] = field
    ignored = tuple(i in declared and declared[i] is None for i in range(len(names)))
    return Columns(tuple(names), tuple(fields), ignored)


def _refuse_mapping(names: Sequence[str], mapping: Mapping[str, Use | None]) -> None:
    taken: set[Use] = set()
    for name, use in mapping.items():
        if name.strip() not in names:
            raise JobEndedError(
                "mapping_unknown_column",
                f"options.mapping names the column {name!r}, but the header has {_listed(names)}.",
            )
        if use in taken:
            raise JobEndedError(
                "mapping_repeated_field", f"options.mapping gives {use} to two columns."
            )
        taken |= {use} if use and use != "attributes" else set()


def _refuse_too_many(names: Sequence[str]) -> None:
    if len(names) > MOST_COLUMNS:
        raise JobEndedError(
            "header_too_wide",
            f"The header has {len(names)} columns; at most {MOST_COLUMNS} are read.",
        )


def _refuse_repeated(names: Sequence[str]) -> None:
    folded = [name.casefold() for name in names]
    repeated = [name for i, name in enumerate(names) if folded[i] in folded[:i]]
    if repeated:
        raise JobEndedError(
            "header_repeated",
            f"The header names {_listed(repeated)} more than once, so it is not clear which column"
            " counts. Give each column its own name.",
        )


def _refuse_long_names(names: Sequence[str]) -> None:
    long = [name for name in names if len(name) > ATTRIBUTE_NAME_MAX_LENGTH]
    if long:
        raise JobEndedError(
            "header_name_too_long",
            f"The header has {_listed(long)}, each longer than the"
            f" {ATTRIBUTE_NAME_MAX_LENGTH} characters that an attribute's name may have. Shorten"
            " it, or leave the column out by options.mapping.",
        )


def _reduce(name: str) -> str:
    """Leave out what differs between spellings of one name: case, accents, spaces, `_`, `-`."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(f"{name[:40]!r}" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
