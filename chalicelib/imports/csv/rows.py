"""What the rows of a format mean: which belong together, and which aren't products.

All numbers are positions of columns in the file, from 0.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.errors import JobEndedError
from chalicelib.products.invisible import clean


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Condition(_Frozen):
    """A condition on the cells of a record, as they are in the file but trimmed.

    `blank`: all of `columns` are blank. `given`: at least one isn't. `one_of`: each of them is one
    of `words`, ignoring case. `none_of`: none of them is. `contains`: one of them has one of
    `words` in it.
    """

    columns: tuple[int, ...]
    test: Literal["blank", "given", "one_of", "none_of", "contains"]
    words: tuple[str, ...] = ()  # in lower case


class SkipRule(_Frozen):
    """Rows that aren't products: those that meet all conditions."""

    reason: str  # a stable code, such as image_row
    conditions: tuple[Condition, ...]
    # Also rows that only meet them once their blank cells are filled: the rest of the group.
    with_group: bool = False


class RowRules(_Frozen):
    """What the rows of one source mean. The default: each row is a product by itself."""

    # A row that meets all of these begins a group, whatever its key, and no other row does.
    starts: tuple[Condition, ...] = ()
    # Without `starts`, consecutive rows belong together as long as their first non-blank cell of
    # these is the same.
    group: tuple[int, ...] = ()
    # Blank cells of these columns have the text of the group's first row.
    filled: tuple[int, ...] = ()
    # Columns of `active`: if the group's first row is inactive by them, all of its rows are.
    inactive_with_first: tuple[int, ...] = ()
    # The name is the text of the name column, and " - " and these cells joined by " / ".
    name_parts: tuple[int, ...] = ()
    # The sku, where its cell is blank: these cells joined by "-".
    sku_from: tuple[int, ...] = ()
    # Columns that have the options of all rows in the first row of a group: not part of its name.
    listed: tuple[int, ...] = ()
    # Cells that name_parts and sku_from leave out, in lower case, such as "default title".
    omitted: tuple[str, ...] = ()
    # If the file has any of these columns, each record has a part of the quantity, such as that of
    # one location: the quantities of the records of a product are added up.
    summed_by: tuple[int, ...] = ()
    skips: tuple[SkipRule, ...] = ()
    # In an export of this product for a shop: the column that says which cells stand for another
    # text; see `csv/exact.py`.
    exact: int | None = None

    @property
    def has_groups(self) -> bool:
        """Whether rows may belong together."""
        return bool(self.starts or self.group)

    @property
    def are_plain(self) -> bool:
        """Whether each row that has a sku is a product by itself, with its own cells only."""
        return not (self.has_groups or self.filled or self.name_parts or self.skips)


def with_sku_from(rules: RowRules, names: Sequence[str], headers: Sequence[str]) -> RowRules:
    """Return the rules of a file with what `options.sku_from` says, if it says anything.

    `names`: the names of the file's columns. Raises JobEndedError if one of `headers` isn't there.
    """
    if not headers:
        return rules
    chosen = [clean(header.strip()) for header in headers]
    unknown = next((header for header in chosen if header not in names), None)
    if unknown is not None:
        raise JobEndedError(
            "sku_from_unknown_column",
            f"options.sku_from names the column {unknown[:40]!r}, which the header doesn't have."
            " Use names of the header.",
        )
    return rules.model_copy(update={"sku_from": tuple(names.index(header) for header in chosen)})
