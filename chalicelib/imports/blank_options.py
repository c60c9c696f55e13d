"""`options.blank`: what a blank cell of a product field does."""

from typing import TYPE_CHECKING, Literal

from pydantic import create_model

from chalicelib.http.parsing import Body
from chalicelib.products.fields import OPTIONAL, BlankPolicy

if TYPE_CHECKING:
    _BlankPolicies = Body
else:
    _BlankPolicies = create_model(
        "_BlankPolicies",
        __base__=Body,
        **{field.name: (Literal[field.blank] | None, None) for field in OPTIONAL},
    )


class BlankOptions(_BlankPolicies):
    """What a blank field does: keep the product's value, clear it, or set the default value."""

    def policy(self, field: str, otherwise: BlankPolicy = "default") -> BlankPolicy:
        """Return what a blank cell of a product field does; `otherwise` if it isn't set."""
        chosen: BlankPolicy | None = getattr(self, field)
        return chosen or otherwise
