"""The product list: search, filters, order and scrolling."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

PRODUCTS = 350
INACTIVE = 35


@pytest.fixture(scope="module")
def lamps(api: Api, stack_catalogue: Catalogue) -> None:
    """Lamps of two kinds with increasing prices; every tenth is inactive."""
    stack_catalogue.empty()
    kinds = ("Desk", "Floor")
    records = (f"L-{n:03d},{kinds[n % 2]} lamp,{n}.50,{n % 10 > 0}" for n in range(PRODUCTS))
    api.complete(make_csv(*records, header="sku,name,price,active"))


@pytest.fixture
def products(visitor: Visitor, lamps: None) -> Page:
    """The list with its first products."""
    visitor.sign_in()
    visitor.go_to("Products")
    expect(_row(visitor.page, 1)).to_contain_text("L-000")
    return visitor.page


def _row(page: Page, number: int) -> Locator:
    return page.get_by_role("table", name="Products").get_by_role("row").nth(number)


def _expect_all(page: Page, count: int, timeout: float = 15_000) -> None:
    expect(page.get_by_text(f"{count} products", exact=True)).to_be_visible(timeout=timeout)


def test_scrolling_loads_all_rows_but_keeps_document_small(
    visitor: Visitor, products: Page
) -> None:
    table = products.get_by_role("table", name="Products")
    end = products.get_by_text(f"{PRODUCTS} products", exact=True)
    products.mouse.move(640, 500)
    for turn in range(40):
        products.mouse.wheel(0, 1_500)
        products.wait_for_timeout(100)  # about as fast as a person scrolls
        assert table.get_by_role("row").count() < 80
        if turn == 5:
            _check_between_rows(visitor)  # in the middle, with rows removed above and below
        if end.is_visible():  # in the document, not necessarily in view
            break
    products.keyboard.press("End")
    expect(end).to_be_in_viewport()
    expect(table.get_by_role("row").last).to_contain_text(f"L-{PRODUCTS - 1}")
    expect(table).to_have_attribute("aria-rowcount", str(PRODUCTS + 1))
    _check_between_rows(visitor)
    products.keyboard.press("Home")
    expect(_row(products, 1)).to_contain_text("L-000")
    visitor.check_accessible()


def _check_between_rows(visitor: Visitor) -> None:
    """Run axe where no row is partly covered by the header, which would distort its size."""
    visitor.page.evaluate(
        """() => {
            const head = document.querySelector("thead").getBoundingClientRect().bottom;
            const rows = [...document.querySelectorAll("tbody tr")];
            const tops = rows.map((row) => row.getBoundingClientRect().top);
            scrollBy(0, Math.max(...tops.filter((top) => top <= head)) - head);
        }"""
    )
    visitor.check_accessible()


def test_search_as_you_type_is_kept_in_address(visitor: Visitor, products: Page) -> None:
    search = products.get_by_label("Search products")
    search.press_sequentially("floo")
    expect(products.get_by_text("The search index is being updated.")).to_be_hidden(timeout=LONG_MS)
    expect(_row(products, 1)).to_contain_text("Floor lamp", timeout=LONG_MS)
    assert "search=floo" in products.url
    visitor.check_accessible()
    products.reload()
    expect(_row(products, 1)).to_contain_text("Floor lamp")
    expect(search).to_have_value("floo")
    search.fill("l-017")
    expect(products.get_by_text("1 product", exact=True)).to_be_visible()
    search.fill("no such product")
    expect(products.get_by_role("heading", name="No matching products")).to_be_visible()
    visitor.check_accessible()
    products.get_by_role("button", name="Show all products").click()
    expect(_row(products, 1)).to_contain_text("L-000")
    expect(search).to_have_value("")


def test_filters_combine_and_are_removed_one_by_one(visitor: Visitor, products: Page) -> None:
    products.get_by_role("button", name="Filters").click()
    products.get_by_label("Active", exact=True).select_option("Inactive")
    _expect_all(products, INACTIVE)
    products.get_by_label("Minimum price").fill("100")
    products.get_by_label("Maximum price").fill("199.99")
    _expect_all(products, 10)
    expect(_row(products, 1)).to_contain_text("L-100")
    visitor.check_accessible()
    chips = products.get_by_role("list", name="Active filters")
    chips.get_by_role("button", name="Remove filter: Inactive").click()
    _expect_all(products, 100)
    products.go_back()
    _expect_all(products, 10)
    chips.get_by_role("button", name="Clear all").click()
    expect(chips).to_be_hidden()
    products.get_by_label("SKU prefix").fill("l-34")
    _expect_all(products, 10)


def test_invalid_price_is_shown_at_filter(visitor: Visitor, products: Page) -> None:
    products.get_by_role("button", name="Filters").click()
    price = products.get_by_label("Minimum price")
    price.fill("ten")
    expect(products.get_by_role("alert")).to_contain_text("Enter a number, such as 12.50.")
    expect(price).to_have_attribute("aria-invalid", "true")
    visitor.check_accessible()
    expect(_row(products, 1)).to_contain_text("L-000")


def test_invalid_filter_blocks_bulk_delete(visitor: Visitor, products: Page) -> None:
    products.get_by_role("button", name="Filters").click()
    products.get_by_label("Minimum price").fill("100,50")
    products.get_by_role("button", name="Bulk delete").click()
    dialog = products.get_by_role("dialog")
    expect(dialog).to_contain_text("Correct or clear it")
    expect(dialog.get_by_text("deletes all products")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Delete")).to_be_hidden()
    visitor.check_accessible()
    dialog.get_by_role("button", name="Back to filters").click()
    products.get_by_label("Minimum price").fill("100.50")
    expect(products.get_by_role("button", name="Remove filter: Price from 100.50")).to_be_visible()
    products.get_by_role("button", name="Bulk delete").click()
    expect(dialog.get_by_label("Products matching the filters")).to_be_checked()


def test_column_headers_sort(products: Page) -> None:
    head = products.get_by_role("columnheader", name="Price")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(_row(products, 1)).to_contain_text("L-000")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(_row(products, 1)).to_contain_text(f"L-{PRODUCTS - 1}")
    assert "sort=-price" in products.url
