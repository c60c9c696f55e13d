"""The routes of deliveries: list, show and replay them."""

from datetime import UTC, datetime, timedelta

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import FieldProblem, ProblemError
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import make_cursor, make_page_response, read_id_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_relative_url, make_response
from chalicelib.ids import new_id
from chalicelib.webhooks.api.lookup import get_delivery_or_404, get_webhook_or_404
from chalicelib.webhooks.api.requests import DeliveriesQuery, ReplayWindow
from chalicelib.webhooks.api.responses import (
    DELIVERY_EXAMPLE,
    LOG_EXAMPLE,
    REPLAY_EXAMPLE,
    DeliveryLogResponse,
    DeliveryPage,
    DeliveryResponse,
    ReplayResponse,
)
from chalicelib.webhooks.api.views import attempt_to_json, delivery_to_json
from chalicelib.webhooks.delivery.replay import Window, restart_delivery
from chalicelib.webhooks.models import MOST_WINDOW, Webhook

routes = Routes(__name__)


@routes.route(
    "/webhooks/{webhook_id}/deliveries",
    methods=["GET"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        query=DeliveriesQuery,
        responses={
            200: ResponseSpec(
                DeliveryPage, ["Link"], example={"items": [DELIVERY_EXAMPLE], "next_cursor": None}
            )
        },
        errors={404: ["webhook_not_found"]},
    ),
)
def list_deliveries(request: Request, webhook_id: str) -> Response:
    """List a webhook's deliveries, newest event first."""
    query = read_query(request, DeliveriesQuery)
    after = read_id_cursor(query, webhook_id, "dlv_")
    get_webhook_or_404(services().webhooks, webhook_id)
    page, last = services().deliveries.list_deliveries(webhook_id, query.limit, after, query.status)
    next_cursor = make_cursor(query, webhook_id, last) if last else None
    return make_page_response([delivery_to_json(delivery) for delivery in page], query, next_cursor)


@routes.route(
    "/deliveries/{delivery_id}",
    methods=["GET"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        responses={200: ResponseSpec(DeliveryLogResponse, example=LOG_EXAMPLE)},
        errors={404: ["delivery_not_found"]},
    ),
)
def show_delivery(request: Request, delivery_id: str) -> Response:
    """Show a delivery with its payload and the log of its attempts."""
    read_query(request, Query)
    store = services().deliveries
    delivery = get_delivery_or_404(store, delivery_id)
    message = store.get_message(delivery.message_id)
    log = [attempt_to_json(attempt) for attempt in store.list_attempts(delivery_id)]
    payload = message.payload if message else None
    return make_response({**delivery_to_json(delivery), "payload": payload, "log": log})


@routes.route(
    "/deliveries/{delivery_id}/replay",
    methods=["POST"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        responses={202: ResponseSpec(DeliveryResponse, ["Location"], example=DELIVERY_EXAMPLE)},
        errors={404: ["delivery_not_found", "webhook_not_found"], 409: ["webhook_disabled"]},
    ),
)
def replay_delivery(request: Request, delivery_id: str) -> Response:
    """Replay one delivery. A pending delivery stays as it is."""
    read_query(request, Query)
    now, store = datetime.now(UTC), services().deliveries
    delivery = get_delivery_or_404(store, delivery_id)
    webhook = _get_enabled(delivery.webhook_id)
    wake_up = restart_delivery(delivery, webhook, new_id("rpl_", now), store, now)
    if wake_up:
        services().delivery_queues.send([wake_up])
    location = {"Location": make_relative_url(request, f"/deliveries/{delivery_id}")}
    return make_response(delivery_to_json(get_delivery_or_404(store, delivery_id)), 202, location)


@routes.route(
    "/webhooks/{webhook_id}/replay",
    methods=["POST"],
    scope="webhooks:write",
    operation=Operation(
        tag="webhooks",
        body=ReplayWindow,
        headers=[IDEMPOTENCY_KEY],
        responses={202: ResponseSpec(ReplayResponse, ["Location"], example=REPLAY_EXAMPLE)},
        errors={404: ["webhook_not_found"], 409: ["webhook_disabled"]},
        example={"since": "2026-11-24T00:00:00Z", "status": "FAILED"},
    ),
)
def replay_webhook(request: Request, webhook_id: str) -> Response:
    """Replay a webhook's deliveries of the events in a time window."""
    read_query(request, Query)
    asked = read_body(request, ReplayWindow)
    _get_enabled(webhook_id)
    scope = f"POST /webhooks/{webhook_id}/replay"
    started = do_once(
        services().idempotency, request, scope, asked, lambda: _start(webhook_id, asked)
    )
    body = {"replay_id": started["replay_id"], "webhook_id": webhook_id}
    location = {"Location": make_relative_url(request, f"/webhooks/{webhook_id}/deliveries")}
    return make_response(body, 202, location)


def _start(webhook_id: str, asked: ReplayWindow) -> dict[str, str]:
    """Queue the window for the worker: it may have many deliveries."""
    now = datetime.now(UTC)
    since, until = max(asked.since, now - MOST_WINDOW - timedelta(days=1)), asked.until or now
    if until <= since:
        problem = FieldProblem("since", "value_error", "No deliveries are kept for this time.")
        detail = "No deliveries are kept for this window."
        raise ProblemError(422, "invalid_body", detail, [problem])
    window = Window(
        replay_id=new_id("rpl_", now),
        webhook_id=webhook_id,
        since=since,
        until=until,
        status=asked.status,
    )
    url = services().settings.events_queue_url
    services().client("sqs").send_message(QueueUrl=url, MessageBody=window.to_body())
    return {"replay_id": window.replay_id}


def _get_enabled(webhook_id: str) -> Webhook:
    webhook = get_webhook_or_404(services().webhooks, webhook_id)
    if not webhook.enabled:
        raise ProblemError(
            409, "webhook_disabled", "The webhook is disabled. Enable it before replaying."
        )
    return webhook
