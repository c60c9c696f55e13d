"""The models of what the API answers; a view that answers one cannot leave its document."""

from pydantic import BaseModel, ConfigDict


class ResponseBody(BaseModel):
    """Base of the models of answers.

    A field that has a default may be missing; every other is always there. Built when it is first
    used, which keeps cold starts short. The document leaves "Response" out of a model's name.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)


class Page(ResponseBody):
    """A page of a list; a list says what its items are."""

    next_cursor: str | None
