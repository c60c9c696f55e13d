"""Response models of profiles, with an example."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.jobs.models import Json
from chalicelib.jobs.responses import Time
from chalicelib.profiles.models import PROFILE_ID

_EXAMPLE_ID = "prf_01m85g57s7w6pgg03m8hrxcz85"
ProfileId = Annotated[str, Field(pattern=PROFILE_ID, examples=[_EXAMPLE_ID])]


class ProfileResponse(ResponseBody):
    """The saved options of imports of one kind of file."""

    profile_id: ProfileId
    name: str
    options: Annotated[Json, Field(description="Its import options, with their defaults.")]
    header: Annotated[
        list[str] | None,
        Field(description="Column names of the file that it was made from; null if unknown."),
    ]
    created_at: Time
    updated_at: Time
    last_used_at: Annotated[
        Time | None, Field(description="When an import last used it; the `ETag` doesn't change.")
    ]
    links: Annotated[dict[str, str], Field(description="Paths from the API's root.")]


class ProfilePage(Page):
    """A page of profiles, newest first."""

    items: list[ProfileResponse]


PROFILE_EXAMPLE: Json = {
    "profile_id": _EXAMPLE_ID,
    "name": "Spring supplier",
    "options": {"mapping": {"Titel": "name"}, "blank": {"price": "keep"}},
    "header": ["SKU", "Titel", "Preis"],
    "created_at": "2026-11-24T09:30:00.000Z",
    "updated_at": "2026-11-24T09:30:00.000Z",
    "last_used_at": None,
    "links": {
        "self": f"/profiles/{_EXAMPLE_ID}",
        "template": f"/profiles/{_EXAMPLE_ID}/template",
    },
}
