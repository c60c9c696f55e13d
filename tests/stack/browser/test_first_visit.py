"""A whole first visit: preview, import, fix rejects, edit a product."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.imports.oracle import Expected, import_serially
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_catalogue

pytestmark = pytest.mark.stack

RECORDS = 100_000
WORDS = {
    "created": "Created", "updated": "Updated", "unchanged": "Unchanged",
    "duplicate": "Duplicate", "skipped": "Skipped", "rejected": "Rejected",
}  # fmt: skip


def test_first_visit(visitor: Visitor, api: Api, catalogue: Catalogue, tmp_path: Path) -> None:
    content = make_catalogue(RECORDS)
    expected = import_serially(content, {})
    file = tmp_path / "spring.csv"
    file.write_bytes(content.replace(b",description,", b",remarks,", 1))
    visitor.sign_in()
    _preview(visitor, file)
    with catalogue.hold("products"):  # stops the import at the merge
        visitor.page.get_by_role("button", name="Import", exact=True).click()
        _watch(visitor.page, expected)
    _read_outcome(visitor, expected)
    assert catalogue.names() == {p["sku"]: p["name"] for p in expected.products.values()}
    _read_rejects(visitor, expected, tmp_path)
    _fix_rejects(visitor, expected)
    assert {"FIXED-0", "FIXED-1"} < set(catalogue.names())
    _edit_a_product(visitor, api)


def _preview(visitor: Visitor, file: Path) -> None:
    """Drop the file, check the fields of its columns, and change one."""
    page = visitor.page
    expect(page.get_by_role("heading", name="Drop files here")).to_be_visible()
    visitor.drop(file)
    columns = page.get_by_role("region", name="Columns and first records")
    for header, field in (("sku", "SKU"), ("price", "Price"), ("remarks", "Attribute")):
        expect(_field_of(columns, header)).to_have_text(field)
    sku, name, *_ = file.read_bytes().split(b"\n")[1].decode().split(",")
    expect(columns.get_by_role("row").nth(1)).to_contain_text(sku)
    expect(columns.get_by_role("row").nth(1)).to_contain_text(name)
    columns.get_by_label("Field for column remarks").select_option("Description")
    expect(_field_of(columns, "remarks")).to_have_text("Description")
    visitor.check_accessible()


def _field_of(columns: Locator, header: str) -> Locator:
    return columns.get_by_label(f"Field for column {header}").locator("option:checked")


def _watch(page: Page, expected: Expected) -> None:
    """Follow the import through its phases until the merge."""
    steps = page.get_by_role("list", name="Import steps")
    expect(steps.get_by_role("listitem").nth(0)).to_contain_text("Upload, in progress")
    page.get_by_text("Writing products").wait_for(timeout=LONG_MS)
    for step in ("Upload, done", "Scan, done", "Stage, done", "Merge, in progress"):
        expect(steps).to_contain_text(step)
    _expect_count(page, "rejected", expected.counts["rejected"])
    _expect_count(page, "created", 0)
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()  # too late to cancel


def _read_outcome(visitor: Visitor, expected: Expected) -> None:
    page = visitor.page
    page.get_by_text("Completed", exact=True).wait_for(timeout=LONG_MS)
    for outcome in expected.counts.keys() & WORDS.keys():
        _expect_count(page, outcome, expected.counts[outcome])
    expect(page.get_by_text(f"{RECORDS:,} records in ")).to_be_visible()
    visitor.check_accessible()


def _expect_count(page: Page, outcome: str, count: int) -> None:
    outcomes = page.get_by_role("region", name="Outcomes")
    row = outcomes.get_by_role("listitem").filter(has_text=WORDS[outcome])
    expect(row.get_by_text(f"{count:,}", exact=True)).to_be_visible()


def _read_rejects(visitor: Visitor, expected: Expected, folder: Path) -> None:
    """Check the rejects in the table, and all of them in the report."""
    page = visitor.page
    rows = page.get_by_role("region", name="Rejected records", exact=True).get_by_role("row")
    expect(rows).to_have_count(1 + 50)
    line, first = min(expected.rejects.items())
    expect(rows.nth(1)).to_contain_text(f"{line:,}")
    expect(rows.nth(1)).to_contain_text(first.record.decode(errors="replace")[:50])
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(1 + min(100, len(expected.rejects)))
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download all").click()
    report = folder / "rejects.csv"
    downloading.value.save_as(report)
    csv.field_size_limit(2**31 - 1)
    with report.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = [
            int(row["_line"]) for row in csv.DictReader(line.replace("\0", "") for line in file)
        ]
    assert lines == sorted(expected.rejects)


def _fix_rejects(visitor: Visitor, expected: Expected) -> None:
    """Fix two rejected records and import them.

    Records whose NUL bytes were removed count as fixed too.
    """
    page = visitor.page
    shown = sorted(expected.rejects.items())[:100]
    fixed = 2 + sum(reject.code == "nul_byte" for _, reject in shown)
    page.get_by_role("link", name="Fix rejected records").click()
    lines = [line for line, reject in shown if reject.code.startswith("price_")]
    for n, price in enumerate(("12.50", "13.75")):
        page.get_by_label(f"sku, line {lines[n]}", exact=True).fill(f"FIXED-{n}")
        page.get_by_label(f"name, line {lines[n]}", exact=True).fill("A fixed quillwort")
        page.get_by_label(f"price, line {lines[n]}", exact=True).fill(price)
    visitor.check_accessible()
    page.get_by_role("button", name=f"Import {fixed} fixed records").click()
    expect(page.get_by_role("heading", name="spring-fixed.csv")).to_be_visible()
    page.get_by_text("Completed", exact=True).wait_for(timeout=LONG_MS)
    expect(page.get_by_text(f"{fixed} records in ")).to_be_visible()
    _expect_count(page, "rejected", 0)
    page.get_by_role("link", name="Original import").click()
    rejected = len(expected.rejects)
    expect(page.get_by_text(f"{fixed} of {rejected:,} fixed")).to_be_visible(timeout=LONG_MS)
    visitor.check_accessible()


def _edit_a_product(visitor: Visitor, api: Api) -> None:
    """Search for a fixed product and rename it."""
    page = visitor.page
    visitor.go_to("Products")
    page.get_by_label("Search products").press_sequentially("quillw")
    products = page.get_by_role("table", name="Products")
    expect(products.get_by_role("row")).to_have_count(1 + 2, timeout=LONG_MS)
    products.get_by_role("row").filter(has_text="FIXED-1").get_by_role("link").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_label("Price")).to_have_value("13.75")
    expect(drawer.get_by_role("link", name="spring-fixed.csv")).to_be_visible()
    drawer.get_by_label("Name", exact=True).fill("A renamed quillwort")
    drawer.get_by_role("button", name="Save changes").click()
    expect(drawer).to_be_hidden()
    expect(products).to_contain_text("A renamed quillwort")
    [found] = api.get("/products", params={"sku": "fixed-1"})["items"]
    assert (found["name"], found["price"]) == ("A renamed quillwort", "13.75")
