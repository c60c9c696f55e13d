"""Breaking changes between two versions of the OpenAPI document.

This is our own code because no tool that is installable from PyPI or npm does it (November 2026).
oasdiff is a Go program: it isn't on PyPI, and npm's package of that name is a placeholder.
@pb33f/openapi-changes downloads a Go binary from another host when it is installed. openapi-diff
0.24.1 reads OpenAPI 3.0 at most and rejects our document, which is 3.1. @useoptic/optic installs
some 70 dependencies, analytics and a proxy among them, for one comparison.
"""

from collections.abc import Iterator
from typing import Any

from infra.openapi.subsets import Comparison

Json = dict[str, Any]


def find_breaks(before: Json, after: Json) -> list[str]:
    """Return the changes in `after` that break clients of `before`, each with its place."""
    return list(_Change(before, after).find())


def may_break(before: str, after: str) -> bool:
    """Return whether version `after` may break clients of `before`.

    It may if its major number is greater, or its minor number while the major one is 0.
    """
    old, new = _numbers(before), _numbers(after)
    return new[:1] > old[:1] or (old[0] == new[0] == 0 and new[:2] > old[:2])


class _Change:
    """The change from one document to another."""

    def __init__(self, before: Json, after: Json) -> None:
        self._before, self._after = before["paths"], after["paths"]
        old, new = (document["components"]["schemas"] for document in (before, after))
        self._sent = Comparison(inner=old, outer=new)  # requests must still be valid
        self._answered = Comparison(inner=new, outer=old)  # responses must be known

    def find(self) -> Iterator[str]:
        for path, methods in self._before.items():
            for method, old in methods.items():
                place = f"{method.upper()} {path}"
                new = self._after.get(path, {}).get(method)
                if new is None:
                    yield f"{place}: removed"
                    continue
                for found in self._find_in_operation(old, new):
                    yield f"{place}, {found}"

    def _find_in_operation(self, old: Json, new: Json) -> Iterator[str]:
        if new["operationId"] != old["operationId"]:
            yield f"operationId: {old['operationId']} is now {new['operationId']}"
        if new["security"] not in (old["security"], []):
            yield f"security: {new['security']}, not {old['security']}"
        yield from self._find_in_parameters(old, new)
        yield from self._find_in_body(old.get("requestBody"), new.get("requestBody"))
        yield from self._find_in_responses(old["responses"], new["responses"])

    def _find_in_parameters(self, old: Json, new: Json) -> Iterator[str]:
        known, now = _parameters(old), _parameters(new)
        for key, parameter in known.items():
            if key not in now:
                yield f"{' '.join(key)}: removed"
            else:
                yield from self._sent.find_excess(
                    parameter["schema"], now[key]["schema"], " ".join(key)
                )
        for key, parameter in now.items():
            was_required = known.get(key, {}).get("required", False)
            if parameter.get("required") and not was_required:
                yield f"{' '.join(key)}: now required"

    def _find_in_body(self, old: Json | None, new: Json | None) -> Iterator[str]:
        if new and new["required"] and not old:
            yield "body: now required"
        if not old:
            return
        for media_type, content in old["content"].items():
            taken = new["content"].get(media_type) if new else None
            if taken is None:
                yield f"body: {media_type} is no longer accepted"
            else:
                yield from self._sent.find_excess(content["schema"], taken["schema"], "body")

    def _find_in_responses(self, old: Json, new: Json) -> Iterator[str]:
        for status, response in old.items():
            if status not in new:
                yield f"{status}: removed"
                continue
            for found in self._find_in_response(response, new[status]):
                yield f"{status} {found}"
        for status in new.keys() - old.keys():
            if status < "4":
                yield f"{status}: new"

    def _find_in_response(self, old: Json, new: Json) -> Iterator[str]:
        for name in old.get("headers", {}).keys() - new.get("headers", {}).keys():
            yield f"{name}: removed"
        for media_type in new.get("content", {}).keys() - old.get("content", {}).keys():
            yield f"{media_type}: new"
        for media_type, content in old.get("content", {}).items():
            answered = new.get("content", {}).get(media_type)
            if answered is None:
                yield f"{media_type}: removed"
            else:
                yield from self._answered.find_excess(answered["schema"], content["schema"])


def _parameters(operation: Json) -> dict[tuple[str, str], Json]:
    return {(given["in"], given["name"]): given for given in operation.get("parameters", ())}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
