"""`options.columns`: how the cells of one column are changed before they are read."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.http.parsing import Body
from chalicelib.imports.csv.cells import Case

_Text = Annotated[str, Field(max_length=255)]
_NonBlank = Annotated[str, Field(min_length=1, max_length=255)]
_FACTOR = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def _validate_factor(factor: str) -> str:
    if not _FACTOR.fullmatch(factor):
        raise ValueError(
            "Must be a number with a point, such as 1.19: up to 9 digits before and after it."
        )
    return factor


_Factor = Annotated[
    str,
    AfterValidator(_validate_factor),
    Field(json_schema_extra={"pattern": f"^{_FACTOR.pattern}$"}),
]


class Replacement(Body):
    """A text in a cell, which isn't a pattern, and the text that replaces it."""

    find: _NonBlank
    put: Annotated[_Text, Field(alias="with")]


class ColumnOptions(Body):
    """What happens to the cells of one column, in the order of these members.

    A cell is trimmed before. Only `default` changes a blank cell. The result is read as if it were
    in the file: the words of its format apply.
    """

    values: Annotated[
        dict[_NonBlank, _Text],
        Field(max_length=200, description="From a whole cell, in any case, to another text."),
    ] = Field(default_factory=dict)
    remove_prefix: _NonBlank | None = None
    remove_suffix: _NonBlank | None = None
    replace: Annotated[tuple[Replacement, ...], Field(max_length=20, strict=False)] = ()
    case: Case | None = None
    prefix: _NonBlank | None = None
    suffix: _NonBlank | None = None
    default: Annotated[_NonBlank | None, Field(description="The text for a blank cell.")] = None
    multiply: Annotated[
        _Factor | None, Field(description="What a price is multiplied by, such as 1.19.")
    ] = None
    round: Annotated[
        int | None,
        Field(ge=0, le=2, description="The decimals to which a price is rounded, half up."),
    ] = None
    negative: Annotated[
        Literal["zero"] | None,
        Field(description="Read a negative quantity as 0; it is rejected by default."),
    ] = None

    @property
    def changes_numbers(self) -> bool:
        """Whether the values of numbers change, which text alone can't tell."""
        return self.multiply is not None or self.round is not None
