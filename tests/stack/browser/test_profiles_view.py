"""Profiles on the page: creating and editing by keyboard, and templates."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack


@pytest.fixture
def profile(api: Api) -> Json:
    """A profile of a supplier's price list."""
    options = {"mapping": {"Code": "sku", "Label": "name", "Worth": "price"}}
    body = {"name": "Supplier", "options": options, "header": ["Code", "Label", "Worth"]}
    created = api.call("POST", "/profiles", json=body)
    assert created.status_code == 201, created.text
    return dict(created.json())


@pytest.fixture(autouse=True)
def _without_profiles(api: Api) -> None:
    for item in api.get("/profiles")["items"]:
        api.call("DELETE", f"/profiles/{item['profile_id']}")


def test_profile_is_edited_by_keyboard(
    visitor: Visitor, page: Page, api: Api, profile: Json
) -> None:
    visitor.open("#/profiles")
    page.get_by_role("link", name="Supplier").focus()
    page.keyboard.press("Enter")
    name = page.get_by_label("Name", exact=True)
    name.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Lamp supplier")
    page.keyboard.press("Tab")
    page.keyboard.type("Shopify products")
    expect(page.get_by_label("Format")).to_have_value("shopify_products")
    page.keyboard.press("Tab")
    page.keyboard.type("Update")
    expect(page.get_by_label("Match products by")).to_be_visible()
    page.get_by_role("button", name="Edit values of column Worth").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Multiply by").focus()
    page.keyboard.type("1.19")
    visitor.check_accessible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Values changed")).to_be_visible()
    page.get_by_label("New column").focus()
    page.keyboard.type("Remark")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Field for column Remark")).to_have_value("detected")
    visitor.check_accessible()
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lamp supplier")).to_be_visible()
    saved = api.get(f"/profiles/{profile['profile_id']}")
    assert (saved["name"], saved["header"]) == (
        "Lamp supplier",
        ["Code", "Label", "Worth", "Remark"],
    )
    assert (saved["options"]["format"], saved["options"]["mode"]) == ("shopify_products", "update")
    assert saved["options"]["columns"]["Worth"]["multiply"] == "1.19"


def test_unsaved_changes_are_not_lost_by_leaving(
    visitor: Visitor, page: Page, profile: Json
) -> None:
    visitor.open(f"#/profiles/{profile['profile_id']}")
    page.get_by_label("Name", exact=True).fill("Another name")
    visitor.go_to("History")
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.check_accessible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Another name")


def test_chosen_profile_reads_the_file_and_can_be_removed(
    visitor: Visitor, page: Page, catalogue: Catalogue, profile: Json, tmp_path: Path
) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes(make_csv("A-1,Lamp,12.50", header="Code,Label,Worth"))
    visitor.choose(file)
    expect(page.get_by_text("This file looks like the profile Supplier.")).to_be_visible()
    chosen = page.get_by_label("Profile", exact=True)
    chosen.select_option("Supplier")
    expect(page.get_by_label("Field for column Worth")).to_have_value("price")
    chosen.select_option("No profile")
    expect(page.get_by_label("Field for column Worth")).to_have_value("attributes")
    chosen.select_option("Supplier")
    visitor.check_accessible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert catalogue.names() == {"A-1": "Lamp"}


def test_template_of_a_profile_has_its_columns(visitor: Visitor, page: Page, profile: Json) -> None:
    visitor.open(f"#/profiles/{profile['profile_id']}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download template").click()
    assert download.value.suggested_filename == "Supplier.csv"
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert content.splitlines() == ["Code,Label,Worth"]
    visitor.check_accessible()


def test_template_can_be_filled_in_and_imported(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download template").click()
    header = download.value.path().read_text(encoding="utf-8-sig").strip()
    file = tmp_path / download.value.suggested_filename
    file.write_bytes(make_csv("A-1,Lamp,Acme,Bright,12.50,3,yes", header=header))
    visitor.choose(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    product = catalogue.products()["a-1"]
    assert (product["brand"], product["quantity"], product["active"]) == ("Acme", 3, True)
