"""The messages that a webhook receives, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from chalicelib.http.responses import ResponseBody

_TIME: Any = Annotated[
    str,
    Field(description="When the event happened.", json_schema_extra={"format": "date-time"}),
]


class WebhookTestEventBody(ResponseBody):
    """The data of a test message."""

    webhook_id: str


def make_messages(data: Mapping[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Return the model of the message of each event type, for the models of their data."""
    found: dict[str, type[BaseModel]] = {}
    for model in dict.fromkeys(data.values()):
        types = tuple(name for name, of in data.items() if of is model)
        one_of_types: Any = Literal[types]
        message = create_model(
            model.__name__.replace("EventBody", "Message"),
            __base__=ResponseBody,
            __doc__="A message to a webhook. Its id is in the header `webhook-id`.",
            type=(one_of_types, ...),
            timestamp=(_TIME, ...),
            data=(model, ...),
        )
        found |= dict.fromkeys(types, message)
    return found
