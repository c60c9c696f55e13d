"""The routes of webhooks: subscribe, test, rotate the secret, look at deliveries, replay."""

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.ids import new_id
from chalicelib.times import format_time
from chalicelib.webhooks.api.invoke_send_test import ask_for_test
from chalicelib.webhooks.api.requests import ChangeWebhook, CreateWebhook, RotateSecret
from chalicelib.webhooks.api.responses import (
    RESULT_EXAMPLE,
    WEBHOOK_EXAMPLE,
    CallResultResponse,
    NewWebhookResponse,
    WebhookPage,
    WebhookResponse,
)
from chalicelib.webhooks.api.subscriptions import (
    change_webhook_of,
    check_url,
    create,
    new_secret,
    rotate_secret_of,
)
from chalicelib.webhooks.api.views import find_webhook, refuse_missing, show

routes = Routes(__name__)

_MISSING = {404: ["webhook_not_found"]}


@routes.route(
    "/webhooks",
    methods=["POST"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        body=CreateWebhook,
        headers=[IDEMPOTENCY_KEY],
        responses={
            201: ResponseSpec(
                NewWebhookResponse, ["Location"], example=WEBHOOK_EXAMPLE | {"secret": "whsec_…"}
            )
        },
        errors={409: ["too_many_webhooks", "secret_shown_once"]},
        example={"url": "https://shop.example/hooks", "event_types": ["import.completed"]},
    ),
)
def create_webhook(request: Request) -> Response:
    """Subscribe a URL; the answer has the secret, and no later one has it again."""
    read_query(request, Query)
    asked, secret = read_body(request, CreateWebhook), new_secret()
    webhook_id = new_id("wh_", secret.created_at)
    made = do_once(
        services().idempotency,
        request,
        "POST /webhooks",
        asked,
        lambda: create(asked, webhook_id, secret),
    )
    if made["webhook_id"] != webhook_id:
        raise _refuse_repeated(f"made {made['webhook_id']}")
    location = {"Location": make_relative_url(request, f"/webhooks/{webhook_id}")}
    return make_response({**show(find_webhook(webhook_id)), "secret": secret.value}, 201, location)


@routes.route(
    "/webhooks",
    methods=["GET"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        query=Paging,
        responses={
            200: ResponseSpec(
                WebhookPage, ["Link"], example={"items": [WEBHOOK_EXAMPLE], "next_cursor": None}
            )
        },
    ),
)
def list_webhooks(request: Request) -> Response:
    """Answer a page of webhooks, newest first."""
    query = read_query(request, Paging)
    after = read_id_cursor(query, "webhooks", "wh_")
    found = services().webhooks.list_webhooks(query.limit + 1, after)
    page = found[: query.limit]
    has_more = len(found) > query.limit
    next_cursor = make_cursor(query, "webhooks", page[-1].webhook_id) if has_more else None
    return make_page_response([show(webhook) for webhook in page], query, next_cursor)


@routes.route(
    "/webhooks/{webhook_id}",
    methods=["GET"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        responses={200: ResponseSpec(WebhookResponse, example=WEBHOOK_EXAMPLE)},
        errors=_MISSING,
    ),
)
def show_webhook(request: Request, webhook_id: str) -> Response:
    """Answer one webhook."""
    read_query(request, Query)
    return make_response(show(find_webhook(webhook_id)))


@routes.route(
    "/webhooks/{webhook_id}",
    methods=["PATCH"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        body=ChangeWebhook,
        responses={200: ResponseSpec(WebhookResponse, example=WEBHOOK_EXAMPLE)},
        errors=_MISSING,
        example={"enabled": True},
    ),
)
def change_webhook(request: Request, webhook_id: str) -> Response:
    """Change what is given. Enabling one forgets why it was disabled."""
    read_query(request, Query)
    asked = read_body(request, ChangeWebhook)
    find_webhook(webhook_id)
    given = asked.model_dump(exclude_unset=True)
    if asked.url is not None:
        given["url"] = check_url(asked.url)
    if asked.event_types is not None:
        given["event_types"] = tuple(asked.event_types)
    if asked.enabled is not None or asked.url is not None:  # another receiver begins anew
        given |= {"failing_since": None, "slow_until": None}
    if asked.enabled is not None:
        given["disabled"] = None
    webhook = change_webhook_of(webhook_id, given)
    return make_response(show(webhook))


@routes.route(
    "/webhooks/{webhook_id}",
    methods=["DELETE"],
    scope="webhooks:write",
    operation=Operation(tag="webhooks", responses={204: ResponseSpec()}, errors=_MISSING),
)
def delete_webhook(request: Request, webhook_id: str) -> Response:
    """Unsubscribe; deliveries that are on their way are cancelled."""
    read_query(request, Query)
    if not services().webhooks.delete(webhook_id):
        raise refuse_missing()
    return make_response("", 204)


@routes.route(
    "/webhooks/{webhook_id}/rotate-secret",
    methods=["POST"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        headers=[IDEMPOTENCY_KEY],
        responses={
            200: ResponseSpec(NewWebhookResponse, example=WEBHOOK_EXAMPLE | {"secret": "whsec_…"})
        },
        errors={**_MISSING, 409: ["too_many_secrets", "secret_shown_once"]},
    ),
)
def rotate_secret(request: Request, webhook_id: str) -> Response:
    """Make a new secret; the old one signs beside it for 24 hours."""
    read_query(request, Query)
    find_webhook(webhook_id)
    scope, secret = f"POST /webhooks/{webhook_id}/rotate-secret", new_secret()
    made = do_once(
        services().idempotency,
        request,
        scope,
        RotateSecret(),
        lambda: rotate_secret_of(webhook_id, secret),
    )
    if made["rotated_at"] != format_time(secret.created_at):
        raise _refuse_repeated(f"rotated it at {made['rotated_at']}")
    return make_response({**show(find_webhook(webhook_id)), "secret": secret.value})


@routes.route(
    "/webhooks/{webhook_id}/test",
    methods=["POST"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        responses={200: ResponseSpec(CallResultResponse, example=RESULT_EXAMPLE)},
        errors=_MISSING,
    ),
)
def test_webhook(request: Request, webhook_id: str) -> Response:
    """Send a signed webhook.test now and answer what came back, also when nothing did."""
    read_query(request, Query)
    find_webhook(webhook_id)
    result = ask_for_test(webhook_id)
    if result is None:
        raise refuse_missing()
    return make_response(result)


def _refuse_repeated(what: str) -> ProblemError:
    return ProblemError(
        409,
        "secret_shown_once",
        f"The first request with this Idempotency-Key {what}, and the secret was in that answer"
        " alone. If it is lost, rotate it.",
    )
