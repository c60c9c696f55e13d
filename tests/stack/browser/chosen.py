"""Files that a visitor chooses, and their entries on the page."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.stack.files import make_csv


def write_files(folder: Path, **records: str) -> list[Path]:
    """Write one file per name, each with one record of a SKU and a name."""
    files = {folder / f"{name}.csv": record for name, record in records.items()}
    for file, record in files.items():
        file.write_bytes(make_csv(record, header="sku,name"))
    return [*files]


def files_of(page: Page) -> Locator:
    """Return the entries of the file list."""
    return page.get_by_role("region", name="Files").get_by_role("listitem")
