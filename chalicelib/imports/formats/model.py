"""What a format says: one TOML file, as a model.

Headers are compared as `csv/headers.py` does: case, accents, spaces and marks don't matter, and a
header with `*` is a pattern. In a list of columns the first that the file has counts.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from chalicelib.imports.csv.fitting import Preferences
from chalicelib.imports.csv.headers import REST
from chalicelib.imports.formats.layout import Layout
from chalicelib.imports.skips import SKIPS
from chalicelib.products.fields import BlankPolicy, FieldName
from chalicelib.products.numbers import DecimalMark, NegativeQuantity


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Texts = tuple[str, ...]
Values = dict[str, str]  # from a cell's text, in lower case, to the text that is read


class HeaderNames(_Strict):
    """The headers that identify a format."""

    # Each must be there; of a list, at least one.
    required: Annotated[tuple[str | Texts, ...], Field(min_length=1)]
    forbidden: Texts = ()
    # Others that it may have. They are never product fields.
    known: Texts = ()


class Column(_Strict):
    """A column of a product field; its values come before those of the field.

    `inverted`: a true value means inactive, as in a column "Blocked". `adds_up`: its values are
    lists of names and numbers, such as `default=100,second=5`, whose sum counts.
    """

    header: str
    values: Values = {}
    inverted: bool = False
    adds_up: bool = False


def _read_columns(value: Any) -> Any:
    choices = value if isinstance(value, list) else [value]
    return [{"header": one} if isinstance(one, str) else one for one in choices]


ColumnChoices = Annotated[tuple[Column, ...], BeforeValidator(_read_columns)]


class CellCondition(_Strict):
    """A condition on the cells of a record; see `csv/rows.py`."""

    columns: Annotated[Texts, Field(min_length=1)]
    # other_than_first: not blank, and not what the first record with a value has.
    test: Literal["blank", "given", "one_of", "none_of", "contains", "other_than_first"]
    words: Texts = ()


class Skip(_Strict):
    """Rows that aren't products: those that meet all conditions."""

    reason: str
    with_group: bool = False
    when: Annotated[tuple[CellCondition, ...], Field(min_length=1)]

    @field_validator("reason")
    @classmethod
    def _validate_reason(cls, reason: str) -> str:
        if reason not in SKIPS:
            raise ValueError(f"{reason} has no message. Add one in imports/skips.py.")
        return reason


class Rows(_Strict):
    """What the rows mean: the members of `csv/rows.py`, by header."""

    starts: tuple[CellCondition, ...] = ()  # a file that lacks one of its columns has `group`
    group: Texts = ()
    filled: Texts = ()
    name_parts: Texts = ()
    sku_from: Texts = ()
    listed: Texts = ()
    omitted: Texts = ()
    summed_by: Texts = ()
    skips: tuple[Skip, ...] = ()
    exact: str = ""
    inactive_with_first: Texts = ()

    @property
    def headers(self) -> Iterator[str]:
        """Every header that the rules name."""
        yield from (*self.group, *self.filled, *self.name_parts, *self.sku_from)
        yield from filter(None, [self.exact])
        for condition in chain(self.starts, *(skip.when for skip in self.skips)):
            yield from condition.columns


class Format(_Strict):
    """How one kind of file is read."""

    name: str  # of its TOML file
    title: str  # on the page
    label: str  # completes "12 of 14 headers are those of ..."; of a language "... are ..."
    kind: Literal["shop", "language"] = "shop"
    header: HeaderNames
    # The columns of each field in order of preference. Those of an inner list are equal: the most
    # filled counts, with a warning. An empty list: the file doesn't have the field.
    columns: dict[FieldName, tuple[ColumnChoices, ...]] = {}
    values: dict[FieldName, Values] = {}
    blanks: Texts = ()  # texts that mean a blank, in any column
    blank: dict[FieldName, BlankPolicy] = {}  # what a blank cell does, unless the options say it
    # Usual in its files; numbers that can only be read with the other mark override it.
    decimal_mark: DecimalMark | None = None
    negative_quantity: NegativeQuantity = "reject"  # zero: it is stock that was sold already
    rows: Rows = Rows()
    ignored: Texts = ()  # columns that aren't even attributes
    is_own: bool = False  # an export of this product, which is undone exactly
    layout: Layout | None = None  # how an export writes such a file, if it can

    def columns_of(self, field: FieldName) -> tuple[Column, ...]:
        """All columns that may be a field."""
        return tuple(chain.from_iterable(self.columns.get(field, ())))

    @cached_property
    def preferences(self) -> Preferences:
        """The columns of each field, as `csv/columns.py` takes them."""
        fields = {
            name: tuple(tuple(column.header for column in equal) for equal in choices)
            for name, choices in self.columns.items()
        }
        required = (_listed(one) for one in self.header.required)
        named = (*self.header.known, *self.rows.headers, *self.ignored)
        others = (*chain.from_iterable(required), *named)
        return Preferences(fields, tuple(dict.fromkeys(others)))

    @cached_property
    def known_headers(self) -> Texts:
        """The headers by which a file is recognised: of a language, those that are its own."""
        required = chain.from_iterable(_listed(one) for one in self.header.required)
        return tuple(required) if self.kind == "language" else self.headers

    @cached_property
    def headers(self) -> Texts:
        """All headers that the format names."""
        required = chain.from_iterable(_listed(one) for one in self.header.required)
        columns = (c.header for field in self.columns for c in self.columns_of(field))
        found = (*required, *columns, *self.header.known, *self.rows.headers)
        return tuple(dict.fromkeys(header for header in found if header != REST))


def _listed(required: str | Texts) -> Texts:
    return (required,) if isinstance(required, str) else required
