"""The document as it was released, and what may become of it."""

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.openapi.document import make_document
from infra.openapi.breaking import find_breaks, has_moved
from infra.openapi.released import PATH, read_released, refuse_breaks, write_text
from infra.packaging.package import ROOT

Json = dict[str, Any]
Edit = Callable[[Json], object]

DOCUMENT = make_document(app.routes)


def test_the_committed_document_is_that_of_the_routes() -> None:
    committed = (ROOT / PATH).read_text(encoding="utf-8")
    assert committed == write_text(DOCUMENT), f"{PATH} is not up to date: run `make openapi`"


def test_a_change_that_breaks_clients_has_another_version() -> None:
    broken = [found for released in read_released() for found in refuse_breaks(released, DOCUMENT)]
    assert broken == [], "keep to what was, or move API_VERSION, and run `make openapi`"


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.1.9", False),
        ("0.1.9", "0.2.0", True),
        ("0.9.0", "0.10.0", True),
        ("0.2.0", "0.1.0", False),
        ("0.2.0", "1.0.0", True),
        ("1.0.0", "1.1.0", False),
        ("1.4.0", "2.0.0", True),
        ("2.0.0", "1.9.0", False),
        ("2.0.0", "0.9.0", False),
    ],
)
def test_versions_that_may_break(before: str, after: str, *, moved: bool) -> None:
    assert has_moved(before, after) == moved


def _make() -> Json:
    """A small document with a little of everything."""
    thing: Json = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 10},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "size": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
            "more": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        },
        "required": ["name"],
    }
    ref = {"schema": {"$ref": "#/components/schemas/Thing"}}
    body = {"schema": {"$ref": "#/components/schemas/NewThing"}}
    operation = {
        "operationId": "make_thing",
        "security": [],
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
        ],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {
            "200": {"headers": {"ETag": {}}, "content": {"application/json": ref}},
            "404": {},
        },
    }
    new_thing: Json = copy.deepcopy(thing) | {"additionalProperties": False}
    new_thing["properties"]["more"]["items"]["$ref"] = "#/components/schemas/NewThing"
    return {
        "info": {"version": "0.1.0"},
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": {"Thing": thing, "NewThing": new_thing}},
    }


def _operation(document: Json) -> Json:
    found: Json = document["paths"]["/things"]["post"]
    return found


def _answered(document: Json) -> Json:
    found: Json = document["components"]["schemas"]["Thing"]
    return found


def _taken(document: Json) -> Json:
    found: Json = document["components"]["schemas"]["NewThing"]
    return found


_NEW_PARAMETER: Json = {"name": "sort", "in": "query", "schema": {"type": "string"}}

