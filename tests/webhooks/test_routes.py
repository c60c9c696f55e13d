"""The routes of webhooks."""

import json
from typing import Any

import boto3
import pytest
from chalice.test import HTTPResponse

from chalicelib.bootstrap import services
from chalicelib.http.paging import Paging, make_cursor
from chalicelib.webhooks.api import subscriptions
from chalicelib.webhooks.models import Webhook
from chalicelib.webhooks.store import MOST_WEBHOOKS
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.aws import IDEMPOTENCY_TABLE
from tests.fakes.webhooks import NOW, make_webhook

URL = "https://93.184.215.14/hooks"  # an address, so that no name is resolved
MISSING = "wh_" + "0" * 26


def _create(api: Api, **more: Any) -> dict[str, Any]:
    answer = api.post("/webhooks", {"url": URL, **more})
    assert answer.status_code == 201, answer.body
    found: dict[str, Any] = answer.json_body
    return found


def _patch(api: Api, webhook_id: str, body: Any) -> HTTPResponse:
    headers = {"Content-Type": "application/json"}
    return api.send("PATCH", f"/webhooks/{webhook_id}", json.dumps(body).encode(), headers)


def _kept(webhook_id: str) -> Webhook:
    found = services().webhooks.get(webhook_id)
    assert found is not None
    return found


def test_a_webhook_is_created_with_a_secret(api: Api) -> None:
    answer = api.post("/webhooks", {"url": "https://93.184.215.14:443"})
    created = answer.json_body
    webhook_id = created["webhook_id"]
    assert answer.headers["Location"] == f"webhooks/{webhook_id}"
    assert created["secret"].startswith("whsec_")
    assert {name: created[name] for name in ("url", "event_types", "description", "enabled")} == {
        "url": "https://93.184.215.14/",
        "event_types": ["*"],
        "description": "",
        "enabled": True,
    }
    assert (created["disabled"], created["failing_since"]) == (None, None)
    assert created["links"]["test"] == f"/webhooks/{webhook_id}/test"


def test_the_secret_is_shown_once(api: Api) -> None:
    created = _create(api)
    shown = api.get(f"/webhooks/{created['webhook_id']}").json_body
    assert shown == {name: value for name, value in created.items() if name != "secret"}
    assert "whsec_" not in api.get("/webhooks").body.decode()


def test_a_repeated_request_creates_once_and_does_not_show_the_secret(api: Api) -> None:
    first = api.post("/webhooks", {"url": URL}, Idempotency_Key="k-1").json_body
    again = api.post("/webhooks", {"url": URL}, Idempotency_Key="k-1")
    assert problem_of(again) == (409, "secret_shown_once")
    assert first["webhook_id"] in again.json_body["detail"]
    assert "whsec_" not in again.body.decode()
    assert len(api.get("/webhooks").json_body["items"]) == 1
    kept = boto3.client("dynamodb").scan(TableName=IDEMPOTENCY_TABLE)["Items"]
    assert "whsec_" not in json.dumps(kept, default=str)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "url", "required"),
        ({"url": 5}, "url", "not_text"),
        ({"url": ""}, "url", "empty"),
        ({"url": "http://93.184.215.14/"}, "url", "url_refused"),
        ({"url": "https://u:p@93.184.215.14/"}, "url", "url_refused"),
        ({"url": "https://2130706433/"}, "url", "url_refused"),
        ({"url": "https://10.0.0.1/"}, "url", "blocked_address"),
        ({"url": "https://127.0.0.1/"}, "url", "blocked_address"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url", "blocked_address"),
        ({"url": "https://[64:ff9b::a00:1]/"}, "url", "blocked_address"),
        ({"url": "https://169.254.169.254/"}, "url", "blocked_address"),
        ({"url": "https://nothing.invalid/"}, "url", "dns_error"),
        ({"url": URL, "event_types": []}, "event_types", "empty"),
        ({"url": URL, "event_types": ["*", "*"]}, "event_types", "value_error"),
        ({"url": URL, "enabled": "yes"}, "enabled", "not_boolean"),
        ({"url": URL, "secret": "mine"}, "secret", "unknown"),
        ({"url": URL, "description": "x" * 501}, "description", "too_long"),
    ],
)
def test_an_invalid_webhook_is_rejected(
    api: Api, body: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post("/webhooks", body)
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}


