"""The routes of profiles."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.http.conditional import check_if_match
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import IDEMPOTENCY_KEY, IF_MATCH, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.http.scopes import ANY_KEY
from chalicelib.http.sizes import PageBudget, measure
from chalicelib.imports.options import ImportOptions
from chalicelib.profiles.models import PREFIX, Profile
from chalicelib.profiles.requests import ChangeProfile, CreateProfile
from chalicelib.profiles.responses import (
    PROFILE_EXAMPLE,
    ProfileId,
    ProfilePage,
    ProfileResponse,
)
from chalicelib.profiles.service import (
    Check,
    add_profile,
    get_profile_or_404,
    remove_profile,
    show_profile,
    update_profile,
)
from chalicelib.profiles.template import MEDIA_TYPE, make_template, name_file

routes = Routes(__name__)

_MISSING = {404: ["profile_not_found"]}
_CHANGED = {412: ["precondition_failed"]}
_TEMPLATE = ResponseSpec(MEDIA_TYPE, ["Content-Disposition"])
_READ = ResponseSpec(ProfileResponse, ["ETag"], example=PROFILE_EXAMPLE)


@routes.route(
    "/profiles",
    methods=["POST"],
    scope="imports:write",
    operation=Operation(
        tag="profiles",
        body=CreateProfile,
        headers=[IDEMPOTENCY_KEY],
        responses={
            201: ResponseSpec(ProfileResponse, ["ETag", "Location"], example=PROFILE_EXAMPLE)
        },
        errors={**_MISSING, 409: ["profile_name_taken", "too_many_profiles"]},
        example={"name": "Spring supplier", "job_id": "job_01m85g57s7w6pgg03m8hrxcz85"},
    ),
)
def create_profile(request: Request) -> Response:
    """Create a profile, from options or from an import."""
    read_query(request, Query)
    asked, served = read_body(request, CreateProfile), services()

    def create() -> dict[str, Any]:
        return {"profile_id": add_profile(served.profiles, served.jobs, asked).profile_id}

    made = do_once(served.idempotency, request, "POST /profiles", asked, create)["profile_id"]
    location = {"Location": make_relative_url(request, f"/profiles/{made}")}
    return _respond(get_profile_or_404(served.profiles, made), 201, location)


@routes.route(
    "/profiles",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="profiles",
        query=Paging,
        responses={
            200: ResponseSpec(
                ProfilePage, ["Link"], example={"items": [PROFILE_EXAMPLE], "next_cursor": None}
            )
        },
    ),
)
def list_profiles(request: Request) -> Response:
    """List profiles, newest first."""
    query = read_query(request, Paging)
    after = read_id_cursor(query, "profiles", PREFIX)
    found = [show_profile(p) for p in services().profiles.list_profiles(query.limit + 1, after)]
    page = found[: PageBudget(query.limit).take(map(measure, found))]
    has_more = len(found) > len(page)
    next_cursor = make_cursor(query, "profiles", page[-1].profile_id) if has_more else None
    return make_page_response(page, query, next_cursor)


@routes.route(
    "/profiles/{profile_id}",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(tag="profiles", responses={200: _READ}, errors=_MISSING),
)
def show_one_profile(request: Request, profile_id: ProfileId) -> Response:
    """Show a profile."""
    read_query(request, Query)
    return _respond(get_profile_or_404(services().profiles, profile_id))


@routes.route(
    "/profiles/{profile_id}",
    methods=["PATCH"],
    scope="imports:write",
    operation=Operation(
        tag="profiles",
        body=ChangeProfile,
        headers=[IF_MATCH],
        responses={200: _READ},
        errors=_MISSING | _CHANGED | {409: ["profile_name_taken"]},
        example={"name": "Summer supplier"},
    ),
)
def change_profile(request: Request, profile_id: ProfileId) -> Response:
    """Change the given fields of a profile; `options` are replaced as a whole."""
    read_query(request, Query)
    asked = read_body(request, ChangeProfile)
    return _respond(update_profile(services().profiles, profile_id, asked, _make_check(request)))


@routes.route(
    "/profiles/{profile_id}",
    methods=["DELETE"],
    scope="imports:write",
    operation=Operation(
        tag="profiles",
        headers=[IF_MATCH],
        responses={204: ResponseSpec()},
        errors=_MISSING | _CHANGED,
    ),
)
def delete_profile(request: Request, profile_id: ProfileId) -> Response:
    """Delete a profile. Imports that used it keep their options."""
    read_query(request, Query)
    remove_profile(services().profiles, profile_id, _make_check(request))
    return make_response("", 204)


@routes.route(
    "/profiles/{profile_id}/template",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(tag="profiles", responses={200: _TEMPLATE}, errors=_MISSING),
)
def show_profile_template(request: Request, profile_id: ProfileId) -> Response:
    """Return a CSV file with the header row that the profile expects."""
    read_query(request, Query)
    profile = get_profile_or_404(services().profiles, profile_id)
    options = ImportOptions.from_json(profile.options)
    return _respond_file(make_template(options, profile.header), profile.name)


@routes.route(
    "/imports/template",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(tag="imports", responses={200: _TEMPLATE}),
)
def show_import_template(request: Request) -> Response:
    """Return a CSV file with a header row of all product fields."""
    read_query(request, Query)
    return _respond_file(make_template(ImportOptions()), "products")


def _respond_file(text: str, name: str) -> Response:
    headers = {"Content-Type": f"{MEDIA_TYPE}; charset=utf-8"}
    return make_response(text, headers=headers | {"Content-Disposition": name_file(name)})


def _make_check(request: Request) -> Check:
    """Return a check that raises when If-Match names another version of the profile."""
    return lambda found: check_if_match(request, found.etag)


def _respond(
    profile: Profile, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return make_response(show_profile(profile), status, {"ETag": profile.etag} | (headers or {}))
