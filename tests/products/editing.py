"""A client that creates and edits products."""

import json
from typing import Any

from chalice.test import HTTPResponse

from tests.fakes.api import Api

JSON = "application/json"
LAMP: dict[str, Any] = {"sku": "LAMP-1", "name": "Desk lamp"}


def send(
    api: Api, method: str, path: str, body: Any = None, media: str = JSON, **headers: str
) -> HTTPResponse:
    content = b"" if body is None else json.dumps(body).encode()
    return api.send(method, path, content, {"Content-Type": media, **headers})


def make(api: Api, **values: Any) -> tuple[str, dict[str, Any], str]:
    """Create a product; return its path, itself and its ETag."""
    answer = send(api, "POST", "/products", LAMP | values)
    assert answer.status_code == 201, answer.body
    product = dict(answer.json_body)
    return f"/products/{product['id']}", product, answer.headers["ETag"]


def patch(api: Api, path: str, body: Any, **headers: str) -> HTTPResponse:
    return send(api, "PATCH", path, body, "application/merge-patch+json", **headers)