BREAKS: dict[str, Edit] = {
    "a path is gone": lambda d: d["paths"].clear(),
    "a method is gone": lambda d: d["paths"]["/things"].clear(),
    "an operation is renamed": lambda d: _operation(d).update(operationId="create"),
    "a scope is asked for": lambda d: _operation(d).update(security=[{"bearer": ["a"]}]),
    "a parameter is gone": lambda d: _operation(d).pop("parameters"),
    "a parameter is required": lambda d: _operation(d)["parameters"][0].update(required=True),
    "a new parameter is required": lambda d: _operation(d)["parameters"].append(
        _NEW_PARAMETER | {"required": True}
    ),
    "a parameter takes less": lambda d: _operation(d)["parameters"][0]["schema"].update(maximum=50),
    "a body is not taken as it was": lambda d: _operation(d)["requestBody"].update(
        content={"application/xml": {"schema": {}}}
    ),
    "a status is gone": lambda d: _operation(d)["responses"].pop("404"),
    "a status that is no error is new": lambda d: _operation(d)["responses"].update({"202": {}}),
    "a header is gone": lambda d: _operation(d)["responses"]["200"]["headers"].clear(),
    "an answer has another media type": lambda d: _operation(d)["responses"]["200"].update(
        content={"text/csv": {"schema": {"type": "string"}}}
    ),
    "a property is no more answered": lambda d: _answered(d)["properties"].pop("kind"),
    "a property may be missing in an answer": lambda d: _answered(d)["required"].remove("name"),
    "another value is answered": lambda d: _answered(d)["properties"]["kind"]["enum"].append("c"),
    "any value is answered": lambda d: _answered(d)["properties"]["kind"].pop("enum"),
    "another type is answered": lambda d: _answered(d)["properties"]["name"].update(
        type=["string", "null"]
    ),
    "a longer text is answered": lambda d: _answered(d)["properties"]["name"].update(maxLength=20),
    "a smaller number is answered": lambda d: _answered(d)["properties"]["size"]["anyOf"][0].update(
        minimum=0
    ),
    "a property is required of a body": lambda d: _taken(d)["required"].append("kind"),
    "a property is not taken any more": lambda d: _taken(d)["properties"].pop("kind"),
    "a value is not taken any more": lambda d: _taken(d)["properties"]["kind"]["enum"].remove("b"),
    "null is not taken any more": lambda d: _taken(d)["properties"]["size"]["anyOf"].pop(),
    "a text has to be shorter": lambda d: _taken(d)["properties"]["name"].update(maxLength=5),
    "a text has to look otherwise": lambda d: _taken(d)["properties"]["name"].update(pattern="^a"),
    "a number has to be whole": lambda d: _taken(d)["properties"]["size"].update(
        anyOf=[{"type": "integer", "minimum": 2}, {"type": "null"}]
    ),
}
KEEPS: dict[str, Edit] = {
    "words": lambda d: _operation(d).update(summary="Other words"),
    "a path is new": lambda d: d["paths"].update({"/others": {}}),
    "a method is new": lambda d: d["paths"]["/things"].update({"get": {}}),
    "a parameter is new": lambda d: _operation(d)["parameters"].append(_NEW_PARAMETER),
    "a parameter takes more": lambda d: _operation(d)["parameters"][0]["schema"].pop("maximum"),
    "no scope is asked for": lambda d: _operation(d).update(security=[]),
    "an error is new": lambda d: _operation(d)["responses"].update({"409": {}}),
    "a header is new": lambda d: _operation(d)["responses"]["200"]["headers"].update(Link={}),
    "a property is new in answers": lambda d: _answered(d)["properties"].update(new={}),
    "a property is always answered": lambda d: _answered(d)["required"].append("kind"),
    "fewer values are answered": lambda d: _answered(d)["properties"]["kind"]["enum"].pop(),
    "null is not answered any more": lambda d: _answered(d)["properties"]["size"]["anyOf"].pop(),
    "a property is new in bodies": lambda d: _taken(d)["properties"].update(new={}),
    "a property may be left out": lambda d: _taken(d)["required"].clear(),
    "another value is taken": lambda d: _taken(d)["properties"]["kind"]["enum"].append("c"),
    "any text is taken": lambda d: _taken(d)["properties"]["name"].pop("maxLength"),
    "any number is taken": lambda d: _taken(d)["properties"]["size"].update(
        anyOf=[{"type": "number"}, {"type": "null"}]
    ),
}


@pytest.mark.parametrize("edit", BREAKS.values(), ids=BREAKS)
def test_what_breaks_clients_is_found(edit: Edit) -> None:
    after = _make()
    edit(after)
    assert find_breaks(_make(), after)


@pytest.mark.parametrize("edit", KEEPS.values(), ids=KEEPS)
def test_what_clients_can_live_with_is_let_through(edit: Edit) -> None:
    after = _make()
    edit(after)
    assert find_breaks(_make(), after) == []


def test_a_document_breaks_nothing_of_itself() -> None:
    assert find_breaks(DOCUMENT, DOCUMENT) == []


def test_a_break_is_named_with_its_place() -> None:
    after = _make()
    _answered(after)["properties"].pop("kind")
    [first, *_] = find_breaks(_make(), after)
    assert first == "POST /things, 200 kind: it is not described"


def test_another_version_may_break() -> None:
    after = _make()
    after["paths"].clear()
    assert refuse_breaks(_make(), after) == ["POST /things: it is gone"]
    after["info"]["version"] = "0.2.0"
    assert refuse_breaks(_make(), after) == []


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., None]:
    """A repository of its own; call it with what git is to do."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "docs").mkdir()
    git("init", "--initial-branch=main")
    return git


def _write(root: Path, version: str) -> None:
    document = _make() | {"info": {"version": version}}
    (root / PATH).write_text(write_text(document), encoding="utf-8")


def _versions(root: Path) -> list[str]:
    return [document["info"]["version"] for document in read_released(root)]


def test_a_document_is_held_to_the_last_commit_until_there_is_a_release(
    repository: Callable[..., None], tmp_path: Path
) -> None:
    assert _versions(tmp_path) == []
    _write(tmp_path, "0.1.0")
    assert _versions(tmp_path) == ["0.1.0"]
    repository("add", ".")
    repository("commit", "-m", "one")
    _write(tmp_path, "0.2.0")
    assert _versions(tmp_path) == ["0.2.0", "0.1.0"]
    (tmp_path / PATH).unlink()
    assert _versions(tmp_path) == ["0.1.0"]


def test_a_document_is_held_to_the_last_release(
    repository: Callable[..., None], tmp_path: Path
) -> None:
    for version in ("0.1.0", "0.2.0"):
        _write(tmp_path, version)
        repository("add", ".")
        repository("commit", "-m", version)
        if version == "0.1.0":
            repository("tag", "v0.1.0")
    assert _versions(tmp_path) == ["0.2.0", "0.1.0"]
