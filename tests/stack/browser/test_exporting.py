"""Exports on the page: the form, the file, and exports in the background and in the history."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor, holding
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack


@pytest.fixture
def dialog(visitor: Visitor, page: Page, api: Api, catalogue: Catalogue) -> Locator:
    """The dialog of an export, over the list of two active products and an inactive one."""
    records = ("A,Lamp,1,yes,oak", "B,=2+3,2,yes,ash", "C,Bulb,3,no,elm")
    api.complete(make_csv(*records, header="sku,name,price,active,Material"))
    visitor.open("#/products?active=true")
    expect(page.get_by_text("2 products", exact=True)).to_be_visible()
    page.get_by_role("button", name="Export").click()
    return page.get_by_role("dialog", name="Export products")


def _download(page: Page, place: Locator | Page) -> tuple[str, Path]:
    button = place.get_by_role("button", name="Download")
    expect(button).to_be_visible(timeout=LONG_MS)
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, download.value.path()


def test_filtered_products_become_a_file_with_the_selected_fields(
    visitor: Visitor, page: Page, dialog: Locator
) -> None:
    expect(dialog.get_by_label("Products matching the filters")).to_be_checked()
    dialog.get_by_label("Selected fields").check()
    for field in ("Brand", "Description", "Quantity", "Active"):
        dialog.get_by_label(field, exact=True).uncheck()
    dialog.get_by_label("Make formulas harmless").check()
    visitor.check_accessible()
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog).to_contain_text("2 products exported", timeout=LONG_MS)
    visitor.check_accessible()
    name, path = _download(page, dialog)
    assert name.endswith(".csv")
    header, *records = path.read_text(encoding="utf-8").splitlines()
    assert header == "sku,name,price,Material,product_importer_id"
    texts = sorted(record.rpartition(",")[0] for record in records)
    assert texts == ["A,Lamp,1.00,oak", "B,'=2+3,2.00,ash"]


def test_single_attributes_are_chosen_by_name(
    visitor: Visitor, page: Page, api: Api, dialog: Locator
) -> None:
    api.complete(make_csv("D,Sofa,4,oak,red", header="sku,name,price,Material,Colour"))
    dialog.get_by_label("Selected fields").check()
    for field in ("Name", "Brand", "Description", "Price", "Quantity", "Active"):
        dialog.get_by_label(field, exact=True).uncheck()
    names, start = (
        dialog.get_by_label("Only these attributes"),
        dialog.get_by_role("button", name="Export", exact=True),
    )
    names.fill("x" * 256)
    expect(dialog.get_by_role("alert")).to_contain_text("more than 255 characters")
    expect(start).to_be_disabled()
    visitor.check_accessible()
    names.fill("Colour\n Shape \n")
    expect(dialog.get_by_role("alert")).to_be_hidden()
    visitor.check_accessible()
    start.click()
    expect(dialog).to_contain_text("3 products exported", timeout=LONG_MS)
    _, path = _download(page, dialog)
    header, *records = path.read_text(encoding="utf-8").splitlines()
    assert header == "sku,Colour,Shape,product_importer_id"
    assert sorted(record.rpartition(",")[0] for record in records) == ["A,,", "B,,", "D,red,"]


def test_changes_since_a_time_are_exported_by_keyboard(page: Page, dialog: Locator) -> None:
    chosen = dialog.get_by_label("Format")
    expect(dialog.get_by_label("Products matching the filters")).to_be_focused()
    page.keyboard.press("ArrowDown")  # all products
    page.keyboard.press("Tab")
    expect(chosen).to_be_focused()
    page.keyboard.press("End")
    expect(chosen).to_have_value("jsonl")
    expect(dialog.get_by_label("Make formulas harmless")).to_be_hidden()
    dialog.get_by_label("Only products changed since").fill("2000-01-01T00:00")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("3 products exported", timeout=LONG_MS)
    _, path = _download(page, dialog)
    products = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    # The order of ids: workers of an import create products in no certain order.
    assert {product["sku"] for product in products} == {"A", "B", "C"}
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Export")).to_be_focused()


def test_export_without_a_field_is_not_possible(visitor: Visitor, dialog: Locator) -> None:
    dialog.get_by_label("Selected fields").check()
    boxes = dialog.get_by_role("checkbox", checked=True)
    while boxes.count():
        boxes.first.uncheck()
    expect(dialog.get_by_text("Select at least one field.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Export", exact=True)).to_be_disabled()
    visitor.check_accessible()


def test_export_in_the_background_keeps_its_file_at_hand(
    visitor: Visitor, page: Page, dialog: Locator
) -> None:
    with holding(page, "**/jobs/job_*"):
        dialog.get_by_role("button", name="Export", exact=True).click()
        expect(dialog).to_contain_text("Starting…")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    card = page.get_by_role("region", name="Export")
    expect(card).to_contain_text("2 products exported", timeout=LONG_MS)
    visitor.check_accessible()
    _download(page, card)
    card.get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()


def test_history_keeps_the_file_of_an_export(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("A,Lamp,1", "B,Lamp,2"))
    content = api.export(filter={"price[gte]": "2"}, format="csv.gz")
    visitor.go_to("History")
    page.get_by_label("Kind").select_option("Exports")
    page.get_by_role("link", name="Export products with price from 2").first.click()
    drawer = page.get_by_role("dialog", name="Export")
    expect(drawer).to_contain_text("1 product exported")
    expect(drawer).to_contain_text("CSV, compressed (gzip)")
    visitor.check_accessible()
    name, path = _download(page, drawer)
    assert name.endswith(".csv.gz")
    assert path.read_bytes() == content
