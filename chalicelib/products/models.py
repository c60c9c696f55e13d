"""A product as clients see it."""

from collections.abc import Sequence
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

    def to_json(self) -> dict[str, Any]:
        """Return the product as JSON."""
        return self.model_dump(mode="json")


# What `fields` of a list may name.
MEMBERS = tuple(name for name, field in Product.model_fields.items() if not field.exclude)
