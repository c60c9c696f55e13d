"""Response models of webhooks and deliveries, with examples."""

from typing import Annotated, Any

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.webhooks.models import CancelReason, DeliveryStatus

_Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
_Links = dict[str, str]  # paths from the API's root


class DisabledResponse(ResponseBody):
    """Why the service disabled a webhook; null if its owner did."""

    code: str
    message: str


class WebhookResponse(ResponseBody):
    """A webhook, without its secret."""

    webhook_id: str
    url: str
    event_types: list[str]
    description: str
    enabled: bool
    disabled: DisabledResponse | None
    failing_since: _Time | None
    created_at: _Time
    updated_at: _Time
    links: _Links


class NewWebhookResponse(WebhookResponse):
    """A webhook with its new secret, which is shown only once."""

    secret: str


class WebhookPage(Page):
    """A page of webhooks, newest first."""

    items: list[WebhookResponse]


class AttemptResponse(ResponseBody):
    """One request and its response."""

    number: int
    attempted_at: _Time
    code: str
    message: str
    duration_ms: int
    response_status: int | None
    response_body: str | None


class DeliveryResponse(ResponseBody):
    """The delivery of a message to one webhook."""

    delivery_id: str
    webhook_id: str
    message_id: str
    event_type: str
    status: DeliveryStatus
    cancel_reason: CancelReason | None
    attempts: int
    last_attempt: AttemptResponse | None
    next_attempt_at: _Time | None
    created_at: _Time
    finished_at: _Time | None
    links: _Links


class DeliveryLogResponse(DeliveryResponse):
    """A delivery with its payload and its attempts, newest first."""

    payload: Annotated[
        str | None,
        Field(description="As stored: an attempt adds the URL of the file in `data.changes`."),
    ]
    log: list[AttemptResponse]


class DeliveryPage(Page):
    """A page of deliveries, newest event first."""

    items: list[DeliveryResponse]


class CallResultResponse(ResponseBody):
    """The result of a test call: `code` is `ok` or the reason of the failure."""

    message_id: str
    code: str
    message: str
    duration_ms: int
    status_code: int | None
    headers: dict[str, str]
    body: str | None
    is_truncated: bool


class ReplayResponse(ResponseBody):
    """A replay that has started."""

    replay_id: str
    webhook_id: str


_WEBHOOK_ID, _DELIVERY_ID = "wh_01m85g57s7w6pgg03m8hrxcz85", "dlv_01m85g57s7w6pgg03m8hrxcz85"
_TIME = "2026-11-24T09:30:00.000Z"

WEBHOOK_EXAMPLE: dict[str, Any] = {
    "webhook_id": _WEBHOOK_ID,
    "url": "https://shop.example/hooks/catalogue",
    "event_types": ["import.completed", "import.failed"],
    "description": "the shop's cache",
    "enabled": True,
    "disabled": None,
    "failing_since": None,
    "created_at": _TIME,
    "updated_at": _TIME,
    "links": {
        "self": f"/webhooks/{_WEBHOOK_ID}",
        "test": f"/webhooks/{_WEBHOOK_ID}/test",
        "deliveries": f"/webhooks/{_WEBHOOK_ID}/deliveries",
    },
}
_ATTEMPT_EXAMPLE: dict[str, Any] = {
    "number": 1,
    "attempted_at": _TIME,
    "code": "ok",
    "message": "",
    "duration_ms": 84,
    "response_status": 204,
    "response_body": "",
}
DELIVERY_EXAMPLE: dict[str, Any] = {
    "delivery_id": _DELIVERY_ID,
    "webhook_id": _WEBHOOK_ID,
    "message_id": "msg_01m85g57s7w6pgg03m8hrxcz85",
    "event_type": "import.completed",
    "status": "DELIVERED",
    "cancel_reason": None,
    "attempts": 1,
    "last_attempt": _ATTEMPT_EXAMPLE,
    "next_attempt_at": None,
    "created_at": _TIME,
    "finished_at": _TIME,
    "links": {
        "self": f"/deliveries/{_DELIVERY_ID}",
        "replay": f"/deliveries/{_DELIVERY_ID}/replay",
    },
}
LOG_EXAMPLE = DELIVERY_EXAMPLE | {
    "payload": '{"type":"import.completed","timestamp":"2026-11-24T09:30:00.000Z","data":{}}',
    "log": [_ATTEMPT_EXAMPLE],
}
RESULT_EXAMPLE: dict[str, Any] = {
    "message_id": "msg_01m85g57s7w6pgg03m8hrxcz85",
    "code": "timeout",
    "message": "The response was not complete within 15 seconds.",
    "duration_ms": 15003,
    "status_code": None,
    "headers": {},
    "body": None,
    "is_truncated": False,
}
REPLAY_EXAMPLE = {"replay_id": "rpl_01m85g57s7w6pgg03m8hrxcz85", "webhook_id": _WEBHOOK_ID}
