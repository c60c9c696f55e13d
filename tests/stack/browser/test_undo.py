"""Undo on the page: imports, bulk deletes and undos are taken back, with a look at it first."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

BEFORE = {"A": "Lamp", "B": "Bulb"}
AFTER = {"A": "Big lamp", "B": "Big bulb", "C": "Pipe"}


@pytest.fixture
def imported(visitor: Visitor, page: Page, api: Api, catalogue: Catalogue) -> str:
    """The id of an import on the page, that changed two products and created one."""
    api.complete(make_csv("A,Lamp,1", "B,Bulb,1"))
    job_id = api.begin(make_csv("A,Big lamp,1", "B,Big bulb,1", "C,Pipe,1"))
    api.follow(job_id)
    visitor.open(f"#/import/{job_id}")
    return job_id


def _undo(page: Page, title: str = "Undo import") -> Locator:
    """Open the dialog of the undo; return it when it says what would change."""
    page.get_by_role("button", name="Undo", exact=True).click()
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog.get_by_text("Checking what would change…")).to_be_hidden()
    return dialog


def _confirm(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Undo", exact=True).click()


def test_import_is_undone_and_the_undo_too(
    visitor: Visitor, page: Page, catalogue: Catalogue, imported: str
) -> None:
    expect(page.get_by_text("You can undo this until")).to_be_visible()
    visitor.check_accessible()
    dialog = _undo(page)
    expect(dialog).to_contain_text("2 products get their previous values back.")
    expect(dialog).to_contain_text("1 product that was new is deleted.")
    visitor.check_accessible()
    assert catalogue.names() == AFTER
    _confirm(dialog)
    expect(dialog).to_contain_text("2 restored, 1 deleted.", timeout=LONG_MS)
    visitor.check_accessible()
    assert catalogue.names() == BEFORE
    dialog.get_by_role("button", name="Undo this").click()
    dialog = page.get_by_role("dialog", name="Undo the undo")
    expect(dialog).to_contain_text("1 product that was deleted comes back.")
    _confirm(dialog)
    expect(dialog).to_contain_text("2 restored, 1 brought back.", timeout=LONG_MS)
    assert catalogue.names() == AFTER
    page.keyboard.press("Escape")
    expect(page.get_by_text("This was undone.")).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "name"), [("Keep them as they are now", "Mine"), ("Undo them too", "Lamp")]
)
def test_products_changed_since_are_kept_or_undone_too(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue,
    imported: str, choice: str, name: str,
) -> None:  # fmt: skip
    api.complete(make_csv("A,Mine", header="sku,name"))
    dialog = _undo(page)
    expect(dialog).to_contain_text("1 product was changed afterwards.")
    conflicts = dialog.get_by_role("region", name="Conflicts")
    expect(conflicts.get_by_role("row").nth(1)).to_contain_text("Changed since")
    visitor.check_accessible()
    dialog.get_by_label(choice).check()
    _confirm(dialog)
    outcome = dialog.get_by_text("Products changed afterwards:")
    expect(outcome).to_be_visible(timeout=LONG_MS)
    outcome.click()
    expect(conflicts.get_by_role("row").nth(1)).to_contain_text("Changed since")
    visitor.check_accessible()
    assert catalogue.names() == {"A": name, "B": "Bulb"}


def test_import_is_undone_by_keyboard(page: Page, catalogue: Catalogue, imported: str) -> None:
    page.get_by_role("button", name="Undo", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("2 restored, 1 deleted.", timeout=LONG_MS)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert catalogue.names() == BEFORE


def test_bulk_delete_says_until_when_and_is_undone(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("A,Lamp,1", "B,Bulb,1"))
    visitor.go_to("Products")
    page.get_by_role("button", name="Bulk delete").click()
    dialog = page.get_by_role("dialog", name="Bulk delete")
    expect(dialog).to_contain_text("You can undo this until")
    visitor.check_accessible()
    dialog.get_by_label("Type 2 to confirm").fill("2")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("2 products deleted.", timeout=LONG_MS)
    expect(dialog).to_contain_text("You can undo this until")
    visitor.check_accessible()
    dialog.get_by_role("button", name="Undo", exact=True).click()
    undo = page.get_by_role("dialog", name="Undo bulk delete")
    expect(undo).to_contain_text("2 products that were deleted come back.")
    _confirm(undo)
    expect(undo).to_contain_text("2 brought back.", timeout=LONG_MS)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_text("2 products", exact=True)).to_be_visible()
    assert catalogue.names() == BEFORE


def test_history_shows_an_undo_with_its_conflicts(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.begin(make_csv("A,Lamp,1", "B,Bulb,1"), name="undone.csv")
    api.follow(job_id)
    api.complete(make_csv("A,Mine", header="sku,name"))
    undone = api.call("POST", f"/jobs/{job_id}/revert", json={}).json()
    api.follow(undone["job_id"])
    visitor.go_to("History")
    page.get_by_label("Kind").select_option("Undos")
    page.get_by_role("link", name="Undo the import of undone.csv").first.click()
    drawer = page.get_by_role("dialog", name="Undo")
    expect(drawer).to_contain_text("1 deleted.")
    drawer.get_by_text("Products changed afterwards: 1 kept").click()
    conflicts = drawer.get_by_role("region", name="Conflicts")
    expect(conflicts.get_by_role("row").nth(1)).to_contain_text("Kept")
    visitor.check_accessible()
    drawer.get_by_role("link", name="the import of undone.csv").click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
