"""Schemathesis hooks for what the API requires and JSON Schema can't express.

They change requests that the API should accept; those that it should reject stay unchanged.
"""

import os
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import schemathesis
from schemathesis import GenerationMode

_numbers = count(1)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Split the pattern of an export's fields into two that together accept the same values.

    Schemathesis draws 1,000 different fields. All but one of the pattern's alternatives are a
    single field each, so most of what it draws is a repetition: that takes minutes of CPU time.
    """
    fields = raw_schema["components"]["schemas"]["ExportRequest"]["properties"]["fields"]
    single, attribute = split_pattern(fields["anyOf"][0]["items"].pop("pattern"))
    fields["anyOf"][0]["items"]["anyOf"] = [{"pattern": attribute}, {"enum": single}]


def split_pattern(pattern: str) -> tuple[list[str], str]:
    """Split ^(a|b|c+)$ into the single values a and b, and the pattern ^c+$."""
    *single, last = pattern.removeprefix("^(").removesuffix(")$").split("|")
    return single, f"^{last}$"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if case.method == "DELETE" and "key_id" in (case.path_parameters or {}):
        case.path_parameters["key_id"] = os.environ["SPARE_KEY_ID"]  # not the key of its requests
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)  # a cursor comes from a page, it isn't any text
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"key-{next(_numbers)}"  # a key belongs to one body
    case.body = write_whole(case.body)
    if isinstance(case.body, dict):
        fix_options(case.body)
        fix_profile(case.body, case.path)
        fix_key(case.body)
        fix_window(case.body)
        fix_attributes(case.body)
        if case.path == "/products/bulk-delete":
            fix_selection(case.body)
        if case.path == "/exports":
            fix_export(case.body)


def write_whole(value: Any) -> Any:
    """Write integers as integers: 3.0 is one for JSON Schema, not for the API."""
    if isinstance(value, dict):
        return {name: write_whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [write_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fix_key(body: dict[str, Any]) -> None:
    """Let the key expire in the future, with a printable name."""
    if body.get("expires_at"):
        body["expires_at"] = "2999-01-01T00:00:00Z"
    if "scopes" in body:
        body["name"] = "".join(character for character in body["name"] if character.isprintable())
        body["name"] = body["name"].strip() or "a"


def fix_options(body: dict[str, Any]) -> None:
    """Map one column to each product field, and name only what exists."""
    options = body.get("options") or {}
    for name, value in (("currency", "EUR"), ("format", "none"), ("match", "sku")):
        if options.get(name) is not None:
            options[name] = value
    if options.get("mapping"):
        fields: dict[Any, str] = {field: column for column, field in options["mapping"].items()}
        once = {column: field for field, column in fields.items() if field not in (None, "id")}
        options["mapping"] = once
    options.pop("scope", None)  # not empty, of no made-up profile, and only beside `missing`
    if options.get("missing") in (None, "keep"):
        options.pop("max_missing", None)


def fix_profile(body: dict[str, Any], path: str) -> None:
    """Refer to no profile and no import: made-up ones don't exist. Use a printable name."""
    if path.startswith("/imports"):
        body.pop("profile", None)
        body.pop("parent_job_id", None)
    if path.startswith("/profiles"):
        body.pop("job_id", None)
        if "name" in body:
            name = "".join(character for character in body["name"] if character.isprintable())
            body["name"] = name.strip() or "a"


def fix_window(body: dict[str, Any]) -> None:
    """Give the replay a window within the retention of deliveries."""
    if "since" in body:
        day = datetime.now(UTC) - timedelta(days=1)
        body["since"] = day.isoformat()
        if body.get("until"):
            body["until"] = (day + timedelta(hours=1)).isoformat()


def fix_selection(body: dict[str, Any]) -> None:
    """Select products in one way only, and only count them."""
    given = (body.get("filter") or {}).items()
    body["filter"] = {name: value for name, value in given if value is not None}
    ways = [way for way in ("filter", "skus", "all") if body.get(way)]
    for way in ("filter", "skus", "all"):
        if way not in ways[:1]:
            body.pop(way, None)
    if not ways:
        body["all"] = True
    body["dry_run"] = True


def fix_export(body: dict[str, Any]) -> None:
    """Choose what every format and layout has, each field once; escape formulas in CSV only."""
    if body.get("fields"):
        names = (name.strip(" \t\n\r\v\f\u00a0") for name in body["fields"])
        others = ("id", "source", "created_at", "updated_at")
        kept = [name for name in names if name not in (*others, "attributes.") and "\0" not in name]
        body["fields"] = list(dict.fromkeys(kept)) or ["sku"]
    if body.get("format") in ("xlsx", "jsonl"):
        body.pop("escape_formulas", None)
    if body.get("layout", "product_importer") != "product_importer":
        body.pop("fields", None)
        if body.get("format") == "jsonl":
            body.pop("layout")


def fix_attributes(body: dict[str, Any]) -> None:
    """Drop blank attribute names and those with NUL: generators ignore such patterns."""
    if isinstance(body.get("attributes"), dict):
        names = [name for name in body["attributes"] if name.strip(" \t\n\r\v\f\u00a0")]
        kept = [name for name in names if "\0" not in name]
        body["attributes"] = {name: body["attributes"][name] for name in kept}
