"""JSON Schemas of the models with the names of the document."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core.core_schema import DecimalSchema

Json = dict[str, Any]
Key = tuple[type[BaseModel], JsonSchemaMode]

PREFIX = "#/components/schemas/"
_SUFFIX = "Response"


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with a decimal pattern that all regular expression dialects support."""

    def decimal_schema(self, schema: DecimalSchema) -> Json:
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


def make_schemas(keys: Iterable[Key]) -> tuple[dict[Key, Json], dict[str, Json]]:
    """Return a reference to each model's schema, and the schemas by name.

    A key has a model and the mode of its schema: "validation" or "serialization".
    """
    unique = list(dict.fromkeys(keys))
    references, found = models_json_schema(
        unique, ref_template=f"{PREFIX}{{model}}", schema_generator=_Generator
    )
    schemas = {_rename(n): _describe_defaults(_tidy(s)) for n, s in found["$defs"].items()}
    return {key: _tidy(references[key]) for key in unique}, dict(sorted(schemas.items()))


def read_parameters(query: type[BaseModel]) -> dict[str, tuple[Json, bool]]:
    """Return name -> (schema, is required) for each parameter of a query string."""
    found: Json = _tidy(query.model_json_schema(schema_generator=_Generator))
    required: list[str] = found.get("required", [])
    definitions: dict[str, Json] = found.get("$defs", {})
    return {
        name: (_without_null(_inline(schema, definitions)), name in required)
        for name, schema in found.get("properties", {}).items()
    }


def _inline(schema: Json, definitions: dict[str, Json]) -> Json:
    if "$ref" not in schema:
        return schema
    return definitions[schema["$ref"].rpartition("/")[2]] | {"default": schema.get("default")}


def _without_null(schema: Json) -> Json:
    # A parameter is never null, only missing.
    kept = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    found = {n: v for n, v in schema.items() if n != "anyOf" and (n, v) != ("default", None)}
    alone: Json = kept[0] if len(kept) == 1 else {}
    return found | (alone or ({"anyOf": kept} if kept else {}))


def _tidy(node: Any) -> Any:
    """Drop the titles that pydantic derives from names, and rename references."""
    if isinstance(node, dict):
        kept = {n: v for n, v in node.items() if not (n == "title" and isinstance(v, str))}
        return {name: _tidy(value) for name, value in kept.items()}
    if isinstance(node, list):
        return [_tidy(value) for value in node]
    if isinstance(node, str) and node.startswith(PREFIX):
        return PREFIX + _rename(node.removeprefix(PREFIX))
    return node


def _describe_defaults(schema: Json) -> Json:
    """Move defaults to descriptions: client generators assume that a field with one is present."""
    properties = {
        name: _describe_default(given) for name, given in schema.get("properties", {}).items()
    }
    return schema | ({"properties": properties} if properties else {})


def _describe_default(schema: Json) -> Json:
    default = schema.get("default")
    kept = {name: value for name, value in schema.items() if name != "default"}
    if default is None or isinstance(default, dict):
        return kept
    parts = [schema.get("description"), f"Default: `{json.dumps(default, ensure_ascii=False)}`."]
    return kept | {"description": " ".join(filter(None, parts))}


def _rename(name: str) -> str:
    return name.removesuffix(_SUFFIX)
