"""Whether one JSON Schema allows only what another allows, for the keywords the API's schemas use.

What it can't decide counts as a difference: a false alarm is possible, a missed difference isn't.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Schemas = dict[str, Json]
Seen = tuple[tuple[str, str], ...]

_PREFIX = "#/components/schemas/"
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_SAME = ("pattern", "format", "multipleOf", "uniqueItems", "allOf", "not")


@dataclass(frozen=True)
class Comparison:
    """Compares the schemas of two documents: `inner` should allow only what `outer` allows."""

    inner: Schemas
    outer: Schemas

    def find_excess(self, inner: Any, outer: Any, place: str = "") -> list[str]:
        """Return what `inner` allows and `outer` doesn't, each with its place."""
        return list(self._find(inner, outer, place, ()))

    def _find(self, inner: Any, outer: Any, place: str, seen: Seen) -> Iterator[str]:
        names = _name_of(inner), _name_of(outer)
        if all(names) and names in seen:  # a recursive schema
            return
        inner, outer = _resolve(inner, self.inner), _resolve(outer, self.outer)
        if outer in ({}, True) or inner is False:
            return
        if inner in ({}, True) or outer is False:
            yield f"{place or 'the value'}: any value is allowed"
            return
        yield from self._choose(inner, outer)(inner, outer, place, (*seen, names))

    def _choose(self, inner: Json, outer: Json) -> Callable[..., Iterator[str]]:
        if _choices(inner):
            return self._find_in_choices
        return self._find_beside_choices if _choices(outer) else self._find_in_one

    def _find_in_one(self, inner: Json, outer: Json, place: str, seen: Seen) -> Iterator[str]:
        yield from _find_in_values(inner, outer, place)
        yield from _find_in_limits(inner, outer, place)
        if "object" in _types(inner):
            yield from self._find_in_object(inner, outer, place, seen)
        for part, step in (("items", "[]"), ("propertyNames", "{}")):
            if part in outer:
                yield from self._find(inner.get(part, {}), outer[part], place + step, seen)

    def _find_in_choices(self, inner: Json, outer: Json, place: str, seen: Seen) -> Iterator[str]:
        for choice in _choices(inner):
            yield from self._find(choice, outer, place, seen)

    def _find_beside_choices(
        self, inner: Json, outer: Json, place: str, seen: Any
    ) -> Iterator[str]:
        tried = [list(self._find(inner, choice, place, seen)) for choice in _choices(outer)]
        yield from min(tried, key=len)

    def _find_in_object(self, inner: Json, outer: Json, place: str, seen: Seen) -> Iterator[str]:
        inside, outside = inner.get("properties", {}), outer.get("properties", {})
        more_inside = inner.get("additionalProperties", True)
        more_outside = outer.get("additionalProperties", True)
        for name in sorted(set(outer.get("required", ())) - set(inner.get("required", ()))):
            yield f"{_join(place, name)}: may be missing"
        for name, schema in outside.items():
            if name in inside:
                yield from self._find(inside[name], schema, _join(place, name), seen)
            elif more_inside is not False:
                yield f"{_join(place, name)}: not described"
        for name in sorted(inside.keys() - outside.keys()):
            if more_outside is False:
                yield f"{_join(place, name)}: unknown"
            else:
                yield from self._find(inside[name], more_outside, _join(place, name), seen)
        yield from self._find(more_inside, more_outside, _join(place, "*"), seen)


def _find_in_values(inner: Json, outer: Json, place: str) -> Iterator[str]:
    given, taken = _values(inner), _values(outer)
    if taken is not None:
        more = None if given is None else [value for value in given if value not in taken]
        if more is None:
            yield f"{place}: any value, not only {_listed(taken)}"
        elif more:
            yield f"{place}: {_listed(more)}"
    elif given is None or "type" in inner:
        known = _types(outer)
        more_types = _types(inner) - known - ({"integer"} if "number" in known else set())
        if more_types:
            yield f"{place}: {_listed(sorted(more_types))}, not only {_listed(sorted(known))}"


def _find_in_limits(inner: Json, outer: Json, place: str) -> Iterator[str]:
    if _values(inner) is not None:  # each value is compared by itself
        return
    looser: tuple[tuple[tuple[str, ...], Callable[[Any, Any], bool]], ...] = (
        (_LOWER, lambda given, limit: given < limit),
        (_UPPER, lambda given, limit: given > limit),
        (_SAME, lambda given, limit: bool(given != limit)),
    )
    for names, is_looser in looser:
        for name in names:
            limit, given = outer.get(name), inner.get(name)
            if limit is not None and (given is None or is_looser(given, limit)):
                yield f"{place}: {name} {given}, not {limit}"


def _values(schema: Json) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _types(schema: Json) -> set[str]:
    kinds = schema.get("type", ["array", "boolean", "null", "number", "object", "string"])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _choices(schema: Json) -> list[Any]:
    found: list[Any] = schema.get("anyOf") or schema.get("oneOf") or []
    return found


def _name_of(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, dict) else ""


def _resolve(schema: Any, schemas: Schemas) -> Any:
    name = _name_of(schema)
    return schemas[name.removeprefix(_PREFIX)] if name else schema


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))
