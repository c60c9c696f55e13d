"""A product as clients see it, and how it is read from the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

from psycopg2 import sql
from pydantic import BaseModel, Field, create_model

from chalicelib.products.fields import FIELDS, NAMES, Kind, ProductField

ProductId = Annotated[int, Field(ge=0, le=2**63 - 1)]

VALUE_TYPES: dict[Kind, type] = {
    "text": str,
    "long_text": str,
    "decimal": Decimal,
    "integer": int,
    "boolean": bool,
}

# What a product is read from, in the order that `Product.from_row` expects.
_COLUMNS = (
    "id",
    *NAMES,
    "attributes",
    "source_job_id",
    "source_line",
    "created_at",
    "updated_at",
    "version",
)
# The columns that may be long, with a short value of the same type.
_LONG = {
    **{f.name: sql.SQL("''") for f in FIELDS if f.kind == "long_text"},
    "attributes": sql.SQL("'{}'::jsonb"),
}
Names = Collection[str] | None  # of a product's members; None: all


def make_columns(names: Names = None) -> sql.Composable:
    """Return the columns of a product; a long one that isn't in `names` has a short value."""
    return sql.SQL(", ").join(
        _LONG[column] if _is_left_out(column, names) else _column(column) for column in _COLUMNS
    )


def make_size(names: Names = None) -> sql.Composable:
    """Return an SQL expression for about how many bytes of a row are read."""
    read = (column for column in _LONG if not _is_left_out(column, names))
    sizes = (sql.SQL("octet_length({}::text)").format(_column(column)) for column in read)
    return sql.SQL(" + ").join([sql.Literal(500), *sizes])


def _column(name: str) -> sql.Composable:
    return sql.Identifier("products", name)


def _is_left_out(column: str, names: Names) -> bool:
    return column in _LONG and names is not None and column not in names


class Source(BaseModel):
    """The record that last wrote a product: the import and its line in the file."""

    job_id: str
    line: int


class _Identity(BaseModel):
    id: int


if TYPE_CHECKING:

    class _Fields(_Identity):
        def __getattr__(self, name: str) -> Any: ...
else:

    def _type_of(field: ProductField) -> Any:
        value_type = VALUE_TYPES[field.kind]
        return value_type | None if field.nullable else value_type

    _Fields = create_model(
        "_Fields", __base__=_Identity, **{field.name: (_type_of(field), ...) for field in FIELDS}
    )


class Product(_Fields):
    """One product; nullable fields are null after they were cleared."""

    attributes: dict[str, str]
    source: Source | None
    created_at: datetime
    updated_at: datetime
    version: Annotated[int, Field(exclude=True)]  # clients see it as the ETag

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Return the product in a row of `make_columns`; the row may have more columns."""
        values = dict(zip(_COLUMNS, row, strict=False))
        job_id, line = values.pop("source_job_id"), values.pop("source_line")
        return cls(**values, source=Source(job_id=job_id, line=line) if job_id else None)

    @property
    def etag(self) -> str:
        """The value that If-Match and If-None-Match compare; it changes with every write."""
        return f'"{self.version}"'

    def to_json(self, names: Names = None) -> dict[str, Any]:
        """Return the product as JSON; with `names`, only these members, in their order."""
        values = self.model_dump(mode="json")
        return values if names is None else {name: values[name] for name in names}


# The members that `fields` of a list may name.
MEMBERS = tuple(name for name, field in Product.model_fields.items() if not field.exclude)
