"""How the records of one source are read: everything that the inspection decided."""

from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.currencies import CurrencyColumn
from chalicelib.imports.csv.lineage import Lineage
from chalicelib.imports.csv.matching import Key
from chalicelib.imports.csv.rows import RowRules
from chalicelib.products.fields import FIELDS, REQUIRED, BlankPolicy, FieldName
from chalicelib.products.numbers import NumberStyle


class Reading(BaseModel):
    """How the records of one source are read.

    It is stored with the inspection and the plan, so that every worker and every attempt reads
    alike, also after a deployment that changes a format.
    """

    model_config = ConfigDict(frozen=True)

    delimiter: str
    columns: Columns
    key: Key = Key()
    # Positions of the columns in which no record may be blank. None: those of a new product.
    required: tuple[int, ...] | None = None
    header: tuple[str, ...] = ()  # its cells, trimmed
    header_text: str = ""  # as it is in the file
    lineage: Lineage | None = None  # of a rejects file; all else is without its columns
    format: str | None = None  # the name of the format, if one was chosen or detected
    numbers: NumberStyle = NumberStyle()
    cells: dict[int, CellRule] = {}  # by the column's position, from 0
    currency: CurrencyColumn | None = None  # the column that names the currency of prices
    rows: RowRules = RowRules()
    blank: dict[FieldName, BlankPolicy] = {}  # what a blank cell does, unless the options say it
    fills_short_rows: bool = True
    line_break: str | None = None  # what stands for a line break in a cell
    point: str | None = None  # what stands before the decimals of a cell that holds a number

    @property
    def key_column(self) -> int:
        """The position of the column that finds products."""
        return self.columns.fields.index("sku") if self.key.column is None else self.key.column

    @cached_property
    def number_columns(self) -> tuple[int, ...]:
        """The positions of the columns whose texts are read with the decimal mark."""
        kinds = {field.name: field.kind for field in FIELDS}
        fields = enumerate(self.columns.fields)
        return tuple(i for i, name in fields if kinds.get(name or "") in ("decimal", "integer"))

    @property
    def required_columns(self) -> tuple[int, ...]:
        """The positions of the columns in which no record may be blank."""
        if self.required is not None:
            return self.required
        return tuple(self.columns.fields.index(field.name) for field in REQUIRED)

    def to_json(self) -> dict[str, Any]:
        """Return the reading as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what this version or an earlier one wrote: absent members have their default."""
        return cls.model_validate(values)
