"""Products: create, edit, resolve conflicts, switch, delete, bulk delete."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack.browser.visitor import Visitor, holding
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json
from tests.stack.files import make_numbered

pytestmark = pytest.mark.stack


@pytest.fixture
def lamp(api: Api, catalogue: Catalogue) -> Json:
    """The only product."""
    body = {"sku": "LAMP-1", "name": "Desk lamp", "price": "24.90", "quantity": 12}
    answer = api.call("POST", "/products", json=body | {"attributes": {"colour": "red"}})
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


@pytest.fixture
def products(visitor: Visitor, lamp: Json) -> Page:
    """The list of that product."""
    visitor.sign_in()
    visitor.go_to("Products")
    expect(visitor.page.get_by_text("1 product", exact=True)).to_be_visible()
    return visitor.page


def _drawer(page: Page) -> Locator:
    return page.get_by_role("dialog").first


def _open(page: Page) -> Locator:
    page.get_by_role("link", name="Desk lamp").click()
    expect(_drawer(page).get_by_label("SKU")).to_have_value("LAMP-1")
    return _drawer(page)


def test_errors_of_new_product_are_shown_at_fields(
    visitor: Visitor, products: Page, api: Api
) -> None:
    visitor.expect_message("422", "409")
    products.get_by_role("link", name="New product").click()
    drawer = _drawer(products)
    drawer.get_by_label("SKU").fill("lamp-1")
    drawer.get_by_label("Price").fill("1.999")
    create = drawer.get_by_role("button", name="Create product")
    create.click()
    for field in ("Name", "Price"):
        expect(drawer.get_by_label(field, exact=True)).to_have_attribute("aria-invalid", "true")
    expect(drawer.get_by_label("SKU")).not_to_have_attribute("aria-invalid", "true")
    visitor.check_accessible()
    drawer.get_by_label("Name", exact=True).fill("Torch")
    drawer.get_by_label("Price").fill("1.99")
    create.click()
    expect(drawer.get_by_role("alert")).to_contain_text("Another product has this SKU: LAMP-1.")
    expect(drawer.get_by_label("SKU")).to_have_attribute("aria-invalid", "true")
    drawer.get_by_label("SKU").fill("TORCH-1")
    create.click()
    toast = _drawer(products).get_by_text("TORCH-1 created.")  # above the drawer
    expect(toast).to_be_visible()
    delete = _drawer(products).get_by_role("button", name="Delete")
    delete.click(trial=True, timeout=1_000)  # not covered by the toast
    expect(toast).to_be_visible()
    [created] = api.get("/products", params={"sku": "torch-1"})["items"]
    assert (created["name"], created["price"]) == ("Torch", "1.99")
    expect(_drawer(products).get_by_role("heading", name="Torch")).to_be_visible()


def test_edit_is_saved_and_shown_in_list(
    visitor: Visitor, products: Page, api: Api, lamp: Json
) -> None:
    drawer = _open(products)
    expect(drawer.get_by_label("SKU")).to_be_focused()
    drawer.get_by_label("Description").fill("It bends.")
    drawer.get_by_label("Name", exact=True).fill("Bending lamp")
    drawer.get_by_label("Value of colour").fill("green")
    visitor.check_accessible()
    drawer.get_by_role("button", name="Save changes").click()
    expect(drawer).to_be_hidden()
    expect(products.get_by_role("link", name="Bending lamp")).to_be_focused()
    found = api.get(f"/products/{lamp['id']}")
    assert (found["description"], found["attributes"]) == ("It bends.", {"colour": "green"})


def test_unsaved_changes_need_confirmation(visitor: Visitor, products: Page) -> None:
    drawer = _open(products)
    drawer.get_by_label("Name", exact=True).fill("Bending lamp")
    products.keyboard.press("Escape")
    question = products.get_by_role("dialog", name="Discard your changes?")
    visitor.check_accessible()
    question.get_by_role("button", name="Keep editing").click()
    expect(drawer.get_by_label("Name", exact=True)).to_have_value("Bending lamp")
    products.keyboard.press("Escape")
    question.get_by_role("button", name="Discard changes").click()
    expect(drawer).to_be_hidden()
    expect(products.get_by_role("link", name="Desk lamp")).to_be_visible()


def test_drawer_with_changes_stays_open_on_repeated_escape(
    products: Page,
) -> None:
    drawer = _open(products)
    drawer.get_by_label("Name", exact=True).fill("Bending lamp")
    question = products.get_by_role("dialog", name="Discard your changes?")
    for _ in range(3):
        products.keyboard.press("Escape")
        expect(question).to_be_visible()
        products.keyboard.press("Escape")
        expect(question).to_be_hidden()
        expect(drawer.get_by_label("Name", exact=True)).to_be_visible()
    expect(drawer.get_by_label("Name", exact=True)).to_have_value("Bending lamp")


def test_changes_during_save_are_kept(products: Page, api: Api, lamp: Json) -> None:
    drawer = _open(products)
    name = drawer.get_by_label("Name", exact=True)
    name.fill("Bending lamp")
    path = f"/products/{lamp['id']}"
    save = drawer.get_by_role("button", name="Save changes")
    with holding(products, f"**{path}") as wait_for_one:
        save.click()
        wait_for_one()
        name.fill("Bending lamp of brass")
    expect(products.get_by_text("LAMP-1 saved.")).to_be_visible()
    expect(name).to_have_value("Bending lamp of brass")
    save.click()
    expect(drawer).to_be_hidden()
    assert api.get(path)["name"] == "Bending lamp of brass"


def test_concurrent_edits_are_merged(
    visitor: Visitor, products: Page, api: Api, lamp: Json
) -> None:
    visitor.expect_message("412")
    drawer = _open(products)
    drawer.get_by_label("Name", exact=True).fill("My lamp")
    drawer.get_by_label("Quantity").fill("13")
    theirs = {"name": "Their lamp", "price": "30.00"}
    headers = {"Content-Type": "application/merge-patch+json"}
    path = f"/products/{lamp['id']}"
    assert api.call("PATCH", path, json=theirs, headers=headers).status_code == 200
    drawer.get_by_role("button", name="Save changes").click()
    expect(drawer.get_by_text("Someone else changed this product")).to_be_visible()
    name, price = (drawer.get_by_role("group", name=field) for field in ("Name", "Price"))
    expect(name).to_contain_text("Their lamp")
    expect(name).to_contain_text("My lamp")
    expect(price.get_by_label("Theirs")).to_be_checked()
    expect(drawer.get_by_role("region", name="Your other changes")).to_contain_text("Quantity: 13")
    save = drawer.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    visitor.check_accessible()
    name.get_by_label("Yours").check()
    save.click()
    expect(drawer).to_be_hidden()
    found = api.get(path)
    assert (found["name"], found["price"], found["quantity"]) == ("My lamp", "30.00", 13)


def test_switch_deactivates_product(products: Page, api: Api, lamp: Json) -> None:
    switch = products.get_by_role("switch", name="LAMP-1 is active")
    with products.expect_response(f"**/products/{lamp['id']}"):
        switch.click()
    expect(switch).not_to_be_checked()
    assert api.get(f"/products/{lamp['id']}")["active"] is False


def test_product_is_deleted_after_confirmation(
    visitor: Visitor, products: Page, catalogue: Catalogue
) -> None:
    drawer = _open(products)
    drawer.get_by_role("button", name="Delete").click()
    question = products.get_by_role("dialog", name="Delete product?")
    visitor.check_accessible()
    question.get_by_role("button", name="Delete product").click()
    expect(products.get_by_text("LAMP-1 deleted.")).to_be_visible()
    expect(products.get_by_role("dialog")).to_have_count(0)
    expect(products.get_by_role("heading", name="No products yet")).to_be_visible()
    visitor.check_accessible()
    assert catalogue.names() == {}


def test_bulk_delete_by_filter_confirms_count(
    visitor: Visitor, api: Api, catalogue: Catalogue
) -> None:
    visitor.expect_message("409")
    api.complete(make_numbered(range(1_300), price="1.00"))
    api.complete(make_numbered(range(2_000, 2_005), price="9.00"))
    visitor.sign_in()
    visitor.open("#/products?price_to=5")
    page = visitor.page
    page.get_by_role("button", name="Bulk delete").click()
    dialog = page.get_by_role("dialog", name="Bulk delete")
    expect(dialog.get_by_text("1,300 products will be deleted")).to_be_visible()
    expect(dialog).to_contain_text("Price up to 5.00")
    typed, delete = dialog.get_by_label("Type 1,300 to confirm"), dialog.get_by_role("button")
    typed.fill("130")
    expect(delete.filter(has_text="Delete 1,300 products")).to_be_disabled()
    visitor.check_accessible()
    api.complete(make_numbered([5_000], price="2.00"))  # while the number is typed
    typed.fill("1300")
    delete.filter(has_text="Delete 1,300 products").click()
    expect(dialog).to_contain_text("The count changed from 1,300 to 1,301.")
    visitor.check_accessible()
    dialog.get_by_label("Type 1,301 to confirm").fill("1301")
    delete.filter(has_text="Delete 1,301 products").click()
    expect(dialog).to_contain_text("1,301 products deleted.", timeout=60_000)
    visitor.check_accessible()
    assert set(catalogue.names()) == {f"N-{n:06d}" for n in range(2_000, 2_005)}
    delete.filter(has_text="Close").last.click()
    expect(page.get_by_role("heading", name="No matching products")).to_be_visible()


def test_bulk_delete_without_filter_deletes_all(
    visitor: Visitor, products: Page, catalogue: Catalogue
) -> None:
    products.get_by_role("button", name="Bulk delete").click()
    dialog = products.get_by_role("dialog", name="Bulk delete")
    expect(dialog).to_contain_text("deletes all products")
    dialog.get_by_label("Type 1 to confirm").fill("1")
    dialog.get_by_role("button", name="Delete 1 product").click()
    expect(dialog).to_contain_text("1 product deleted.", timeout=60_000)
    assert catalogue.names() == {}


def test_history_shows_changes_and_restores_a_version(
    visitor: Visitor, products: Page, api: Api, lamp: Json
) -> None:
    path = f"/products/{lamp['id']}"
    headers = {"Content-Type": "application/merge-patch+json"}
    api.call(
        "PATCH", path, json={"price": "30.00", "attributes": {"colour": "blue"}}, headers=headers
    )
    drawer = _open(products)
    drawer.get_by_text("History").click()
    versions = drawer.get_by_role("list", name="Versions").get_by_role("listitem")
    expect(drawer.get_by_text("Price: 24.90 → 30.00")).to_be_visible()
    expect(drawer.get_by_text("colour: red → blue")).to_be_visible()
    expect(versions.first).to_contain_text("Changed")
    visitor.check_accessible()
    drawer.get_by_role("button", name="Restore version 1").click()
    expect(drawer.get_by_label("Price")).to_have_value("24.90")
    expect(drawer.get_by_text("Price: 30.00 → 24.90")).to_be_visible()
    restored = api.get(path)
    assert (restored["price"], restored["attributes"]) == ("24.90", {"colour": "red"})


def test_deleted_product_comes_back_with_undo(
    visitor: Visitor, products: Page, api: Api, lamp: Json
) -> None:
    drawer = _open(products)
    drawer.get_by_role("button", name="Delete").click()
    products.get_by_role("button", name="Delete product").click()
    expect(products.get_by_text("LAMP-1 deleted.")).to_be_visible()
    products.get_by_role("button", name="Undo").click()
    expect(products.get_by_text("LAMP-1 restored.")).to_be_visible()
    expect(products.get_by_role("link", name="Desk lamp")).to_be_visible()
    assert api.get(f"/products/{lamp['id']}")["sku"] == "LAMP-1"
