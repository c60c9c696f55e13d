"""What the routes of one product share: the id in the path, If-Match, and the response."""

import re
from collections.abc import Callable
from typing import Annotated

from chalice.app import Request, Response
from pydantic import WithJsonSchema

from chalicelib.http.conditional import check_if_match
from chalicelib.http.routing import make_response
from chalicelib.products.edits.service import missing_problem
from chalicelib.products.limits import MOST_ID
from chalicelib.products.models import Product

_ID = r"^[0-9]{1,19}$"
# An id of another form is not found, like an id without a product.
PathId = Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_ID})]


def read_id(text: str) -> int:
    """Return the id in a path; raises ProblemError 404 if no product can have it."""
    if not re.fullmatch(_ID, text) or int(text) > MOST_ID:
        raise missing_problem()
    return int(text)


def make_check(request: Request) -> Callable[[Product], None]:
    """Return a check that raises when If-Match names another version of the product."""
    return lambda found: check_if_match(request, found.etag)


def make_product_response(product: Product) -> Response:
    """Return the response with a product."""
    return make_response(product, headers={"ETag": product.etag, "Cache-Control": "no-cache"})
