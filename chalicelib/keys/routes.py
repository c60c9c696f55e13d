"""The routes of API keys."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.callers import read_caller
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.http.scopes import ANY_KEY
from chalicelib.ids import is_id
from chalicelib.keys.models import ApiKey, sort_scopes
from chalicelib.keys.requests import CreateKey, check_future, check_grantable
from chalicelib.keys.responses import (
    CALLER_EXAMPLE,
    KEY_EXAMPLE,
    CallerResponse,
    KeyPage,
    KeyResponse,
    NewKeyResponse,
)
from chalicelib.keys.tokens import KEY_PREFIX, KeyToken, hash_secret, new_token
from chalicelib.times import format_time

routes = Routes(__name__)


@routes.route(
    "/keys",
    methods=["POST"],
    scope="keys:write",
    operation=Operation(
        tag="keys",
        body=CreateKey,
        headers=[IDEMPOTENCY_KEY],
        responses={
            201: ResponseSpec(NewKeyResponse, ["Location"], example=KEY_EXAMPLE | {"key": "pi_…"})
        },
        errors={403: ["scope_not_held"], 409: ["key_shown_once"]},
        example={"name": "nightly import", "scopes": ["products:read", "imports:write"]},
    ),
)
def create_key(request: Request) -> Response:
    """Create a key. Only this response has its text."""
    read_query(request, Query)
    asked, now = read_body(request, CreateKey), datetime.now(UTC)
    check_grantable(asked.scopes, read_caller(request).scopes)
    check_future(asked.expires_at, now)
    token = new_token(now)

    def create() -> dict[str, Any]:
        services().keys.create(_make_key(asked, token, now))
        return {"key_id": token.key_id}  # stored for a day, so without the secret

    created = do_once(services().idempotency, request, "POST /keys", asked, create)
    if created["key_id"] != token.key_id:
        raise _repeat_problem(created["key_id"])
    body = {**to_json(_make_key(asked, token, now)), "key": token.text}
    return make_response(
        body, 201, {"Location": make_relative_url(request, f"/keys/{token.key_id}")}
    )


@routes.route(
    "/keys",
    methods=["GET"],
    scope="keys:write",
    operation=Operation(
        tag="keys",
        query=Paging,
        responses={
            200: ResponseSpec(
                KeyPage, ["Link"], example={"items": [KEY_EXAMPLE], "next_cursor": None}
            )
        },
    ),
)
def list_keys(request: Request) -> Response:
    """List keys, newest first. Revoked and expired keys stay listed for some days."""
    query = read_query(request, Paging)
    after = read_id_cursor(query, "keys", KEY_PREFIX)
    keys, last = services().keys.list_keys(query.limit, after)
    next_cursor = make_cursor(query, "keys", last) if last else None
    return make_page_response([to_json(key) for key in keys], query, next_cursor)


@routes.route(
    "/keys/current",
    methods=["GET"],
    scope=ANY_KEY,
    operation=Operation(
        tag="keys", responses={200: ResponseSpec(CallerResponse, example=CALLER_EXAMPLE)}
    ),
)
def show_current_key(request: Request) -> Response:
    """Get the caller of this request, its scopes and its expiry."""
    read_query(request, Query)
    caller = read_caller(request)
    kind = "key" if is_id(KEY_PREFIX, caller.caller_id) else "jwt"
    may = {"scopes": sort_scopes(caller.scopes), "expires_at": format_time(caller.expires_at)}
    return make_response(caller.describe() | {"kind": kind} | may)


@routes.route(
    "/keys/{key_id}",
    methods=["GET"],
    scope="keys:write",
    operation=Operation(
        tag="keys",
        responses={200: ResponseSpec(KeyResponse, example=KEY_EXAMPLE)},
        errors={404: ["key_not_found"]},
    ),
)
def show_key(request: Request, key_id: str) -> Response:
    """Get a key, without its secret."""
    read_query(request, Query)
    return make_response(to_json(_validate_found(services().keys.get(key_id))))


@routes.route(
    "/keys/{key_id}",
    methods=["DELETE"],
    scope="keys:write",
    operation=Operation(
        tag="keys", responses={204: ResponseSpec()}, errors={404: ["key_not_found"]}
    ),
)
def revoke_key(request: Request, key_id: str) -> Response:
    """Revoke a key. It stops working within seconds, permanently. Idempotent."""
    read_query(request, Query)
    _validate_found(services().keys.revoke(key_id, datetime.now(UTC)))
    return Response("", {"Cache-Control": "no-store"}, 204)


def to_json(key: ApiKey) -> dict[str, Any]:
    """Return a key as clients see it."""
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created_at": format_time(key.created_at),
        "last_used_at": format_time(key.last_used_at),
        "expires_at": format_time(key.expires_at),
        "revoked_at": format_time(key.revoked_at),
    }


def _make_key(asked: CreateKey, token: KeyToken, now: datetime) -> ApiKey:
    return ApiKey(
        key_id=token.key_id,
        name=asked.name,
        scopes=tuple(asked.scopes),
        secret_hash=hash_secret(token.secret),
        created_at=now,
        expires_at=asked.expires_at,
    )


def _validate_found(key: ApiKey | None) -> ApiKey:
    if key is None:
        raise ProblemError(404, "key_not_found", "The key doesn't exist, or was removed.")
    return key


def _repeat_problem(key_id: str) -> ProblemError:
    return ProblemError(
        409,
        "key_shown_once",
        f"The first request with this Idempotency-Key created {key_id}; only its response had the"
        " key. If you lost it, revoke it and create another.",
    )
