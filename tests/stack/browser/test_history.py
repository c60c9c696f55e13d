"""History: live progress, details and retries of jobs."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.stack.at_work import import_at_work
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import Emulator
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack


def _row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def test_new_job_appears_and_updates(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    visitor.go_to("History")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    row = _row(page, "appears.csv")
    expect(row).to_be_hidden()
    with catalogue.hold("import_ranges"):
        api.begin(make_csv("A,Lamp,1", "B,Lamp,x"), name="appears.csv")
        expect(row).to_contain_text("Running", timeout=LONG_MS)
        expect(row).to_contain_text(api.get("/keys/current")["name"])
    expect(row).to_contain_text("Completed", timeout=LONG_MS)
    expect(row).to_contain_text("1 created · 1 rejected")
    visitor.check_accessible()


def test_history_leads_back_to_import(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.begin(make_csv("A,Lamp,1", "B,Lamp,x"), name="found again.csv")
    api.follow(job_id)
    visitor.go_to("History")
    _row(page, "found again.csv").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"#/import/{job_id}$"))
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    page.get_by_role("link", name="Show products").click()
    expect(page.get_by_text("1 product", exact=True)).to_be_visible()
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("found again.csv")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_failed_import_shows_reason(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.begin(b"nothing,here\n1,2\n", name="headless.csv")
    reason, *_ = api.follow(job_id).job["error"]["message"].split(". ")
    visitor.go_to("History")
    page.get_by_label("Status").select_option("Failed")
    expect(_row(page, "headless.csv")).to_contain_text(reason)
    expect(page.get_by_text("Completed", exact=True).filter(visible=True)).to_have_count(0)
    visitor.check_accessible()
    _row(page, "headless.csv").get_by_role("link").click()
    failure = page.get_by_role("alert").filter(has_text="The import failed.")
    expect(failure).to_contain_text("Rename the columns in the file, or assign a field")
    expect(failure).not_to_contain_text("options.")  # for programs only
    visitor.check_accessible()


def test_failed_import_succeeds_on_retry(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content = make_csv("A,Bulb,1", "B,Lamp,x")
    with import_at_work(api, catalogue, content, name="replaced.csv") as job_id:
        emulator.put(f"uploads/{job_id}", make_csv("A,Pipe,2"))
    reason = api.follow(job_id).job["error"]["message"]
    emulator.put(f"uploads/{job_id}", content)
    visitor.open(f"#/import/{job_id}")
    failure = page.get_by_role("alert").filter(has_text="The import failed.")
    expect(failure).to_contain_text(reason)
    failure.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("attempt 2")).to_be_visible()
    expect(failure).to_be_hidden()
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    assert catalogue.names() == {"A": "Bulb"}


def test_relative_times_update(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.follow(api.begin(make_csv("A,Lamp,1"), name="some time ago.csv"))
    visitor.go_to("History")
    started = _row(page, "some time ago.csv").get_by_role("time")
    before = started.inner_text()
    expect(started).not_to_have_text(before)


def test_failed_page_of_list_shows_error(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    visitor.expect_message("400")
    api.follow(api.begin(make_csv("A,Lamp,1"), name="of the first page.csv"))
    page.route("**/jobs?limit=25", _promise_more)
    visitor.go_to("History")
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("alert")).to_contain_text("cursor")
    expect(_row(page, "of the first page.csv").first).to_be_visible()
    visitor.check_accessible()


def _promise_more(route: Route) -> None:
    """Add the cursor of a page that doesn't exist to the response."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"next_cursor": "nowhere"})


def test_bulk_delete_shows_its_selection(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("A,Lamp,1", "B,Lamp,2"))
    api.delete(filter={"price[gte]": "2"})
    visitor.go_to("History")
    page.get_by_label("Kind").select_option("Bulk deletes")
    page.get_by_role("link", name="Delete products with price from 2").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Completed")
    visitor.check_accessible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
