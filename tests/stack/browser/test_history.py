"""History: jobs as they are now, who asked for them, and the way back to each."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_LONG_MS = 60_000


def _begin(api: Api, name: str, content: bytes) -> str:
    created = api.announce(len(content), name=name)
    api.upload(created, content)
    return str(created["job_id"])


def _row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def test_a_job_that_somebody_starts_appears_by_itself_and_goes_on(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    visitor.go_to("History")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    row = _row(page, "appears.csv")
    expect(row).to_be_hidden()
    with catalogue.hold("import_ranges"):
        _begin(api, "appears.csv", make_csv("A,Lamp,1", "B,Lamp,x"))
        expect(row).to_contain_text("At work", timeout=_LONG_MS)
        expect(row).to_contain_text(api.get("/keys/current")["name"])
    expect(row).to_contain_text("Completed", timeout=_LONG_MS)
    expect(row).to_contain_text("1 created · 1 rejected")
    visitor.check_accessible()


def test_who_leaves_an_import_finds_it_again_in_the_history(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = _begin(api, "found again.csv", make_csv("A,Lamp,1", "B,Lamp,x"))
    api.follow(job_id)
    visitor.go_to("History")
    _row(page, "found again.csv").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"#/import/{job_id}$"))
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    page.get_by_role("link", name="Its products").click()
    expect(page.get_by_text("1 product. That is all.")).to_be_visible()
    expect(page.get_by_role("list", name="Filters that are set")).to_contain_text("found again.csv")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_a_failed_import_says_why(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = _begin(api, "headless.csv", b"nothing,here\n1,2\n")
    failed = api.follow(job_id).job
    visitor.go_to("History")
    page.get_by_label("Status").select_option("Failed")
    expect(_row(page, "headless.csv")).to_contain_text(failed["error"]["message"])
    expect(page.get_by_text("Completed", exact=True).filter(visible=True)).to_have_count(0)
    visitor.check_accessible()
    _row(page, "headless.csv").get_by_role("link").click()
    expect(page.get_by_text("The import failed.")).to_be_visible()
    visitor.check_accessible()


def test_a_bulk_delete_is_shown_with_what_it_meant(
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
