"""JSON Schemas of the models, as the document has them."""

from enum import Enum
from typing import Annotated, Any

from pydantic import Field

from chalicelib.http.parsing import Query
from chalicelib.http.responses import ResponseBody
from chalicelib.openapi.schemas import make_schemas, read_parameters


class InnerResponse(ResponseBody):
    """What is inside."""

    title: str


class OuterResponse(ResponseBody):
    """What is outside."""

    inner: InnerResponse | None
    note: str = ""


class Sort(Enum):
    """An order."""

    NAME = "name"


class ThingsQuery(Query):
    """Filters."""

    name: Annotated[str, Field(description="Its name.")]
    price_from: Annotated[float | None, Field(alias="price[gte]")] = None
    either: int | bool | None = None
    limit: int = 25
    sort: Sort = Sort.NAME


def test_answers_lose_their_suffix_and_made_up_titles() -> None:
    references, schemas = make_schemas([(OuterResponse, "serialization")])
    assert references[OuterResponse, "serialization"] == {"$ref": "#/components/schemas/Outer"}
    assert schemas == {
        "Inner": {
            "description": "What is inside.",
            "type": "object",
            "properties": {"title": {"type": "string"}},
            "required": ["title"],
        },
        "Outer": {
            "description": "What is outside.",
            "type": "object",
            "properties": {
                "inner": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]},
                "note": {"type": "string", "description": 'Default: `""`.'},
            },
            "required": ["inner"],
        },
    }


def test_parameters_are_never_null() -> None:
    found: dict[str, Any] = read_parameters(ThingsQuery)
    assert found == {
        "name": ({"type": "string", "description": "Its name."}, True),
        "price[gte]": ({"type": "number"}, False),
        "either": ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, False),
        "limit": ({"type": "integer", "default": 25}, False),
        "sort": (
            {
                "type": "string",
                "description": "An order.",
                "enum": ["name"],
                "default": "name",
            },
            False,
        ),
    }
