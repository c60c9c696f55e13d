"""What the rows of a format mean: which belong together, and which aren't products.

All numbers are positions of columns in the file, from 0.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Condition(_Frozen):
    """A condition on the cells of a record, as they are in the file but trimmed.

    `blank`: all of `columns` are blank. `given`: at least one isn't. `one_of`: each of them is one
    of `words`, ignoring case. `none_of`: none of them is.
    """

    columns: tuple[int, ...]
    test: Literal["blank", "given", "one_of", "none_of"]
    words: tuple[str, ...] = ()  # in lower case


class SkipRule(_Frozen):
    """Rows that aren't products: those that meet all conditions."""

    reason: str  # a stable code, such as image_row
    conditions: tuple[Condition, ...]


class RowRules(_Frozen):
    """What the rows of one source mean. The default: each row is a product by itself."""

    # Consecutive rows belong together as long as their first non-blank cell of these is the same.
    group: tuple[int, ...] = ()
    # Blank cells of these columns have the text of the group's first row.
    filled: tuple[int, ...] = ()
    # The name is the text of the name column, and " - " and these cells joined by " / ".
    name_parts: tuple[int, ...] = ()
    # The sku, where its cell is blank: these cells joined by "-".
    sku_from: tuple[int, ...] = ()
    # Cells that name_parts and sku_from leave out, in lower case, such as "default title".
    omitted: tuple[str, ...] = ()
    skips: tuple[SkipRule, ...] = ()

    @property
    def are_plain(self) -> bool:
        """Whether each row is a product by itself, so that rows can be read in any order."""
        return self == RowRules()