@pytest.mark.parametrize("kind", ["webhook.test", "import.*", "IMPORT.FAILED", ""])
def test_an_unknown_event_type_is_rejected(api: Api, kind: str) -> None:
    answer = api.post("/webhooks", {"url": URL, "event_types": ["import.failed", kind]})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"event_types.1": "not_a_choice"}


def test_the_number_of_webhooks_is_limited(api: Api) -> None:
    for _ in range(MOST_WEBHOOKS):
        services().webhooks.create(make_webhook())
    assert problem_of(api.post("/webhooks", {"url": URL})) == (409, "too_many_webhooks")


def test_webhooks_are_paged_newest_first(api: Api) -> None:
    made = [_create(api)["webhook_id"] for _ in range(3)]
    first = api.get("/webhooks?limit=2").json_body
    second = api.get(f"/webhooks?limit=2&cursor={first['next_cursor']}").json_body
    found = [webhook["webhook_id"] for webhook in first["items"] + second["items"]]
    assert sorted(found) == sorted(made)
    assert second["next_cursor"] is None


def test_only_the_given_fields_change(api: Api) -> None:
    created = _create(api, description="mine")
    webhook_id = created["webhook_id"]
    url = "https://93.184.215.14:8443/other"
    changed = _patch(api, webhook_id, {"url": url, "event_types": ["import.failed"]}).json_body
    assert (changed["url"], changed["event_types"]) == (url, ["import.failed"])
    assert (changed["description"], changed["enabled"]) == ("mine", True)
    assert _kept(webhook_id).secrets[0].value == created["secret"]
    assert _patch(api, webhook_id, {}).json_body == changed


def test_changing_the_url_resets_the_receivers_health(api: Api) -> None:
    webhook = make_webhook(failing_since=make_webhook().created_at, slow_until=NOW)
    services().webhooks.create(webhook)
    _patch(api, webhook.webhook_id, {"description": "the same"})
    assert _kept(webhook.webhook_id).failing_since is not None
    _patch(api, webhook.webhook_id, {"url": URL})
    found = _kept(webhook.webhook_id)
    assert (found.failing_since, found.slow_until) == (None, None)


@pytest.mark.parametrize("position", ["", "wh_", "dlv_" + "0" * 26, "x" * 300, 5, None])
def test_an_invalid_cursor_is_rejected(api: Api, position: object) -> None:
    forged = make_cursor(Paging(), "webhooks", position)
    assert problem_of(api.get(f"/webhooks?cursor={forged}")) == (400, "invalid_cursor")


def test_enabling_clears_the_disabled_reason(api: Api) -> None:
    reason = {"code": "failing", "message": "It failed."}
    webhook = make_webhook(enabled=False, disabled=reason, failing_since=make_webhook().created_at)
    services().webhooks.create(webhook)
    shown = api.get(f"/webhooks/{webhook.webhook_id}").json_body
    assert (shown["enabled"], shown["disabled"]) == (False, reason)
    shown = _patch(api, webhook.webhook_id, {"enabled": True}).json_body
    assert (shown["enabled"], shown["disabled"], shown["failing_since"]) == (True, None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "https://192.168.1.1/"}, "url"),
        ({"url": None}, "url"),
        ({"event_types": ["nothing"]}, "event_types.0"),
        ({"webhook_id": MISSING}, "webhook_id"),
    ],
)
def test_an_invalid_change_changes_nothing(api: Api, body: Any, field: str) -> None:
    created = _create(api)
    answer = _patch(api, created["webhook_id"], body)
    assert problem_of(answer) == (422, "invalid_body")
    assert set(fields_of(answer)) == {field}
    assert api.get(f"/webhooks/{created['webhook_id']}").json_body["url"] == URL


