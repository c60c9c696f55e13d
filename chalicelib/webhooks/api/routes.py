"""The routes of webhooks: create, list, change, delete and test them, rotate the secret."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import event_bodies, services
from chalicelib.errors import ProblemError
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import Paging, make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.ids import new_id
from chalicelib.times import format_time
from chalicelib.webhooks.api.invoke_send_test import invoke_send_test
from chalicelib.webhooks.api.lookup import get_webhook_or_404, webhook_not_found_problem
from chalicelib.webhooks.api.messages import WebhookTestEventBody, make_messages
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
    add_webhook,
    new_secret,
    rotate_webhook_secret,
    update_webhook,
    validate_url,
)
from chalicelib.webhooks.api.views import webhook_to_json
from chalicelib.webhooks.models import TEST_TYPE, Secret

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
        messages=make_messages({**event_bodies(), TEST_TYPE: WebhookTestEventBody}),
    ),
)
def create_webhook(request: Request) -> Response:
    """Create a webhook. Its secret is only in this response."""
    read_query(request, Query)
    asked, secret = read_body(request, CreateWebhook), new_secret()
    webhook_id = new_id("wh_", secret.created_at)
    made = do_once(
        services().idempotency,
        request,
        "POST /webhooks",
        asked,
        lambda: _create(asked, webhook_id, secret),
    )
    if made["webhook_id"] != webhook_id:
        raise _secret_shown_problem(f"created {made['webhook_id']}")
    location = {"Location": make_relative_url(request, f"/webhooks/{webhook_id}")}
    body = webhook_to_json(get_webhook_or_404(services().webhooks, webhook_id))
    return make_response(body | {"secret": secret.value}, 201, location)


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
    """List webhooks, newest first."""
    query = read_query(request, Paging)
    after = read_id_cursor(query, "webhooks", "wh_")
    found = services().webhooks.list_webhooks(query.limit + 1, after)
    page = found[: query.limit]
    has_more = len(found) > query.limit
    next_cursor = make_cursor(query, "webhooks", page[-1].webhook_id) if has_more else None
    return make_page_response([webhook_to_json(webhook) for webhook in page], query, next_cursor)


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
    """Show a webhook."""
    read_query(request, Query)
    return make_response(webhook_to_json(get_webhook_or_404(services().webhooks, webhook_id)))


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
    """Change the given fields of a webhook. Setting `enabled` clears `disabled`."""
    read_query(request, Query)
    asked = read_body(request, ChangeWebhook)
    get_webhook_or_404(services().webhooks, webhook_id)
    given = asked.model_dump(exclude_unset=True)
    if asked.url is not None:
        given["url"] = _validate_url(asked.url)
    if asked.event_types is not None:
        given["event_types"] = tuple(asked.event_types)
    if (
        asked.enabled is not None or asked.url is not None
    ):  # a new or re-enabled receiver starts healthy
        given |= {"failing_since": None, "slow_until": None}
    if asked.enabled is not None:
        given["disabled"] = None
    webhook = update_webhook(services().webhooks, webhook_id, given)
    return make_response(webhook_to_json(webhook))


@routes.route(
    "/webhooks/{webhook_id}",
    methods=["DELETE"],
    scope="webhooks:write",
    operation=Operation(tag="webhooks", responses={204: ResponseSpec()}, errors=_MISSING),
)
def delete_webhook(request: Request, webhook_id: str) -> Response:
    """Delete a webhook. Its pending deliveries are cancelled."""
    read_query(request, Query)
    if not services().webhooks.delete(webhook_id):
        raise webhook_not_found_problem()
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
    """Rotate the secret of a webhook. The old secret stays valid for 24 hours."""
    read_query(request, Query)
    get_webhook_or_404(services().webhooks, webhook_id)
    scope, secret = f"POST /webhooks/{webhook_id}/rotate-secret", new_secret()
    made = do_once(
        services().idempotency,
        request,
        scope,
        RotateSecret(),
        lambda: rotate_webhook_secret(services().webhooks, webhook_id, secret),
    )
    if made["rotated_at"] != format_time(secret.created_at):
        raise _secret_shown_problem(f"rotated the secret at {made['rotated_at']}")
    body = webhook_to_json(get_webhook_or_404(services().webhooks, webhook_id))
    return make_response(body | {"secret": secret.value})


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
    """Send a signed `webhook.test` event now and return the receiver's response."""
    read_query(request, Query)
    get_webhook_or_404(services().webhooks, webhook_id)
    # The client doesn't retry: a receiver that takes long must not get a second test event.
    client, function = services().client("lambda", tries=1), services().settings.send_test_function
    result = invoke_send_test(client, function, webhook_id)
    if result is None:
        raise webhook_not_found_problem()
    return make_response(result)


def _create(asked: CreateWebhook, webhook_id: str, secret: Secret) -> dict[str, Any]:
    return add_webhook(services().webhooks, asked, _validate_url(asked.url), webhook_id, secret)


def _validate_url(text: str) -> str:
    return validate_url(text, allow_loopback=services().settings.allows_loopback)


def _secret_shown_problem(what: str) -> ProblemError:
    return ProblemError(
        409,
        "secret_shown_once",
        f"The first request with this Idempotency-Key {what}, and only its response had the secret."
        " If you lost the secret, rotate it.",
    )
