"""The API in this process, called as API Gateway calls it."""

import json
from functools import cache
from typing import Any

from chalice.app import Chalice
from chalice.test import Client, HTTPResponse

from app import app as product
from chalicelib.http.callers import UnauthorizedError
from chalicelib.openapi.document import make_document
from tests.contract import Contract
from tests.fakes.keys import KEY


@cache
def get_contract() -> Contract:
    """Return the contract of the product's OpenAPI document."""
    return Contract(make_document(product.routes))


class Api:
    """A client that sends the key with all scopes, or another key, or none if `key` is "".

    Responses of the product's own app are checked against its OpenAPI document.
    """

    def __init__(self, app: Chalice, key: str = KEY) -> None:
        self._http = Client(app).http
        self._own = {"Authorization": f"Bearer {key}"} if key else {}
        self._contract = get_contract() if app is product else None

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Send a GET; names of headers have underscores."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        """Send a POST with `body` as JSON, or without a body if it is None."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.send("POST", path, content, {"Content-Type": "application/json", **headers})

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> HTTPResponse:
        """Send any request."""
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        try:
            found = self._http.request(method, path, headers=self._own | named, body=body)
        except UnauthorizedError:  # the gateway answers it by the template
            return HTTPResponse(b'{"message": "Unauthorized"}', {}, 401)
        if self._contract:
            self._contract.check(method, path, found.status_code, found.headers, found.body)
        return found


def problem_of(answer: HTTPResponse) -> tuple[int, str]:
    """Return status and code of a problem, after checking its form."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json_body
    assert set(body) >= {"type", "title", "status", "detail", "code", "request_id"}
    assert body["status"] == answer.status_code
    assert body["request_id"]
    return answer.status_code, body["code"]


def fields_of(answer: HTTPResponse) -> dict[str, str]:
    """Return the code of each field in a problem's errors."""
    return {error["field"]: error["code"] for error in answer.json_body["errors"]}
