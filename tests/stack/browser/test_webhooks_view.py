"""Webhooks: create, test, log, replay, disable, edit, rotate, delete."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fakes.receiver import Receiver, answer, receiving
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_numbered
from tests.stack.reach import needs_this_machine

pytestmark = [pytest.mark.stack, needs_this_machine]


@pytest.fixture
def no_webhooks(api: Api) -> Iterator[None]:
    """No webhooks before or after the test."""
    _delete_all(api)
    yield
    _delete_all(api)


def _delete_all(api: Api) -> None:
    for webhook in api.get("/webhooks")["items"]:
        api.call("DELETE", webhook["links"]["self"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(answer(200, b"thanks")) as listening:
        yield listening


@pytest.fixture
def webhook(api: Api, no_webhooks: None, receiver: Receiver) -> str:
    """The id of a webhook for the receiver."""
    created = api.call("POST", "/webhooks", json={"url": receiver.url})
    assert created.status_code == 201, created.text
    return str(created.json()["webhook_id"])


def _show(visitor: Visitor, webhook_id: str) -> Page:
    visitor.sign_in()
    visitor.open(f"#/webhooks/{webhook_id}")
    expect(visitor.page.get_by_role("button", name="Send test")).to_be_visible()
    return visitor.page


def _test_result(page: Page) -> Locator:
    return page.get_by_role("region", name="Test", exact=True)


def test_new_webhook_secret_is_shown_once_and_verifies(
    visitor: Visitor, page: Page, receiver: Receiver, no_webhooks: None
) -> None:
    visitor.expect_message("422")
    visitor.go_to("Webhooks")
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    visitor.check_accessible()
    page.get_by_role("button", name="New webhook").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill("http://10.0.0.1/inside")
    create = dialog.get_by_role("button", name="Create webhook")
    create.click()
    expect(dialog.get_by_label("URL")).to_have_attribute("aria-invalid", "true")
    visitor.check_accessible()
    dialog.get_by_label("URL").fill(receiver.url)
    dialog.get_by_label("Description").fill("The shop's own")
    create.click()
    expect(dialog.get_by_text("Copy it now.")).to_be_visible()
    visitor.check_accessible()
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Send test").click()
    expect(_test_result(page)).to_contain_text("200 in ")
    expect(_test_result(page)).to_contain_text("thanks")
    visitor.check_accessible()
    [received] = receiver.requests
    assert received.verify(secret)["type"] == "webhook.test"
    page.reload()
    expect(page.get_by_role("button", name="Send test")).to_be_visible()
    assert secret not in page.content()


def test_test_of_failing_receiver_shows_error(
    visitor: Visitor, webhook: str, receiver: Receiver
) -> None:
    page = _show(visitor, webhook)
    receiver.behave(answer(503, b"not today"))
    page.get_by_role("button", name="Send test").click()
    expect(_test_result(page)).to_contain_text("503 in ")
    expect(_test_result(page)).to_contain_text("not today")
    receiver.stop()
    page.get_by_role("button", name="Send test").click()
    expect(_test_result(page)).to_contain_text("No response after")
    expect(_test_result(page)).to_contain_text("connection_refused")
    visitor.check_accessible()


def test_delivery_appears_in_log_and_is_replayed(
    visitor: Visitor, webhook: str, receiver: Receiver, api: Api, catalogue: Catalogue
) -> None:
    page = _show(visitor, webhook)
    expect(page.get_by_role("heading", name="No deliveries")).to_be_visible()
    visitor.check_accessible()
    job_id = api.run(make_numbered(range(10)))["job_id"]
    log = page.get_by_role("list", name="Deliveries")
    entry = log.get_by_role("listitem").filter(has_text="import.completed")
    expect(entry).to_contain_text("Delivered", timeout=LONG_MS)
    entry.get_by_role("link").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("200 in ")
    expect(drawer).to_contain_text(job_id)
    visitor.check_accessible()
    drawer.get_by_role("button", name="Replay").click()
    expect(drawer.get_by_text("Replay started.")).to_be_visible()  # above the drawer
    page.keyboard.press("Escape")
    first, second = receiver.wait_for(2, 60)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    expect(entry).to_contain_text("2 attempts", timeout=LONG_MS)


def test_disabled_webhook_receives_nothing(
    visitor: Visitor, webhook: str, receiver: Receiver, api: Api, catalogue: Catalogue
) -> None:
    page = _show(visitor, webhook)
    page.get_by_role("button", name="Disable").click()
    visitor.check_accessible()
    page.get_by_role("dialog").get_by_role("button", name="Disable webhook").click()
    expect(page.get_by_text("This webhook is disabled and receives no events.")).to_be_visible()
    api.complete(make_numbered(range(10)))
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_text("Webhook enabled.")).to_be_visible()
    job_id = api.run(make_numbered(range(20)))["job_id"]
    assert job_id in receiver.wait_for(1, 60)[0].body
    log = page.get_by_role("list", name="Deliveries").get_by_role("listitem")
    for status in ("Delivered", "Cancelled"):  # the missed event can be replayed
        expect(log.filter(has_text=status)).to_have_count(1, timeout=LONG_MS)


def test_webhook_is_edited_rotated_and_deleted(
    visitor: Visitor, webhook: str, receiver: Receiver, api: Api
) -> None:
    page = _show(visitor, webhook)
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("All job events").uncheck()
    dialog.get_by_label("Import failed").check()
    theirs = {"description": "Changed by someone else"}  # while the form is open
    assert api.call("PATCH", f"/webhooks/{webhook}", json=theirs).status_code == 200
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Webhook saved.")).to_be_visible()
    changed = api.get(f"/webhooks/{webhook}")
    assert (changed["event_types"], changed["description"]) == (
        ["import.failed"], theirs["description"]
    )  # fmt: skip
    page.get_by_role("button", name="Rotate secret").click()
    dialog.get_by_role("button", name="Rotate secret").click()
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Send test").click()
    expect(_test_result(page)).to_contain_text("200 in ")
    receiver.requests[0].verify(secret)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete webhook").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    assert api.get("/webhooks")["items"] == []