def test_a_deleted_webhook_is_gone(api: Api) -> None:
    path = f"/webhooks/{_create(api)['webhook_id']}"
    answer = api.send("DELETE", path)
    assert (answer.status_code, answer.body) == (204, b"")
    assert problem_of(api.send("DELETE", path)) == (404, "webhook_not_found")
    assert problem_of(api.get(path)) == (404, "webhook_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"enabled": True}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("POST", "/rotate-secret", None),
        ("GET", "/deliveries", None),
        ("POST", "/replay", {"since": "2026-01-01T00:00:00Z"}),
    ],
)
def test_an_unknown_webhook_is_not_found(api: Api, method: str, path: str, body: Any) -> None:
    content = json.dumps(body).encode() if body else b""
    headers = {"Content-Type": "application/json"}
    for webhook_id in (MISSING, "nothing", "a%2Fb", "%C3%A4"):
        answer = api.send(method, f"/webhooks/{webhook_id}{path}", content, headers)
        assert problem_of(answer) == (404, "webhook_not_found")


def test_rotation_shows_the_new_secret_and_keeps_the_old_one_for_a_day(api: Api) -> None:
    created = _create(api)
    rotated = api.post(f"/webhooks/{created['webhook_id']}/rotate-secret").json_body
    new, old = _kept(created["webhook_id"]).secrets
    assert (new.value, old.value) == (rotated["secret"], created["secret"])
    assert old.expires_at is not None


def test_a_repeated_rotation_is_done_once(api: Api) -> None:
    path = f"/webhooks/{_create(api)['webhook_id']}/rotate-secret"
    rotated = api.post(path, Idempotency_Key="k-2").json_body
    again = api.post(path, Idempotency_Key="k-2")
    assert problem_of(again) == (409, "secret_shown_once")
    assert _kept(rotated["webhook_id"]).secrets[0].value == rotated["secret"]


def test_the_number_of_active_secrets_is_limited(api: Api) -> None:
    path = f"/webhooks/{_create(api)['webhook_id']}/rotate-secret"
    for _ in range(4):
        assert api.post(path).status_code == 200
    assert problem_of(api.post(path)) == (409, "too_many_secrets")


class FakeLambda:
    """Returns a fixed result of an invoked function."""

    def __init__(self, payload: Any, **more: Any) -> None:
        self._payload, self._more = json.dumps(payload).encode(), more
        self.asked: list[Any] = []

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        payload = self._payload

        class Payload:
            def read(self) -> bytes:
                return payload

        return {"Payload": Payload(), **self._more}


RESULT = {
    "message_id": "msg_1",
    "code": "bad_status",
    "message": "No.",
    "duration_ms": 5,
    "status_code": 500,
    "headers": {"Server": "x"},
    "body": "no",
    "is_truncated": False,
}


def _answering(monkeypatch: pytest.MonkeyPatch, payload: Any, **more: Any) -> FakeLambda:
    fake = FakeLambda(payload, **more)
    services().use_client("lambda", fake)
    return fake


def test_a_test_call_returns_the_receivers_response(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_id = _create(api)["webhook_id"]
    fake = _answering(monkeypatch, {"outcome": "sent", "result": RESULT})
    answer = api.post(f"/webhooks/{webhook_id}/test")
    assert (answer.status_code, answer.json_body) == (200, RESULT)
    assert json.loads(fake.asked[0]["Payload"]) == {"webhook_id": webhook_id}
    assert fake.asked[0]["FunctionName"] == "send-test"


def test_a_failing_test_function_is_a_server_error(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_id = _create(api)["webhook_id"]
    _answering(monkeypatch, {"errorType": "X"}, FunctionError="Unhandled")
    answer = api.post(f"/webhooks/{webhook_id}/test")
    assert problem_of(answer) == (503, "temporarily_unavailable")


def test_the_host_is_resolved_before_the_webhook_is_created(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def look_up(target: Any, **more: Any) -> list[Any]:
        asked.append((target.host, target.port))
        return []

    monkeypatch.setattr(subscriptions, "resolve_host", look_up)
    created = _create(api, url="https://Shop.example:8443/hooks")
    assert created["url"] == "https://shop.example:8443/hooks"
    assert asked == [("shop.example", 8443)]
