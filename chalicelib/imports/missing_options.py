"""Which products a file must name, and what happens to those that it doesn't name."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chalicelib.http.parsing import Body
from chalicelib.products.lists.filters import Filters

Missing = Literal["keep", "deactivate", "zero_stock", "delete"]
# What is done to missing products, in words.
MISSING_DONE = {"deactivate": "deactivated", "zero_stock": "set to quantity 0", "delete": "deleted"}

# How much of a scope `products` may allow. So an empty or nearly empty file is always refused,
# unless `percent` allows it.
_MOST_SHARE = Decimal("0.9")


class Scope(Filters):
    """The products that may be missing: those that match all of these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    profile: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            examples=["prf_01m85g57s7w6pgg03m8hrxcz85"],
            description="Only products that an import with this profile was the last to write.",
        ),
    ] = None

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if self.profile is None and not self.given():
            raise ValueError("Must not be empty. Leave it out for the whole catalogue.")
        return self

    def to_json(self) -> dict[str, Any]:
        """Return the scope as JSON values."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class MaxMissing(Body):
    """How many missing products may be changed: the larger of both."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    percent: Annotated[
        float, Field(ge=0, le=100, description="Of the products of the scope; 0 if left out.")
    ] = 0
    products: Annotated[
        int,
        Field(ge=0, le=10**15, description="But no more than 90 % of the scope; 0 if left out."),
    ] = 0

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Must not be empty. Set percent, products or both.")
        return self

    def count_allowed(self, scope: int) -> int:
        """Return how many of the `scope` products may be changed."""
        share = Decimal(str(self.percent)) * scope // 100  # exact, as it was sent
        return max(int(share), min(self.products, int(_MOST_SHARE * scope)))

    def describe(self) -> str:
        """Return the limit in words."""
        share, number = f"{self.percent:g} %", f"{self.products:,} products (at most 90 %)"
        if not self.products:
            return share
        return f"the larger of {share} and {number}" if self.percent else number


MOST_MISSING = 1_000  # unless a tenth of the scope is more
DEFAULT_MAX_MISSING = MaxMissing(percent=10, products=MOST_MISSING)


class MissingOptions(Body):
    """The options of a file that is a snapshot: it names every product of its scope."""

    missing: Annotated[
        Missing | None,
        Field(
            description="What happens to products that no record of the file names: `keep`, the"
            " default, `deactivate`, `zero_stock`, which sets their quantity to 0, or `delete`."
        ),
    ] = None
    scope: Annotated[
        Scope | None,
        Field(description="The products that may be missing; by default the whole catalogue."),
    ] = None
    max_missing: Annotated[
        MaxMissing | None,
        Field(
            description="How many products `missing` may change. The import fails before it changes"
            " anything if they are more; by default more than 10 % and more than 1,000."
        ),
    ] = None

    @property
    def is_snapshot(self) -> bool:
        """Whether the file is all there is: products that it doesn't name are changed."""
        return self.missing not in (None, "keep")

    @property
    def missing_limit(self) -> MaxMissing:
        """How many missing products may be changed, given or by default."""
        return self.max_missing or DEFAULT_MAX_MISSING
