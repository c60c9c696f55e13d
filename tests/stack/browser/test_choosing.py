"""Files before their upload: columns, problems, and sign-out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.stack.browser.chosen import files_of, write_files
from tests.stack.browser.visitor import LONG_MS, Visitor, double_click, holding
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one product with a column of an unknown name."""
    found = tmp_path / "spring.csv"
    found.write_bytes(make_csv("A-1,Lamp,12", header="sku,name,worth"))
    return found


def _import(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()


def test_chosen_field_is_shown_before_preview_arrives(
    visitor: Visitor, page: Page, file: Path
) -> None:
    visitor.choose(file)
    use = page.get_by_label("Field for column worth")
    expect(use).to_have_value("attributes")
    with holding(page, "**/imports/preview") as wait_for_one:
        use.select_option("Price")
        wait_for_one()
        expect(use).to_have_value("price")
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_enabled()
    expect(use).to_have_value("price")


@pytest.mark.parametrize("pause_ms", [0, 30, 250])
def test_double_click_imports_only_one_file(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path, pause_ms: int
) -> None:
    visitor.choose(*write_files(tmp_path, first="first,Lamp", second="second,Lamp"))
    listed = files_of(page)
    expect(listed.filter(has_text="Ready")).to_have_count(2)
    button = page.get_by_role("button", name="Import", exact=True)
    double_click(page, button, pause_ms)
    expect(listed.nth(0)).to_contain_text("Completed", timeout=LONG_MS)
    expect(listed.nth(1)).to_contain_text("Ready")
    assert catalogue.names() == {"first": "Lamp"}
    visitor.check_accessible()
    listed.nth(1).get_by_role("button", name="second.csv", exact=True).click()
    expect(button).to_be_enabled()


def test_file_of_rejects_warns_before_and_after_import(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    file = tmp_path / "cheap.csv"
    file.write_bytes(make_csv("A-1,Lamp,cheap", "A-2,Lamp,dear", header="sku,name,price"))
    visitor.choose(file)
    expect(page.get_by_text("None of the first 2 records can be imported:")).to_be_visible()
    expect(page.get_by_text("No quantity column: new products default to 0")).to_be_visible()
    visitor.check_accessible()
    page.get_by_role("button", name="Import anyway").click()
    ended = page.get_by_text("Completed · no records imported", exact=True)
    expect(ended).to_be_visible(timeout=LONG_MS)
    visitor.check_accessible()
    assert catalogue.names() == {}


def test_invalid_files_are_marked_in_list(visitor: Visitor, page: Page, tmp_path: Path) -> None:
    visitor.expect_message("422")
    contents = {"empty.csv": b"", "header.csv": b"sku,name\n", "price-list.csv": b"%PDF-1.7 \n"}
    files = [tmp_path / name for name in contents]
    for path in files:
        path.write_bytes(contents[path.name])
    visitor.choose(*files)
    listed = files_of(page)
    expect(listed.nth(0)).to_contain_text("Can't be imported")
    expect(listed.nth(1)).to_contain_text("No records")
    expect(listed.nth(2)).to_contain_text("Can't be imported")
    listed.nth(1).get_by_role("button", name="header.csv", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="a header but no records")).to_be_visible()
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    listed.nth(2).get_by_role("button", name="price-list.csv", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Export the products as CSV")
    visitor.check_accessible()


def test_undecodable_file_suggests_encoding(visitor: Visitor, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(b"sku,name,gr\xf6\xdfe\n" + "A-1,Läufer für Gäste,2 m\n".encode())
    visitor.choose(file)
    encoding = page.get_by_label("Encoding")
    error = page.get_by_role("alert")
    expect(error).to_contain_text("choose another encoding")
    expect(error).not_to_contain_text("options.")
    visitor.check_accessible()
    page.get_by_role("button", name="Use Windows-1252").click()
    expect(encoding.locator("option:checked")).to_have_text("Windows-1252 (Western)")
    expect(page.get_by_label("Field for column größe")).to_be_visible()
    expect(error).to_be_hidden()


def test_rejected_filename_shows_error_and_retry(
    visitor: Visitor, page: Page, catalogue: Catalogue, file: Path
) -> None:
    visitor.expect_message("422")
    page.route("**/imports", _reject_name)
    visitor.choose(file)
    _import(page)
    listed = page.get_by_role("region", name="Files")
    expect(listed.get_by_role("alert")).to_contain_text("Give the file another name.")
    visitor.check_accessible()
    page.unroute("**/imports")
    listed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    assert catalogue.names() == {"A-1": "Lamp"}


def _reject_name(route: Route) -> None:
    problem = {
        "type": "about:blank", "title": "Unprocessable Content", "status": 422,
        "code": "invalid_body", "detail": "The body is invalid.", "request_id": "1",
        "errors": [{"field": "filename", "code": "value_error",
                    "message": "Give the file another name."}],
    }  # fmt: skip
    route.fulfill(status=422, json=problem)


def test_queued_file_stops_on_sign_out(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue, tmp_path: Path
) -> None:
    records = {name: f"A-1,Lamp of the {name} file" for name in ("first", "second")}
    visitor.choose(*write_files(tmp_path, **records))
    with catalogue.hold("import_ranges"):
        page.get_by_role("button", name="Import 2 ready files").click()
        listed = files_of(page)
        expect(listed.nth(0)).to_contain_text("Running", timeout=LONG_MS)
        page.get_by_role("button", name="Sign out").click()
        visitor.enter_key(visitor.key)
        expect(listed.nth(1)).to_contain_text("Stopped because you signed out")
        visitor.check_accessible()
    expect(listed.nth(0)).to_contain_text("Completed", timeout=LONG_MS)
    newest = api.get("/jobs", params={"limit": 1})["items"][0]
    assert newest["filename"] == "first.csv"
    listed.nth(1).get_by_role("button", name="Try again").click()
    expect(listed.nth(1)).to_contain_text("Completed", timeout=LONG_MS)
    assert catalogue.names() == {"A-1": "Lamp of the second file"}
