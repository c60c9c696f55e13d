"""Keys: creating, copying and revoking them, and missing scopes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.stack.browser.visitor import Visitor, double_click, holding
from tests.stack.catalogue import wait_until
from tests.stack.client import Api, Json

pytestmark = pytest.mark.stack


@pytest.fixture
def reader(api: Api) -> Iterator[Json]:
    """A key that can only view products."""
    body = {"name": "reader", "scopes": ["products:read"]}
    created = api.call("POST", "/keys", json=body)
    assert created.status_code == 201, created.text
    yield created.json()
    _revoke(api, created.json())


def _revoke(api: Api, key: Json) -> None:
    api.call("DELETE", f"/keys/{key['key_id']}")


def test_key_is_created_shown_once_and_revoked(visitor: Visitor, page: Page, api: Api) -> None:
    visitor.go_to("Keys")
    page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("night export")
    create = dialog.get_by_role("button", name="Create key")
    create.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose at least one scope.")
    visitor.check_accessible()
    dialog.get_by_label("View, search and filter products").check()
    create.click()
    expect(dialog.get_by_text("Copy it now.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Copy")).to_be_focused()
    visitor.check_accessible()
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    made = api.with_key(page.evaluate("navigator.clipboard.readText()"))
    assert made.call("GET", "/products").status_code == 200
    assert made.call("GET", "/webhooks").status_code == 403
    dialog.get_by_role("button", name="Done").click()
    visitor.check_accessible()
    page.get_by_role("button", name="Revoke night export").first.click()
    visitor.check_accessible()
    page.get_by_role("dialog").get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("night export revoked.")).to_be_visible()
    page.get_by_text("Revoked and expired keys").click()
    ended = page.get_by_role("list", name="Revoked and expired keys")
    expect(ended.get_by_text("night export").first).to_be_visible()
    visitor.check_accessible()


@pytest.mark.parametrize("pause_ms", [0, 30, 250])
def test_double_click_creates_one_key_and_shows_it(
    visitor: Visitor, page: Page, api: Api, pause_ms: int
) -> None:
    visitor.go_to("Keys")
    name = f"twice, {pause_ms} ms apart"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if _creates_key(request) else None)
    create = _fill_in(page, name).get_by_role("button", name="Create key")
    double_click(page, create, pause_ms)
    expect(page.get_by_text("Copy it now.")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_text("Copy it now.")).to_be_visible()
    assert len(asked) == 1
    made = [key for key in api.get("/keys")["items"] if key["name"] == name]
    assert len(made) == 1
    _revoke(api, made[0])


def _creates_key(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/keys")


def _fill_in(page: Page, name: str) -> Locator:
    page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("View, search and filter products").check()
    return dialog


def test_dialog_stays_open_while_key_is_created(visitor: Visitor, page: Page) -> None:
    visitor.go_to("Keys")
    dialog = _fill_in(page, "pending")
    with holding(page, "**/keys") as wait_for_one:
        dialog.get_by_role("button", name="Create key").click()
        wait_for_one()
        for _ in range(3):
            page.keyboard.press("Escape")
    expect(dialog.get_by_text("Copy it now.")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Revoke pending").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("pending revoked.")).to_be_visible()


def test_key_is_created_once_despite_lost_response(visitor: Visitor, page: Page, api: Api) -> None:
    visitor.expect_message("ERR_FAILED", "409")
    visitor.go_to("Keys")
    dialog = _fill_in(page, "requested twice")
    create = dialog.get_by_role("button", name="Create key")
    page.route("**/keys", _lose_response)
    create.click()
    expect(dialog.get_by_role("status")).to_contain_text("Can't reach the service")
    page.unroute("**/keys")
    create.click()
    expect(dialog.get_by_role("alert")).to_contain_text("the response with it was lost")
    keys = api.get("/keys?limit=100")["items"]
    [made] = [key for key in keys if key["name"] == "requested twice"]
    _revoke(api, made)


def _lose_response(route: Route) -> None:
    """Let a request take effect but lose its response."""
    route.fetch()
    route.abort()


def test_missing_scope_is_named(visitor: Visitor, reader: Json) -> None:
    visitor.key = reader["key"]
    visitor.sign_in()
    page = visitor.page
    for view in ("Import", "Webhooks", "Keys"):
        visitor.go_to(view)
        expect(page.get_by_role("heading", name="Missing scope")).to_be_visible()
    expect(page.get_by_text("keys:write").first).to_be_visible()
    visitor.check_accessible()
    visitor.go_to("Products")
    expect(page.get_by_label("Search products")).to_be_visible()
    expect(page.get_by_role("link", name="New product")).to_be_hidden()


def test_revoked_session_signs_in_again_at_same_view(
    visitor: Visitor, reader: Json, api: Api
) -> None:
    visitor.expect_message("401")
    other, visitor.key = visitor.key, reader["key"]
    visitor.sign_in()
    page = visitor.page
    visitor.open("#/products?sort=-price")
    expect(page.get_by_label("Search products")).to_be_visible()
    _revoke(api, reader)
    revoked = api.with_key(reader["key"])
    wait_until(
        lambda: revoked.call("GET", "/keys/current").status_code == 401, "the key to be rejected"
    )
    page.get_by_label("Search products").fill("lamp")
    expect(page.get_by_text("Your key isn't valid: it was revoked")).to_be_visible()
    visitor.check_accessible()
    visitor.enter_key(other)
    expect(page.get_by_label("Search products")).to_have_value("lamp")
    assert "sort=-price" in page.url
