"""The columns of an exported table, with headers that an import reads back exactly.

imports/formats/product_importer.toml is how an import reads them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.errors import JobEndedError
from chalicelib.exports.requests import ATTRIBUTES, attribute_of, is_attribute
from chalicelib.imports.csv.headers import ATTRIBUTE_PREFIX, reduce_name
from chalicelib.products.fields import FIELDS, NAMES
from chalicelib.products.limits import MOST_COLUMNS

# The last column of every table: the product's id. An import recognises the file by its header.
ID_HEADER = "product_importer_id"
# Headers that an import takes for something else than an attribute.
_TAKEN = frozenset(
    reduce_name(name)
    for field in FIELDS
    for name in (field.name, *field.aliases, *field.last_aliases)
) | {reduce_name(ID_HEADER)}


@dataclass(frozen=True)
class Column:
    """One column: a product field or an attribute, by `name`."""

    header: str
    name: str
    is_attribute: bool = False
    # In the layout of a shop:
    others: Sequence[str] = ()  # attributes that are written where a product hasn't this one
    added: str = ""  # what is written where it has none of them
    added_given: str | None = None  # only if the product has this field
    valid: str = ""  # a regular expression: other texts of the attributes don't count
    words: Mapping[str, str] = field(default_factory=dict)  # for true and false

    def is_field(self, name: str) -> bool:
        """Whether it is the product field of this name."""
        return self.name == name and not self.is_attribute


def choose_columns(fields: Sequence[str] | None, attributes: Iterable[str]) -> list[Column]:
    """Return the columns of a table.

    `attributes`: the names that the selected products have, for the field "attributes". Raises
    JobEndedError if there are too many columns.
    """
    chosen = list(_list_columns(fields or [*NAMES, ATTRIBUTES], sorted(attributes)))
    return name_apart([*chosen, Column(ID_HEADER, "id")])


def too_many_columns(number: int) -> JobEndedError:
    """Return the error of a table that would have so many columns, or more."""
    return JobEndedError(
        "too_many_columns",
        f"The products have so many different attributes that the file would have {number:,}"
        f" columns or more; at most {MOST_COLUMNS:,} are possible. Choose some in fields, such as"
        " attributes.colour, or set format to jsonl.",
    )


def _list_columns(fields: Sequence[str], attributes: Sequence[str]) -> Iterator[Column]:
    single = {attribute_of(name) for name in fields if is_attribute(name)}
    for name in fields:
        if name == ATTRIBUTES:
            yield from (_make_attribute(one) for one in attributes if one not in single)
        elif is_attribute(name):
            yield _make_attribute(attribute_of(name))
        else:
            yield Column(name, name)


def _make_attribute(name: str) -> Column:
    return make_attribute(name, is_free=is_plain(name) and reduce_name(name) not in _TAKEN)


def is_plain(name: str) -> bool:
    """Whether an import reads the name of an attribute in a header as it is."""
    return name[:1].isalnum() and name.isprintable() and not ATTRIBUTE_PREFIX.match(name)


def make_attribute(name: str, *, is_free: bool) -> Column:
    """Return the column of an attribute, with a prefix if its name isn't free."""
    return Column(name if is_free else f"{ATTRIBUTES}.{name}", name, is_attribute=True)


def name_apart(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with headers that differ in more than case.

    Raises JobEndedError if there are too many columns.
    """
    if len(columns) > MOST_COLUMNS:
        raise too_many_columns(len(columns) - 1)
    taken: set[str] = set()
    named = []
    for column in columns:
        prefixed = (
            f"{ATTRIBUTES}{n or ''}.{column.name}" for n in (0, *range(2, len(columns) + 2))
        )
        choices = (column.header, *prefixed) if column.is_attribute else (column.header,)
        header = next((one for one in choices if one.casefold() not in taken), column.header)
        taken.add(header.casefold())
        named.append(replace(column, header=header))
    return named
