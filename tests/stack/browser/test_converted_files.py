"""Workbooks and archives on the page: choosing the sheet or the file inside."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.imports.archives import zip_of
from tests.imports.workbooks import Rows, xlsx_of
from tests.stack.browser.visitor import LONG_MS, Visitor
from tests.stack.catalogue import Catalogue
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

_SPRING: Rows = [["SKU", "Name", "Price"], ["S-1", "Garden chair", 49.5]]
_AUTUMN: Rows = [["SKU", "Name", "Price"], ["A-1", "Desk lamp", 24.9]]


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _import(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)


def test_sheet_of_a_workbook_is_chosen_from_a_list(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    workbook = xlsx_of(_AUTUMN, {"Spring 2026": _SPRING})
    visitor.choose(_write(tmp_path, "catalogue.xlsx", workbook))
    sheet = page.get_by_label("Sheet")
    expect(sheet.locator("option")).to_have_text(["Detected: First", "First", "Spring 2026"])
    sheet.select_option("Spring 2026")
    expect(page.get_by_role("cell", name="Garden chair").first).to_be_visible()
    visitor.check_accessible()
    _import(page)
    assert catalogue.names() == {"S-1": "Garden chair"}
    page.get_by_text("Import settings").click()
    expect(page.get_by_text("Spring 2026")).to_be_visible()


def test_file_of_an_archive_must_be_chosen(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    prices = make_csv("P-1,Cup,4.50")
    stocks = make_csv("S-1,Plate,1.00")
    packed = zip_of({"export/stocks.csv": stocks, "export/prices.csv": prices})
    visitor.choose(_write(tmp_path, "export.zip", packed))
    chosen = page.get_by_label("File in the archive")
    expect(page.get_by_role("alert")).to_have_text("Choose the file to import.")
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    visitor.check_accessible()
    chosen.select_option("export/prices.csv")
    expect(page.get_by_label("Field for column price")).to_have_value("price")
    _import(page)
    assert catalogue.names() == {"P-1": "Cup"}


def test_compressed_workbook_needs_no_choice(
    visitor: Visitor, page: Page, catalogue: Catalogue, tmp_path: Path
) -> None:
    visitor.choose(_write(tmp_path, "autumn.xlsx.gz", gzip.compress(xlsx_of(_AUTUMN))))
    expect(page.get_by_text("sheet First")).to_be_visible()
    expect(page.get_by_label("Sheet")).to_be_hidden()
    _import(page)
    assert catalogue.names() == {"A-1": "Desk lamp"}
