"""The document and the table of routes say the same, and neither can move alone."""

import ast
import inspect
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from app import app
from chalicelib.http.operations import Operation, operation_of
from chalicelib.http.parsing import Query
from chalicelib.openapi.document import make_document
from chalicelib.openapi.parts import TAGS
from infra.packaging.package import ROOT

Json = dict[str, Any]

DOCUMENT = make_document(app.routes)
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
NAMES = sorted(OPERATIONS)


def view_of(name: str) -> Any:
    method, path, _ = OPERATIONS[name]
    return app.routes[path][method].view_function


def said_of(name: str) -> Operation:
    return operation_of(view_of(name))


def parameters_of(name: str, place: str) -> dict[str, Json]:
    parameters = OPERATIONS[name][2].get("parameters", [])
    return {given["name"]: given for given in parameters if given["in"] == place}


def find_schemas(node: Any) -> Iterator[str]:
    """Yield the name of every schema that is referred to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from find_schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from find_schemas(value)


def models_read_by(view: Any, reader: str) -> set[str]:
    """Return the names of the models that a view asks `reader` to read."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view))))
    return {
        ast.unparse(node.args[1])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == reader
    }


def find_choices(node: Any) -> Iterator[list[Json]]:
    """Yield the schemas of which a value has to fit any."""
    if isinstance(node, dict):
        yield from [node["anyOf"]] if "anyOf" in node else []
        for value in node.values():
            yield from find_choices(value)
    elif isinstance(node, list):
        for value in node:
            yield from find_choices(value)


def test_every_route_is_in_the_document_and_no_other() -> None:
    routes = {(m, path) for path, methods in app.routes.items() for m in methods if m != "HEAD"}
    assert {(method, path) for method, path, _ in OPERATIONS.values()} == routes
    assert len(OPERATIONS) == len(routes), "two operations have one name"


@pytest.mark.parametrize("name", NAMES)
def test_operation_has_the_name_and_summary_of_its_view(name: str) -> None:
    view, operation = inspect.unwrap(view_of(name)), OPERATIONS[name][2]
    words = " ".join(str(inspect.getdoc(view)).split())
    assert view.__name__ == name
    assert words.startswith(operation["summary"])
    assert operation["tags"] == [said_of(name).tag]
    assert said_of(name).tag in TAGS


@pytest.mark.parametrize("name", NAMES)
def test_path_parameters_are_those_that_the_view_takes(name: str) -> None:
    taken = list(inspect.signature(view_of(name)).parameters)[1:]  # the first is the request
    assert list(parameters_of(name, "path")) == taken
    assert re.findall(r"{(\w+)}", OPERATIONS[name][1]) == taken


@pytest.mark.parametrize("name", NAMES)
def test_query_parameters_are_those_that_the_view_reads(name: str) -> None:
    query = said_of(name).query
    assert models_read_by(view_of(name), "read_query") - {"Query"} == {query.__name__} - {"Query"}
    fields = {field.alias or name for name, field in query.model_fields.items()}
    assert parameters_of(name, "query").keys() == fields
    assert issubclass(query, Query)


@pytest.mark.parametrize("name", NAMES)
def test_a_body_is_described_where_the_view_reads_one(name: str) -> None:
    body, described = said_of(name).body, OPERATIONS[name][2].get("requestBody")
    assert models_read_by(view_of(name), "read_body") == ({body.__name__} if body else set())
    assert bool(described) == bool(body)
    if body:
        assert set(find_schemas(described)) == {body.__name__}


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_and_body_has_an_example_that_is_true(name: str) -> None:
    operation = OPERATIONS[name][2]
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [answer.get("content", {}) for answer in operation["responses"].values()]
    for media_type, content in ((m, c) for found in contents for m, c in found.items()):
        if "json" in media_type and "$ref" in content["schema"]:
            whole = content["schema"] | {"components": DOCUMENT["components"]}
            Draft202012Validator(whole).validate(content["example"])


@pytest.mark.parametrize("name", NAMES)
def test_every_error_is_on_the_page_of_errors_with_its_status(name: str) -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \| ([^|]+) \|", text, re.MULTILINE)
    known = {
        (status, code)
        for statuses, codes in rows
        for status in re.findall(r"\d+", statuses)
        for code in re.findall(r"`(\w+)`", codes)
    }
    answered = OPERATIONS[name][2]["responses"].items()
    assert {(s, code) for s, response in answered for code in response.get("x-codes", ())} <= known


def test_every_schema_is_used_and_there() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert set(find_schemas(DOCUMENT)) == set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_no_schema_has_a_default_which_generated_clients_would_have_to_give() -> None:
    properties = [
        (name, given)
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for given in schema.get("properties", {}).values()
    ]
    assert len(properties) > 100
    assert [name for name, given in properties if "default" in given] == []


def test_a_product_is_asked_for_by_the_id_that_it_has() -> None:
    answered = DOCUMENT["components"]["schemas"]["Product"]["properties"]["id"]
    named = [
        parameter["schema"]["type"]
        for _, path, operation in OPERATIONS.values()
        if path == "/products/{product_id}"
        for parameter in operation["parameters"]
        if parameter["in"] == "path"
    ]
    assert named == [answered["type"]] * 4


def test_answers_are_models_of_answers() -> None:
    for name in NAMES:
        for answer in said_of(name).responses.values():
            if isinstance(answer.body, type) and issubclass(answer.body, BaseModel):
                assert not answer.body.model_config.get("extra"), name


def test_the_document_is_the_same_in_every_process() -> None:
    script = (
        "import json; from app import app;"
        "from chalicelib.openapi.document import make_document;"
        "print(json.dumps(make_document(app.routes)))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == json.dumps(DOCUMENT)


@pytest.mark.parametrize("name", NAMES)
def test_request_schemas_have_one_type_or_null(name: str) -> None:
    # With several types, each would report an error, under a name that isn't in the request.
    _, _, operation = OPERATIONS[name]
    schemas = DOCUMENT["components"]["schemas"]
    sent = [operation.get("requestBody", {}), *operation.get("parameters", [])]
    for schema in [*sent, *(schemas[found] for found in find_schemas(sent))]:
        for choices in find_choices(schema):
            kinds = [choice for choice in choices if choice != {"type": "null"}]
            assert len(kinds) <= 1, kinds
