"""Checks every response in the tests against the OpenAPI document."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator

Json = dict[str, Any]

_PROBLEM = "application/problem+json"
# Statuses of the gateway or Chalice for requests without an operation.
_UNROUTED = {403, 404, 405}


class Contract:
    """The responses that a document allows; stricter than clients should be."""

    def __init__(self, document: Json) -> None:
        self._schemas = {n: _close(s) for n, s in document["components"]["schemas"].items()}
        self._messages = document.get("webhooks", {})
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?"), path, methods)
            for path, methods in document["paths"].items()
        ]
        # Literal paths before those with parameters.
        self._paths.sort(key=lambda found: found[1].replace("{", "\x7f"))

    def check(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Fail unless the document has this response for `path`, relative to the API's root."""
        operation = self._find(method, path.partition("?")[0])
        if operation is None:
            assert status in _UNROUTED, f"{method} {path}: {status}, and it is not in the document"
            return
        place = f"{operation['operationId']}: {status} {body[:500]!r}"
        response = operation["responses"].get(str(status))
        assert response, f"{place}: the document has no such status"
        named = {name.lower(): value for name, value in headers.items()}
        for name, header in response.get("headers", {}).items():
            assert name.lower() in named or not header.get("required"), f"{place}: no {name}"
            if name.lower() in named:
                self._validate(named[name.lower()], header["schema"], place)
        content = response.get("content", {})
        if method == "HEAD" or not content:
            assert body == b"", place
            return
        media_type = named["content-type"].partition(";")[0]
        assert media_type in content, f"{place}: {media_type} is not in the document"
        if "json" in media_type:
            self._validate(json.loads(body), content[media_type]["schema"], place)
        if media_type == _PROBLEM:
            assert json.loads(body)["code"] in response["x-codes"], place

    @property
    def messages(self) -> set[str]:
        """The types of the messages that webhooks receive."""
        return set(self._messages)

    def check_message(self, body: str) -> None:
        """Fail unless a message to a webhook is as the document describes its type."""
        payload = json.loads(body)
        sent = self._messages[payload["type"]]["post"]["requestBody"]["content"]
        self._validate(payload, sent["application/json"]["schema"], body[:500])

    def _find(self, method: str, path: str) -> Json | None:
        for pattern, _, methods in self._paths:
            if pattern.fullmatch(path):
                return cast(Json | None, methods.get({"HEAD": "GET"}.get(method, method).lower()))
        return None

    def _validate(self, value: Any, schema: Json, place: str) -> None:
        whole = schema | {"components": {"schemas": self._schemas}}
        found = [
            f"{e.json_path}: {e.message}" for e in Draft202012Validator(whole).iter_errors(value)
        ]
        assert found == [], f"{place}: {found}"


def _close(schema: Json) -> Json:
    """Forbid properties that a schema doesn't name. The document allows them, for additions."""
    return {"additionalProperties": False} | schema if "properties" in schema else schema
