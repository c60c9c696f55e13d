"""Holds every answer that a client of the tests sees to the API's document."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator

Json = dict[str, Any]

_PROBLEM = "application/problem+json"
# Answers of the gateway, or of Chalice, to what no operation describes.
_UNROUTED = {403, 404, 405}


class Contract:
    """What a document says of answers; it is taken more strictly than clients are to take it."""

    def __init__(self, document: Json) -> None:
        self._schemas = {n: _close(s) for n, s in document["components"]["schemas"].items()}
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?"), path, methods)
            for path, methods in document["paths"].items()
        ]
        # What is written out goes before what is a parameter.
        self._paths.sort(key=lambda found: found[1].replace("{", "\x7f"))

    def check(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Fail unless the document has this answer to a request of `path`, from the API's root."""
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
    """Refuse what a schema does not name; the document lets it through, for what may be added."""
    return {"additionalProperties": False} | schema if "properties" in schema else schema
