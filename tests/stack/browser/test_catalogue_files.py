"""Exports of shops and stock lists on the page: formats, modes, warnings and profiles."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_SHOPIFY = make_csv(
    "tee,Plain Tee,<p>Soft</p>,Acme,TRUE,Size,S,TEE-S,4,15.00,https://x/1.jpg,active",
    "tee,,,,,,M,TEE-M,5,15.00,,",
    "tee,,,,,,,,,,https://x/2.jpg,",
    "mug,Mug,,Acme,TRUE,Title,Default Title,,9,8.00,,draft",
    header="Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Inventory Qty,Variant Price,Image Src,Status",
)


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _import(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)


def test_shopify_export_needs_no_settings(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    visitor.choose(_write(tmp_path, "products_export.csv", _SHOPIFY))
    chosen = page.get_by_label("Format", exact=True).locator("option:checked")
    expect(chosen).to_have_text("Detected: Shopify products")
    expect(page.get_by_text("headers are those of")).to_be_visible()
    expect(page.get_by_text("Skipped: The row only adds an image")).to_be_visible()
    visitor.check_accessible()
    _import(page)
    assert catalogue.names() == {
        "TEE-S": "Plain Tee - S", "TEE-M": "Plain Tee - M", "mug": "Mug",
    }  # fmt: skip
    skipped = page.get_by_role("region", name="Skipped records", exact=True)
    expect(skipped.get_by_role("row")).to_have_count(2)
    visitor.check_accessible()


def test_stock_list_updates_only_known_products(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, tmp_path: Path
) -> None:
    api.complete(make_csv("A-1,Lamp,12.50", "A-2,Torch,3.00"))
    visitor.choose(_write(tmp_path, "stock.csv", b"SKU,Stock\nA-1,5\nA-2,0\nNEW-9,3\n"))
    expect(page.get_by_text("Choose a column for name")).to_be_visible()
    page.get_by_label("Mode").select_option("Update existing only")
    _import(page)
    products = catalogue.products()
    assert {sku: product["quantity"] for sku, product in products.items()} == {"a-1": 5, "a-2": 0}
    assert {str(product["price"]) for product in products.values()} == {"12.50", "3.00"}
    skipped = page.get_by_role("region", name="Skipped records", exact=True)
    expect(skipped.get_by_role("row").nth(1)).to_contain_text("NEW-9")
    visitor.check_accessible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all skipped records").click()
    assert "NEW-9" in download.value.path().read_text(encoding="utf-8")


def test_create_mode_lists_the_products_that_exist(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, tmp_path: Path
) -> None:
    api.complete(make_csv("A-1,Lamp,12.50"))
    visitor.choose(_write(tmp_path, "new.csv", make_csv("A-1,Old lamp,1", "A-2,Torch,3.00")))
    page.get_by_label("Mode").select_option("Create new only")
    _import(page)
    assert catalogue.names() == {"A-1": "Lamp", "A-2": "Torch"}
    skipped = page.get_by_role("region", name="Skipped records", exact=True)
    reason = "The product exists already, and this import only creates products."
    expect(skipped.get_by_role("row").nth(1)).to_have_text(f"2A-1{reason}")
    visitor.check_accessible()


def test_profile_is_saved_and_used_for_next_file(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    header = "Code,Label,Worth"
    first = make_csv("A-1,Lamp,12.50", header=header)
    visitor.choose(_write(tmp_path, "supplier.csv", first))
    for column, field in (("Code", "SKU"), ("Label", "Name"), ("Worth", "Price")):
        page.get_by_label(f"Field for column {column}").select_option(field)
    page.get_by_role("button", name="Save as profile").click()
    visitor.check_accessible()
    page.get_by_role("dialog").get_by_label("Name").fill("Supplier")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Remove supplier.csv").click()

    second = make_csv("A-2,Torch,3.00,new", header=f"{header},Remark")
    visitor.choose(_write(tmp_path, "supplier-2.csv", second))
    expect(page.get_by_text("This file looks like the profile Supplier.")).to_be_visible()
    expect(page.get_by_text("Column Remark is new.")).to_be_visible()
    visitor.check_accessible()
    page.get_by_role("button", name="Use profile").click()
    expect(page.get_by_label("Field for column Worth")).to_have_value("price")
    _import(page)
    assert catalogue.names() == {"A-2": "Torch"}

    visitor.go_to("Profiles")
    page.get_by_role("link", name="Supplier").click()
    expect(page.get_by_text("Last used")).to_be_visible()
    visitor.check_accessible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete profile").click()
    expect(page.get_by_role("heading", name="No profiles yet")).to_be_visible()


def test_warnings_are_shown_before_and_after_import(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    content = make_csv("A-1,Lamp,12.50,10.00", header="sku,name,price,retail price")
    visitor.choose(_write(tmp_path, "prices.csv", content))
    warning = page.get_by_role("status").filter(has_text="retail price")
    expect(warning).to_be_visible()
    visitor.check_accessible()
    _import(page)
    expect(warning).to_be_visible()
    assert catalogue.names() == {"A-1": "Lamp"}
