"""Files that are the whole catalogue: what happens to products that they don't name."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

LIMIT = (
    "Nothing is changed if more than 10% of these products and more than 1,000, or more than 90%,"
    " would be {}."
)


@pytest.fixture
def form(visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, tmp_path: Path) -> Page:
    """The form of a file that names two of four products."""
    api.complete(make_csv("L-1,Lamp,1", "L-2,Bulb,1", "P-1,Pipe,1", "P-2,Wire,1"))
    file = tmp_path / "all.csv"
    file.write_bytes(make_csv("L-1,Lamp,1", "P-1,Pipe,1"))
    visitor.go_to("Import")
    visitor.choose(file)
    page.get_by_label("The file is the whole catalogue").check()
    return page


def _import(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)


def test_missing_products_become_inactive(
    visitor: Visitor, form: Page, catalogue: Catalogue
) -> None:
    expect(form.get_by_label("What happens to them")).to_have_value("deactivate")
    expect(form.get_by_text(LIMIT.format("deactivated"))).to_be_visible()
    visitor.check_accessible()
    _import(form)
    expect(form.get_by_text("2 products missing from the file were deactivated.")).to_be_visible()
    visitor.check_accessible()
    found = catalogue.query("SELECT sku FROM products WHERE NOT active ORDER BY sku")
    assert found == [("L-2",), ("P-2",)]
    form.get_by_text("Import settings").click()
    expect(form.get_by_text("all products: deactivated")).to_be_visible()


def test_products_of_a_prefix_are_deleted_by_keyboard(
    visitor: Visitor, form: Page, catalogue: Catalogue
) -> None:
    box = form.get_by_label("The file is the whole catalogue")
    box.focus()
    form.keyboard.press("Tab")
    expect(form.get_by_label("What happens to them")).to_be_focused()
    form.keyboard.press("End")
    form.keyboard.press("Tab")
    form.keyboard.press("ArrowDown")
    expect(form.get_by_text("Enter a text, or choose all products.")).to_be_visible()
    expect(form.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    visitor.check_accessible()
    form.keyboard.press("Tab")
    form.keyboard.type("L-")
    form.keyboard.press("Enter")
    expect(form.get_by_text(LIMIT.format("deleted"))).to_be_visible()
    _import(form)
    assert catalogue.names().keys() == {"L-1", "P-1", "P-2"}


def test_too_many_missing_products_stop_the_import(
    visitor: Visitor, form: Page, catalogue: Catalogue
) -> None:
    form.get_by_label("Limit in products").fill("1")
    expect(form.get_by_text("and more than 1, or more than 90%")).to_be_visible()
    form.get_by_role("button", name="Import", exact=True).click()
    failure = form.get_by_role("alert").filter(has_text="The import failed.")
    expect(failure).to_contain_text("2", timeout=LONG_MS)
    expect(failure).not_to_contain_text("options.")
    visitor.check_accessible()
    assert catalogue.query("SELECT count(*) FROM products WHERE active") == [(4,)]


def test_file_that_is_not_whole_keeps_other_products(form: Page, catalogue: Catalogue) -> None:
    form.get_by_label("The file is the whole catalogue").uncheck()
    _import(form)
    assert catalogue.query("SELECT count(*) FROM products WHERE active") == [(4,)]


def test_plan_lists_the_missing_products(visitor: Visitor, form: Page, api: Api) -> None:
    form.get_by_label("Look first, then apply").check()
    form.get_by_role("button", name="Plan import").click()
    callout = form.get_by_text("2 products missing from the file will be deactivated.")
    expect(callout).to_be_visible(timeout=LONG_MS)
    form.get_by_role("link", name="Show missing products").click()
    rows = form.get_by_role("region", name="Planned changes").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("L-2")
    expect(rows.nth(1).locator("ins")).to_contain_text("no")
    visitor.check_accessible()
    form.get_by_role("button", name="Apply 2 changes").click()
    expect(form.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert api.get("/products?active=false")["items"][0]["sku"] == "L-2"
