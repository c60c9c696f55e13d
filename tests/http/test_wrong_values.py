"""Invalid input to any route: problems name what the client sent, in plain words."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from app import app
from chalicelib.errors import FieldProblem
from chalicelib.http.faults import field_problems
from chalicelib.http.operations import operation_of
from chalicelib.http.parsing import Body, Query
from chalicelib.products.rules import make_rules
from tests.architecture.test_error_codes import documented

OPERATIONS = [operation_of(r.view_function) for m in app.routes.values() for r in m.values()]
BODIES = sorted({o.body for o in OPERATIONS if o.body}, key=lambda model: model.__name__)
QUERIES = sorted({o.query for o in OPERATIONS}, key=lambda model: model.__name__)

TEXTS = ["", " ", "\0", "x", "-1", "1e5", "1.234", "9" * 30, "9" * 5000, "x" * 3000, "2026-01-01"]
TEXTS += ["2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59-20:00"]
SINGLE = [None, True, 0, -1, 1.5, 10**30, 1e300, *TEXTS]
VALUES: list[Any] = [*SINGLE, [], {}, [None], [[]], {"": 1}, {"[key]": 1}, {"a": 1}, {"a.b": None}]
VALUES += [{"": []}, {"": {"[key]": 1}}, {"x" * 300: 1}]
VALUES += [[1] * 10_001, ["x"] * 10_001, {str(n): "sku" for n in range(1001)}]
FOREIGN = re.compile(
    r"pydantic|literal|validat|model|dict|match|instance|parse|\bint\b|\bbool|\bNone|\bTrue"
    r"|Decimal|datetime|timezone|\bstr\b|\bInput\b"
)


def make_value(schema: Any, definitions: Any) -> Any:
    """Return a value of a schema's form, with every member that it names."""
    if "$ref" in schema:
        return make_value(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return make_value(schema["anyOf"][0], definitions)
    if "properties" in schema:
        return {n: make_value(s, definitions) for n, s in schema["properties"].items()}
    if "additionalProperties" in schema:
        return {"[key]": make_value(schema["additionalProperties"], definitions)}
    return [make_value(schema["items"], definitions)] if "items" in schema else None


def find_places(value: Any, *steps: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to each value within a value, itself included."""
    yield steps
    inner = value if isinstance(value, dict) else {}
    inner = dict(enumerate(value)) if isinstance(value, list) else inner
    for step, found in inner.items():
        yield from find_places(found, *steps, step)


def put(whole: Any, steps: tuple[str | int, ...], value: Any) -> Any:
    """Return `whole` with another value at the end of a way."""
    if not steps:
        return value
    whole = deepcopy(whole)
    place = whole
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    return whole


def path_of(steps: tuple[str | int, ...]) -> str:
    return ".".join(str(step)[:100] for step in steps)  # a long name is truncated


def find_problems(model: type[Body] | type[Query], sent: Any) -> list[FieldProblem]:
    """Return the problems of `sent`; none if it is valid."""
    try:
        if issubclass(model, Body):
            model.model_validate_json(json.dumps(sent), context=make_rules(128, 512))
        else:
            model.model_validate(sent)
    except ValidationError as error:
        return field_problems(error, sent)
    return []


def check_problems(problems: list[FieldProblem], sent: Any) -> None:
    """Fail unless each problem is about something sent, or missing there, and in plain words."""
    places = {path_of(steps) for steps in find_places(sent)}
    for problem in problems:
        parent = problem.field.rpartition(".")[0]
        assert problem.field in places or (problem.code == "required" and parent in places)
        assert not FOREIGN.search(f"{problem.code} {problem.message}".replace("[key]", "")), problem
        assert problem.code in documented(), problem
        assert re.fullmatch(r"[A-Z].*\.", problem.message), problem


@pytest.mark.parametrize("model", BODIES)
def test_an_invalid_value_of_a_body_is_reported_once_with_its_path(model: type[Body]) -> None:
    schema = model.model_json_schema()
    usual = make_value(schema, schema.get("$defs", {}))
    for steps in find_places(usual):
        is_rejected = False
        for value in VALUES:
            sent = put(usual, steps, value)
            problems = find_problems(model, sent)
            check_problems(problems, sent)
            reported = [found.field for found in problems if found.field == path_of(steps)]
            assert len(reported) <= 1, (steps, value, problems)
            is_rejected = is_rejected or bool(reported)
        assert is_rejected, f"nothing that is sent as {path_of(steps)} is rejected"


@pytest.mark.parametrize("model", QUERIES)
def test_an_invalid_query_parameter_is_reported_once_by_name(model: type[Query]) -> None:
    names = [field.alias or name for name, field in model.model_fields.items()]
    for name in [*names, "page", "[key]", ""]:
        rejected = [text for text in TEXTS if find_problems(model, {name: text})]
        assert rejected, f"nothing that is sent as {name} is rejected"
        for text in rejected:
            problems = find_problems(model, {name: text})
            check_problems(problems, {name: text})
            assert [found.field for found in problems] == [name]


@pytest.mark.parametrize("model", BODIES)
def test_the_shortest_length_is_one(model: type[Body]) -> None:
    # The message for a value that is too short says that it must not be empty.
    shortest = re.findall(
        r'"min(?:Length|Items|Properties)": (\d+)', json.dumps(model.model_json_schema())
    )
    assert set(shortest) <= {"1"}
