"""Breaking changes of the OpenAPI document, and the released documents it is compared with."""

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.openapi.document import make_document
from infra.openapi.breaking import find_breaks, may_break
from infra.openapi.released import PATH, find_unversioned_breaks, make_text, read_released
from infra.packaging.package import ROOT

Json = dict[str, Any]
Edit = Callable[[Json], object]

DOCUMENT = make_document(app.routes)


def test_committed_document_matches_the_routes() -> None:
    committed = (ROOT / PATH).read_text(encoding="utf-8")
    assert committed == make_text(DOCUMENT), f"{PATH} is outdated: run `make openapi`"


def test_breaking_change_has_a_new_version() -> None:
    broken = [
        found
        for released in read_released()
        for found in find_unversioned_breaks(released, DOCUMENT)
    ]
    assert broken == [], "undo the change, or raise API_VERSION, and run `make openapi`"


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
    assert may_break(before, after) == moved


def _make() -> Json:
    """Return a small document with one of everything."""
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
    "path removed": lambda d: d["paths"].clear(),
    "method removed": lambda d: d["paths"]["/things"].clear(),
    "operation renamed": lambda d: _operation(d).update(operationId="create"),
    "scope required": lambda d: _operation(d).update(security=[{"bearer": ["a"]}]),
    "parameter removed": lambda d: _operation(d).pop("parameters"),
    "parameter required": lambda d: _operation(d)["parameters"][0].update(required=True),
    "new parameter required": lambda d: _operation(d)["parameters"].append(
        _NEW_PARAMETER | {"required": True}
    ),
    "parameter narrowed": lambda d: _operation(d)["parameters"][0]["schema"].update(maximum=50),
    "body media type replaced": lambda d: _operation(d)["requestBody"].update(
        content={"application/xml": {"schema": {}}}
    ),
    "status removed": lambda d: _operation(d)["responses"].pop("404"),
    "new success status": lambda d: _operation(d)["responses"].update({"202": {}}),
    "header removed": lambda d: _operation(d)["responses"]["200"]["headers"].clear(),
    "response media type replaced": lambda d: _operation(d)["responses"]["200"].update(
        content={"text/csv": {"schema": {"type": "string"}}}
    ),
    "property removed from responses": lambda d: _answered(d)["properties"].pop("kind"),
    "property optional in responses": lambda d: _answered(d)["required"].remove("name"),
    "new value in responses": lambda d: _answered(d)["properties"]["kind"]["enum"].append("c"),
    "any value in responses": lambda d: _answered(d)["properties"]["kind"].pop("enum"),
    "new type in responses": lambda d: _answered(d)["properties"]["name"].update(
        type=["string", "null"]
    ),
    "longer string in responses": lambda d: _answered(d)["properties"]["name"].update(maxLength=20),
    "smaller number in responses": lambda d: _answered(d)["properties"]["size"]["anyOf"][0].update(
        minimum=0
    ),
    "property required in requests": lambda d: _taken(d)["required"].append("kind"),
    "property rejected in requests": lambda d: _taken(d)["properties"].pop("kind"),
    "value rejected in requests": lambda d: _taken(d)["properties"]["kind"]["enum"].remove("b"),
    "null rejected in requests": lambda d: _taken(d)["properties"]["size"]["anyOf"].pop(),
    "shorter string in requests": lambda d: _taken(d)["properties"]["name"].update(maxLength=5),
    "new pattern in requests": lambda d: _taken(d)["properties"]["name"].update(pattern="^a"),
    "larger minimum in requests": lambda d: _taken(d)["properties"]["size"].update(
        anyOf=[{"type": "integer", "minimum": 2}, {"type": "null"}]
    ),
}
KEEPS: dict[str, Edit] = {
    "new summary": lambda d: _operation(d).update(summary="Other summary"),
    "path added": lambda d: d["paths"].update({"/others": {}}),
    "method added": lambda d: d["paths"]["/things"].update({"get": {}}),
    "optional parameter added": lambda d: _operation(d)["parameters"].append(_NEW_PARAMETER),
    "parameter widened": lambda d: _operation(d)["parameters"][0]["schema"].pop("maximum"),
    "scope removed": lambda d: _operation(d).update(security=[]),
    "error status added": lambda d: _operation(d)["responses"].update({"409": {}}),
    "header added": lambda d: _operation(d)["responses"]["200"]["headers"].update(Link={}),
    "property added to responses": lambda d: _answered(d)["properties"].update(new={}),
    "property always in responses": lambda d: _answered(d)["required"].append("kind"),
    "fewer values in responses": lambda d: _answered(d)["properties"]["kind"]["enum"].pop(),
    "null removed from responses": lambda d: _answered(d)["properties"]["size"]["anyOf"].pop(),
    "property added to requests": lambda d: _taken(d)["properties"].update(new={}),
    "property optional in requests": lambda d: _taken(d)["required"].clear(),
    "value added to requests": lambda d: _taken(d)["properties"]["kind"]["enum"].append("c"),
    "any string in requests": lambda d: _taken(d)["properties"]["name"].pop("maxLength"),
    "any number in requests": lambda d: _taken(d)["properties"]["size"].update(
        anyOf=[{"type": "number"}, {"type": "null"}]
    ),
}


@pytest.mark.parametrize("edit", BREAKS.values(), ids=BREAKS)
def test_breaking_change_is_found(edit: Edit) -> None:
    after = _make()
    edit(after)
    assert find_breaks(_make(), after)


@pytest.mark.parametrize("edit", KEEPS.values(), ids=KEEPS)
def test_compatible_change_is_allowed(edit: Edit) -> None:
    after = _make()
    edit(after)
    assert find_breaks(_make(), after) == []


def test_document_does_not_break_itself() -> None:
    assert find_breaks(DOCUMENT, DOCUMENT) == []


def test_breaking_change_has_its_place() -> None:
    after = _make()
    _answered(after)["properties"].pop("kind")
    [first, *_] = find_breaks(_make(), after)
    assert first == "POST /things, 200 kind: not described"


def test_new_version_may_break_clients() -> None:
    after = _make()
    after["paths"].clear()
    assert find_unversioned_breaks(_make(), after) == ["POST /things: removed"]
    after["info"]["version"] = "0.2.0"
    assert find_unversioned_breaks(_make(), after) == []


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., None]:
    """A new repository; call it with the arguments of git."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "docs").mkdir()
    git("init", "--initial-branch=main")
    return git


def _write(root: Path, version: str) -> None:
    document = _make() | {"info": {"version": version}}
    (root / PATH).write_text(make_text(document), encoding="utf-8")


def _versions(root: Path) -> list[str]:
    return [document["info"]["version"] for document in read_released(root)]


def test_document_is_compared_with_the_last_commit_before_a_release(
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


def test_document_is_compared_with_the_last_release(
    repository: Callable[..., None], tmp_path: Path
) -> None:
    for version in ("0.1.0", "0.2.0"):
        _write(tmp_path, version)
        repository("add", ".")
        repository("commit", "-m", version)
        if version == "0.1.0":
            repository("tag", "v0.1.0")
    assert _versions(tmp_path) == ["0.2.0", "0.1.0"]
