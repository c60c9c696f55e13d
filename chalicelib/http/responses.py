"""Base models of response bodies, which keep responses and their documentation the same."""

from pydantic import BaseModel, ConfigDict


class ResponseBody(BaseModel):
    """Base model of response bodies.

    A field with a default may be missing, every other field is always present. A model is built at
    its first use, which keeps cold starts short. Its schema is named without the "Response" suffix.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)


class Page(ResponseBody):
    """A page of a list; a list adds the type of its items."""

    next_cursor: str | None
