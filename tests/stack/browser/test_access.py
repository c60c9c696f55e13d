"""Accessibility and robustness: keyboard only, phones, failing requests, deployments."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.stack.browser.chromium import PHONE
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

VIEWS = {"Import": "", "History": "jobs", "Products": "products", "Profiles": "profiles",
         "Webhooks": "webhooks", "Keys": "keys"}  # fmt: skip


def _tab_to(target: Locator) -> None:
    """Press Tab until a visible control has the focus."""
    target.wait_for()
    for _ in range(60):
        if target.evaluate("found => found === document.activeElement"):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def test_import_by_keyboard(visitor: Visitor, catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "keyboard.csv"
    file.write_bytes(make_csv("A-1,Lamp,1.00", "A-2,Torch,2.00", header="sku,title,cost"))
    page = visitor.page
    page.add_init_script(
        "delete window.showOpenFilePicker"
    )  # the native picker can't be driven by keys
    visitor.sign_in()
    with page.expect_file_chooser() as choosing:
        _tab_to(page.get_by_role("button", name="Choose files"))
        page.keyboard.press("Enter")
    choosing.value.set_files(file)
    _tab_to(page.get_by_label("Field for column cost"))
    page.keyboard.type("Price")
    expect(page.get_by_label("Field for column cost")).to_have_value("price")
    _tab_to(page.get_by_role("button", name="Import", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    _tab_to(page.get_by_role("link", name="Show products"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 products", exact=True)).to_be_visible()
    assert [str(p["price"]) for p in catalogue.products().values()] == ["1.00", "2.00"]


def test_product_edit_by_keyboard(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("A-1,Lamp,1", "A-2,Torch,2"))
    _tab_to(page.get_by_role("navigation", name="Views").get_by_role("link", name="Products"))
    page.keyboard.press("Enter")
    torch = page.get_by_role("link", name="Torch")
    _tab_to(torch)
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_label("SKU")).to_be_focused()
    _tab_to(drawer.get_by_label("Name", exact=True))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Bright torch")
    page.keyboard.press("Enter")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("link", name="Bright torch")).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawer.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("link", name="Bright torch")).to_be_focused()
    assert catalogue.names() == {"A-1": "Lamp", "A-2": "Bright torch"}


def test_first_tab_skips_navigation(visitor: Visitor, page: Page) -> None:
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_every_view_fits_phone(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, tmp_path: Path
) -> None:
    page.set_viewport_size(PHONE)
    long = "A lamp with a name that is a good deal longer than a phone is wide, and then some"
    records = make_csv(
        f'A-1,"{long}",1.00,{"x" * 80}', "A-2,Torch,free,y", header="sku,name,price,remarks"
    )
    job_id = api.run(records)["job_id"]
    webhook = api.call("POST", "/webhooks", json={"url": f"http://127.0.0.1:9/{'hooks/' * 20}"})
    product_id = api.get("/products")["items"][0]["id"]
    inside = (
        *VIEWS.values(), f"import/{job_id}", f"import/{job_id}/fix", f"products/{product_id}",
        "products/new", "profiles/new", f"webhooks/{webhook.json()['webhook_id']}",
    )  # fmt: skip
    for path in inside:
        visitor.open(f"#/{path}")
        expect(page.get_by_role("heading").first).to_be_visible()
        page.get_by_text("Loading").first.wait_for(state="hidden")
        _check_width(page, path)
        visitor.check_accessible()
    visitor.open("#/import")
    file = tmp_path / "phone.csv"
    file.write_bytes(records)
    visitor.choose(file)
    expect(page.get_by_label("Field for column sku")).to_be_visible()
    _check_width(page, "columns")
    visitor.check_accessible()
    api.call("DELETE", webhook.json()["links"]["self"])


def _check_width(page: Page, where: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{where} is {wide} pixels wider than the phone"


def test_every_view_shows_error_and_retries(visitor: Visitor, page: Page) -> None:
    visitor.expect_message("400")
    lists = re.compile(r"/(jobs|products|profiles|webhooks|keys)(\?|$)")
    for view in list(VIEWS)[1:]:
        page.route(lists, lambda route: route.fulfill(status=400, body="from a proxy"))
        visitor.go_to(view)
        error = page.get_by_role("alert")
        expect(error).to_contain_text("The service responded with 400")
        visitor.check_accessible()
        page.unroute(lists)
        error.get_by_role("button", name="Try again").click()
        expect(error).to_be_hidden()


def test_unknown_view_shows_import(visitor: Visitor, page: Page) -> None:
    visitor.open("#/nowhere")
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()


def test_link_to_missing_resource_shows_error(visitor: Visitor, page: Page) -> None:
    visitor.expect_message("404")
    gone = (
        "import/job_none", "products/999999999", "webhooks/wh_none", "webhooks/wh_none%",
        "jobs/job_none",
    )  # fmt: skip
    for path in gone:
        visitor.open(f"#/{path}")
        expect(page.get_by_role("alert")).to_be_visible()
        visitor.check_accessible()


GONE = re.compile(r"/assets/ProductsView-[^/]+\.js$")


def test_outdated_page_reloads_and_keeps_its_view(
    visitor: Visitor, page: Page, catalogue: Catalogue
) -> None:
    visitor.expect_message("404")
    loads = _deploy(visitor)
    page.evaluate("location.hash = '#/products?sort=-price'")
    expect(page.get_by_label("Search products")).to_be_visible()
    assert page.url.endswith("#/products?sort=-price")
    assert len(loads) == 1


def test_outdated_page_reloads_only_once(visitor: Visitor, page: Page) -> None:
    visitor.expect_message("404", "Failed to fetch dynamically imported module")
    loads = _deploy(visitor, is_fixed=False)
    page.evaluate("location.hash = '#/products'")
    expect(page.get_by_role("heading", name="This view can't be shown")).to_be_visible()
    visitor.check_accessible()
    assert len(loads) == 1
    visitor.go_to("History")
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def _deploy(visitor: Visitor, *, is_fixed: bool = True) -> list[str]:
    """Fake a deployment: another page, and a missing module. Return the documents loaded."""
    page, loads = visitor.page, list[str]()

    def answer(route: Route) -> None:
        if route.request.resource_type != "document":
            route.fulfill(body='<script type="module" src="./assets/index-Newer.js"></script>')
            return
        loads.append(route.request.url)
        if is_fixed:
            page.unroute(GONE)
        route.continue_()

    page.route(GONE, lambda route: route.fulfill(status=404, body=""))
    page.route(f"{visitor.url}/", answer)
    return loads
