"""A product as clients see it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

MOST_ID = 2**31 * 4096 - 1  # the number of an id's block of documents is an integer
ProductId = Annotated[int, Field(ge=0, le=2**63 - 1)]

# What a product is read from, in the order that `Product.from_row` takes.
COLUMNS = (
    "products.id, products.sku, products.name, products.description, products.price,"
    " products.quantity, products.active, products.attributes, products.source_job_id,"
    " products.source_line, products.created_at, products.updated_at, products.version"
)


_LONG = {  # what may be long, and stands for what nobody asked for
    "description": ("products.description", "''", "octet_length(products.description)"),
    "attributes": ("products.attributes", "'{}'::jsonb", "octet_length(products.attributes::text)"),
}
Names = Collection[str] | None  # of a product's members; None: all


def columns_of(names: Names) -> str:
    """Return COLUMNS, with something short in place of what is long and not asked for."""
    columns = COLUMNS
    for name, (column, short, _) in _LONG.items():
        if names is not None and name not in names:
            columns = columns.replace(column, short)
    return columns


def bytes_of(names: Names) -> str:
    """Return about how many bytes of a row are read, as SQL."""
    return " + ".join(
        ["500", *(size for n, (_, _, size) in _LONG.items() if not names or n in names)]
    )


class Source(BaseModel):
    """The record that last wrote a product: its import and its line there."""

    job_id: str
    line: int


class Product(BaseModel):
    """One product; `price` and `quantity` are null where they were cleared."""

    id: int
    sku: str
    name: str
    description: str
    price: Decimal | None
    quantity: int | None
    active: bool
    attributes: dict[str, str]
    source: Source | None
    created_at: datetime
    updated_at: datetime
    version: Annotated[int, Field(exclude=True)]  # clients see it as the ETag

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Return the product in a row of COLUMNS; what stands after them is left alone."""
        job_id, line = row[8:10]
        return cls(
            id=row[0],
            sku=row[1],
            name=row[2],
            description=row[3],
            price=row[4],
            quantity=row[5],
            active=row[6],
            attributes=row[7],
            source=Source(job_id=job_id, line=line) if job_id else None,
            created_at=row[10],
            updated_at=row[11],
            version=row[12],
        )

    @property
    def etag(self) -> str:
        """What If-Match and If-None-Match compare: another one after every write."""
        return f'"{self.version}"'

    def to_json(self, names: Names = None) -> dict[str, Any]:
        """Return the product as JSON, or these members of it, in their order."""
        values = self.model_dump(mode="json")
        return values if names is None else {name: values[name] for name in names}


# What `fields` of a list may name.
MEMBERS = tuple(name for name, field in Product.model_fields.items() if not field.exclude)
