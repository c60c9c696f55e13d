"""Changing the values of a column before the import, with the effect shown at once."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.chromium import PHONE
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_FILE = make_csv(
    "X-1,  desk LAMP ,10.00,rd,4",
    "X-2,Floor lamp (old),,bl,-3",
    header="SKU,Name,Price,Colour,Stock",
)


@pytest.fixture
def chosen(visitor: Visitor, page: Page, tmp_path: Path) -> Page:
    """The page with a file whose values need changes."""
    file = tmp_path / "supplier.csv"
    file.write_bytes(_FILE)
    visitor.choose(file)
    expect(page.get_by_label("Field for column Stock")).to_have_value("quantity")
    return page


def _open(page: Page, column: str) -> Locator:
    page.get_by_role("button", name=f"of column {column}").click()
    return page.get_by_role("dialog", name=f"Values of {column}")


def _effects(dialog: Locator) -> Locator:
    """Return the table of the first cells and what they become."""
    return dialog.get_by_role("table").locator("tbody")


def _done(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()


def test_changes_of_values_are_shown_and_imported(
    visitor: Visitor, chosen: Page, catalogue: Catalogue
) -> None:
    name = _open(chosen, "Name")
    expect(_effects(name)).to_contain_text("desk LAMP")
    name.get_by_role("button", name="Add row to replacements").click()
    name.get_by_label("Text 1", exact=True).fill(" (old)")
    name.get_by_label("Case").select_option("Title case")
    name.get_by_label("Add prefix").fill("Acme ")
    expect(_effects(name).get_by_role("cell")).to_have_text(["desk LAMP", "Acme Desk Lamp"])
    visitor.check_accessible()
    _done(name)

    price = _open(chosen, "Price")
    price.get_by_label("Value for blank cells").fill("20")
    price.get_by_label("Multiply by").fill("1,19")
    price.get_by_label("Round to").select_option("1 decimal")
    expect(_effects(price)).to_contain_text("11.9")
    chosen.keyboard.press("Escape")

    colour = _open(chosen, "Colour")
    colour.get_by_role("button", name="Add row to value list").click()
    chosen.keyboard.type("RD")  # the new row has the focus
    chosen.keyboard.press("Tab")
    chosen.keyboard.type("red")
    expect(_effects(colour)).to_contain_text("red")
    _done(colour)

    stock = _open(chosen, "Stock")
    expect(_effects(stock)).to_contain_text("Quantity is below 0.")
    stock.get_by_label("Read negative quantities as 0").check()
    expect(_effects(stock).get_by_role("cell")).to_have_text(["4", "4", "-3", "0"])
    _done(stock)

    expect(chosen.get_by_text("Values changed")).to_have_count(4)
    products = chosen.get_by_role("region", name="Products from the first records")
    expect(products.get_by_role("row").nth(2)).to_contain_text("Acme Floor Lamp")
    visitor.check_accessible()
    chosen.get_by_role("button", name="Import", exact=True).click()
    expect(chosen.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    found = catalogue.products()
    assert catalogue.names() == {"X-1": "Acme Desk Lamp", "X-2": "Acme Floor Lamp"}
    assert [str(found[key]["price"]) for key in ("x-1", "x-2")] == ["11.90", "23.80"]
    assert [found[key]["quantity"] for key in ("x-1", "x-2")] == [4, 0]
    assert [found[key]["attributes"] for key in ("x-1", "x-2")] == [
        {"Colour": "red"},
        {"Colour": "bl"},
    ]


def test_invalid_factor_says_what_to_enter_and_changes_can_be_removed(
    visitor: Visitor, chosen: Page
) -> None:
    chosen.set_viewport_size(PHONE)
    price = _open(chosen, "Price")
    price.get_by_label("Multiply by").fill("a lot")
    expect(price.get_by_role("alert")).to_have_text("Enter a number of 0 or more.")
    visitor.check_accessible()
    price.get_by_label("Multiply by").fill("2")
    expect(price.get_by_role("alert")).to_be_hidden()
    expect(_effects(price)).to_contain_text("20.00")
    price.get_by_role("button", name="Remove all changes").click()
    expect(price.get_by_label("Multiply by")).to_have_value("")
    _done(price)
    expect(chosen.get_by_text("Values changed")).to_have_count(0)
