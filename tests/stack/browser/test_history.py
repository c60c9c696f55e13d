"""History: jobs as they are now, who asked for them, and the way back to each."""

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


def test_a_job_that_somebody_starts_appears_by_itself_and_goes_on(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    visitor.go_to("History")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    row = _row(page, "appears.csv")
    expect(row).to_be_hidden()
    with catalogue.hold("import_ranges"):
        api.begin(make_csv("A,Lamp,1", "B,Lamp,x"), name="appears.csv")
        expect(row).to_contain_text("At work", timeout=LONG_MS)
        expect(row).to_contain_text(api.get("/keys/current")["name"])
    expect(row).to_contain_text("Completed", timeout=LONG_MS)
    expect(row).to_contain_text("1 created · 1 rejected")
    visitor.check_accessible()


def test_who_leaves_an_import_finds_it_again_in_the_history(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.begin(make_csv("A,Lamp,1", "B,Lamp,x"), name="found again.csv")
    api.follow(job_id)
    visitor.go_to("History")
    _row(page, "found again.csv").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"#/import/{job_id}$"))
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    page.get_by_role("link", name="Show the products").click()
    expect(page.get_by_text("1 product. That is all.")).to_be_visible()
    expect(page.get_by_role("list", name="Filters that are set")).to_contain_text("found again.csv")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_a_failed_import_says_why(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.begin(b"nothing,here\n1,2\n", name="headless.csv")
    api.follow(job_id)
    visitor.go_to("History")
    page.get_by_label("Status").select_option("Failed")
    expect(_row(page, "headless.csv")).to_contain_text("The header has no column for sku and name")
    expect(page.get_by_text("Completed", exact=True).filter(visible=True)).to_have_count(0)
    visitor.check_accessible()
    _row(page, "headless.csv").get_by_role("link").click()
    failure = page.get_by_role("alert").filter(has_text="The import failed.")
    expect(failure).to_contain_text("Name the columns in the file, or choose what each of them")
    expect(failure).not_to_contain_text("options.")  # which only a program has
    visitor.check_accessible()


def test_a_failed_import_is_tried_again_and_goes_through(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, emulator: Emulator
) -> None:
    content = make_csv("A,Bulb,1", "B,Lamp,x")
    with import_at_work(api, catalogue, content, name="replaced.csv") as job_id:
        emulator.put(f"uploads/{job_id}", make_csv("A,Pipe,2"))
    api.follow(job_id)
    emulator.put(f"uploads/{job_id}", content)
    visitor.open(f"#/import/{job_id}")
    failure = page.get_by_role("alert").filter(has_text="The import failed.")
    expect(failure).to_contain_text("was replaced or removed while it was being imported")
    failure.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("attempt 2")).to_be_visible()
    expect(failure).to_be_hidden()
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    assert catalogue.names() == {"A": "Bulb"}


def test_how_long_ago_a_job_was_started_goes_on_while_one_looks(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.follow(api.begin(make_csv("A,Lamp,1"), name="some time ago.csv"))
    visitor.go_to("History")
    started = _row(page, "some time ago.csv").get_by_role("time")
    before = started.inner_text()
    expect(started).not_to_have_text(before)


def test_a_page_of_the_list_that_is_not_answered_is_said_and_asked_for_again(
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
    """Answer what the API does, and that there is another page, which it does not have."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"next_cursor": "nowhere"})


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
