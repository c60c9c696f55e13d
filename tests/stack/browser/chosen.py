"""Files that a visitor chooses, and how the page lists them."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.stack.files import make_csv


def write_files(folder: Path, **records: str) -> list[Path]:
    """Write a file for each name, of one record: its sku and its name."""
    files = {folder / f"{name}.csv": record for name, record in records.items()}
    for file, record in files.items():
        file.write_bytes(make_csv(record, header="sku,name"))
    return [*files]


def files_of(page: Page) -> Locator:
    """Return the list's entries, a file each."""
    return page.get_by_role("region", name="Files").get_by_role("listitem")
