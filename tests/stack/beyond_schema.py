"""What the API asks for and JSON Schema cannot say: hooks of Schemathesis, which makes requests.

They change requests that are meant to be accepted; what is meant to be refused stays.
"""

import os
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import schemathesis
from schemathesis import GenerationMode

_numbers = count(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if case.method == "DELETE" and "key_id" in (case.path_parameters or {}):
        case.path_parameters["key_id"] = os.environ["SPARE_KEY_ID"]  # not the one it asks with
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)  # a cursor is what a page gave, not any text
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"key-{next(_numbers)}"  # one is good for one body
    case.body = write_whole(case.body)
    if isinstance(case.body, dict):
        mend_options(case.body)
        mend_key(case.body)
        mend_window(case.body)
        mend_attributes(case.body)
        if case.path == "/products/bulk-delete":
            mend_selection(case.body)


def write_whole(value: Any) -> Any:
    """Write integers as integers: to JSON Schema 3.0 is one, to the API it is not."""
    if isinstance(value, dict):
        return {name: write_whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [write_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def mend_key(body: dict[str, Any]) -> None:
    """A key ends in the future, and its name can be read."""
    if body.get("expires_at"):
        body["expires_at"] = "2999-01-01T00:00:00Z"
    if "scopes" in body:
        body["name"] = "".join(letter for letter in body["name"] if letter.isprintable())
        body["name"] = body["name"].strip() or "a"


def mend_options(body: dict[str, Any]) -> None:
    """A product field has one column."""
    mapping = (body.get("options") or {}).get("mapping")
    if mapping:
        fields: dict[Any, str] = {field: column for column, field in mapping.items()}
        once = {column: field for field, column in fields.items() if field is not None}
        body["options"]["mapping"] = once


def mend_window(body: dict[str, Any]) -> None:
    """A replay's window has a time in it of which deliveries are kept."""
    if "since" in body:
        day = datetime.now(UTC) - timedelta(days=1)
        body["since"] = day.isoformat()
        if body.get("until"):
            body["until"] = (day + timedelta(hours=1)).isoformat()


def mend_selection(body: dict[str, Any]) -> None:
    """A bulk delete means its products in one way; here it only counts them."""
    given = (body.get("filter") or {}).items()
    body["filter"] = {name: value for name, value in given if value is not None}
    ways = [way for way in ("filter", "skus", "all") if body.get(way)]
    for way in ("filter", "skus", "all"):
        if way not in ways[:1]:
            body.pop(way, None)
    if not ways:
        body["all"] = True
    body["dry_run"] = True


def mend_attributes(body: dict[str, Any]) -> None:
    """An attribute's name has something in it, and no NUL; generators do not heed such patterns."""
    if isinstance(body.get("attributes"), dict):
        names = [name for name in body["attributes"] if name.strip(" \t\n\r\v\f\u00a0")]
        kept = [name for name in names if "\0" not in name]
        body["attributes"] = {name: body["attributes"][name] for name in kept}
