"""Plans on the page: look at what an import would do, then apply or discard it."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor, job_of
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

HEADER = "sku,name,price,quantity,Colour"
BEFORE = make_csv(
    "A,Lamp,10.00,5,red", "B,Bulb,10.00,5,red", "C,Pipe,10.00,5,red", "D,Wire,10.00,5,red",
    header=HEADER,
)  # fmt: skip
FILE = make_csv(
    "A,Lamp,12.00,5,red",  # another price
    "B,Bulb,30.00,5,red",  # far more than before
    "C,Pipe,10.00,0,blue",  # sold out, and another attribute
    "D,Wire,10.00,5,red",
    "E,Plug,1.00,1,red",
    "F,,1.00,1,red",
    header=HEADER,
)


@pytest.fixture
def planned(page: Page, api: Api, catalogue: Catalogue, visitor: Visitor, tmp_path: Path) -> str:
    """The id of an import whose plan is on the page."""
    api.complete(BEFORE)
    file = tmp_path / "prices.csv"
    file.write_bytes(FILE)
    visitor.go_to("Import")
    visitor.choose(file)
    page.get_by_label("Look first, then apply").check()
    expect(page.get_by_text("The import takes less than a minute")).to_be_visible()
    visitor.check_accessible()
    page.get_by_role("button", name="Plan import").click()
    expect(page.get_by_text("Ready to apply")).to_be_visible(timeout=LONG_MS)
    return job_of(page)


def _row(page: Page, sku: str) -> Locator:
    table = page.get_by_role("region", name="Planned changes")
    heads = page.get_by_role("rowheader", name=sku, exact=True)
    return table.get_by_role("row").filter(has=heads)


def test_plan_shows_everything_it_would_do(
    visitor: Visitor, page: Page, catalogue: Catalogue, planned: str
) -> None:
    expect(page.get_by_role("heading", name="Nothing has been changed yet")).to_be_visible()
    expect(page.get_by_text("The plan expires in")).to_be_visible()
    expect(page.get_by_text("Applying it takes less than a minute.")).to_be_visible()
    outcomes = page.get_by_role("region", name="Outcomes").get_by_role("listitem")
    numbers = {"Created": 1, "Updated": 3, "Unchanged": 1, "Rejected": 1}
    for outcome, number in numbers.items():
        shown = outcomes.filter(has_text=outcome).locator("strong")
        expect(shown).to_have_text(str(number))
    expect(page.get_by_text("1 price changes by more than 50%.")).to_be_visible()
    expect(page.get_by_text("1 quantity becomes 0.")).to_be_visible()
    expect(_row(page, "A").locator("del")).to_contain_text("10.00")
    expect(_row(page, "A").locator("ins")).to_contain_text("12.00")
    expect(_row(page, "B")).to_contain_text("+200%")
    expect(_row(page, "C")).to_contain_text(re.compile("Colour.*red.*blue"))
    expect(_row(page, "E")).to_contain_text("Created")
    expect(page.get_by_role("heading", name="1 rejected record")).to_be_visible()
    visitor.check_accessible()
    assert catalogue.query("SELECT price FROM products WHERE sku = 'B'") == [(10,)]


def test_filters_show_some_of_the_changes_and_are_in_the_address(
    visitor: Visitor, page: Page, planned: str
) -> None:
    rows = page.get_by_role("region", name="Planned changes").get_by_role("row")
    expect(rows).to_have_count(5)
    page.get_by_role("button", name="Created 1").click()
    expect(rows).to_have_count(2)
    expect(_row(page, "E")).to_be_visible()
    page.get_by_role("link", name="Show price changes").click()
    expect(rows).to_have_count(3)
    expect(page.get_by_role("button", name="Price 2")).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("?field=price")
    visitor.check_accessible()
    page.reload()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="All changes 4").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(5)


def test_all_changes_are_a_file(page: Page, planned: str) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all changes").click()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        assert sorted({row["sku"] for row in csv.DictReader(file)}) == ["A", "B", "C", "E"]


def test_plan_is_applied_by_keyboard(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, planned: str
) -> None:
    button = page.get_by_role("button", name="Apply 4 changes")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("listitem").filter(has_text="Apply, done")).to_be_visible()
    visitor.check_accessible()
    assert api.get(f"/jobs/{planned}")["counts"]["updated"] == 3
    assert catalogue.names().keys() == {"A", "B", "C", "D", "E"}


def test_discarded_plan_changes_nothing(
    visitor: Visitor, page: Page, catalogue: Catalogue, planned: str
) -> None:
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The import was cancelled.")).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("button", name="Apply 4 changes")).to_be_hidden()
    visitor.check_accessible()
    assert catalogue.names().keys() == {"A", "B", "C", "D"}


@pytest.mark.parametrize(
    ("choice", "price"), [("Keep the current values", 99), ("Overwrite with the values", 12)]
)
def test_products_changed_since_the_plan_are_kept_or_overwritten(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue,
    planned: str, choice: str, price: int,
) -> None:  # fmt: skip
    _set_price(api, "A", "99.00")
    page.get_by_role("button", name="Apply 4 changes").click()
    notice = page.get_by_text("1 product was changed after the plan was made.")
    expect(notice).to_be_visible(timeout=LONG_MS)
    drifted = page.get_by_role("list", name="Products changed since the plan")
    expect(drifted.get_by_role("link", name="A")).to_be_visible()
    visitor.check_accessible()
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Apply 4 changes").click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert catalogue.query("SELECT price FROM products WHERE sku = 'A'") == [(price,)]
    assert catalogue.query("SELECT price FROM products WHERE sku = 'B'") == [(30,)]


def test_history_leads_to_a_plan_that_waits(visitor: Visitor, page: Page, planned: str) -> None:
    visitor.go_to("History")
    page.get_by_label("Status").select_option("Ready to apply")
    page.get_by_role("row").filter(has_text="Ready to apply").first.get_by_role("link").click()
    expect(page.get_by_role("button", name="Apply 4 changes")).to_be_visible()


def test_next_file_is_imported_while_a_plan_waits(
    visitor: Visitor, page: Page, planned: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(make_csv("Z,Lamp,1"))
    visitor.go_to("Import")
    visitor.drop(other)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)


def _set_price(api: Api, sku: str, price: str) -> None:
    product = api.get(f"/products?sku={sku}")["items"][0]
    changed = api.call(
        "PATCH",
        f"/products/{product['id']}",
        json={"price": price},
        headers={"Content-Type": "application/merge-patch+json", "If-Match": "*"},
    )
    assert changed.status_code == 200, changed.text
