"""Screenshots of the page for docs/screenshots, taken on an ephemeral stack with demo data.

Run by `make screenshots`; needs Debian's Chromium and takes about a minute.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from infra.local.ephemeral import ephemeral_folder
from infra.local.stack import Addresses, start_ephemeral
from infra.packaging.package import ROOT
from tests.fakes.receiver import Receiver, receiving
from tests.stack.browser.chromium import PHONE, WIDE, find_program, launched, open_context
from tests.stack.browser.scenery import fill, make_key, make_season
from tests.stack.browser.visitor import LONG_MS, Visitor, job_of
from tests.stack.client import Api, Json

FOLDER = ROOT / "docs" / "screenshots"
MAX_BYTES = 150_000


@dataclass(frozen=True)
class Photographer:
    """A visitor who takes screenshots."""

    visitor: Visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    def take(self, name: str) -> None:
        """Take a screenshot once the page is idle."""
        self.page.wait_for_load_state("networkidle")
        path = FOLDER / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled", caret="hide")
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)} {size:,} bytes")
        assert size < MAX_BYTES, f"{path} is too large for a page of documentation"

    def show(self, fragment: str, ready: Locator) -> None:
        self.visitor.open(fragment)
        expect(ready.first).to_be_visible()

    # ------------------------------------------------------------------ screenshots
    def take_import(self, file: Path) -> str:
        """Import the file, with a screenshot of each step; return the job's id."""
        page = self.page
        self.show("#/import", page.get_by_role("heading", name="Drop files here"))
        self.take("import-start")
        self.visitor.choose(file)
        expect(page.get_by_label("Field for column SKU")).to_be_visible()
        self.take("import-columns")
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
        expect(page.get_by_role("region", name="Rejected records", exact=True)).to_be_visible()
        self.take("import-outcome")
        job_id = job_of(page)
        page.get_by_role("link", name="Fix rejected records").click()
        rows = page.get_by_role("row")
        rows.filter(has_text="LMP-90412").get_by_label("Price, line").fill("129.90")
        rows.filter(has_text="CHR-90413").get_by_label("Title, line").fill("Birk chair")
        self.take("fix-rejects")
        page.evaluate("scrollTo(0, 0)")
        return job_id

    def take_products(self) -> None:
        page = self.page
        rows = page.get_by_role("table", name="Products").get_by_role("row")
        self.show("#/products?search=lamp+moss", rows.nth(10))
        expect(page.get_by_text("search index is being updated")).to_be_hidden(timeout=LONG_MS)
        self.take("products")
        rows.nth(2).get_by_role("link").click()
        expect(page.get_by_role("dialog").get_by_label("SKU")).not_to_have_value("")
        self.take("product-drawer")
        page.keyboard.press("Escape")
        self.show("#/products?active=false&price_to=60", rows.nth(10))
        page.get_by_role("button", name="Bulk delete").click()
        expect(page.get_by_text("will be deleted")).to_be_visible()
        self.take("bulk-delete")
        page.keyboard.press("Escape")

    def take_webhook(self, webhook: Json) -> None:
        page = self.page
        log = page.get_by_role("list", name="Deliveries")
        self.show(f"#/webhooks/{webhook['webhook_id']}", log.get_by_text("Delivered"))
        page.get_by_role("button", name="Send test").click()
        expect(page.get_by_role("region", name="Test", exact=True)).to_contain_text("200 in")
        self.take("webhook")


def main() -> int:
    """Take all screenshots; return 1 if Chromium isn't installed."""
    program = find_program()
    if program is None:
        print("Chromium is not installed (apt-get install chromium)", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=LONG_MS)
    with (
        ephemeral_folder() as folder,
        start_ephemeral(folder / "stack", {"WebhookScheduleScale": "0.01"}) as stack,
        receiving() as receiver,
        launched(program) as browser,
    ):
        _take_all(stack, browser, receiver)
    return 0


def _take_all(stack: Addresses, browser: Browser, receiver: Receiver) -> None:
    api = Api(stack.api_url, stack.api_key)
    webhook = fill(api, receiver)
    api = make_key(api, "Kim Larsen", api.get("/keys/current")["scopes"])
    with tempfile.TemporaryDirectory() as folder, _looking(api, browser) as wide:
        file = Path(folder) / "spring-prices.csv"
        file.write_bytes(make_season())
        job_id = wide.take_import(file)
    with _looking(api, browser) as wide:
        page = wide.page
        wide.show("#/jobs", page.get_by_text("spring-prices.csv"))
        wide.take("history")
        wide.take_products()
        wide.take_webhook(webhook)
        wide.show("#/keys", page.get_by_text("Price monitor"))
        wide.take("keys")
    with _looking(api, browser, color_scheme="dark") as dark:
        dark.show(
            f"#/import/{job_id}",
            dark.page.get_by_role("region", name="Rejected records", exact=True),
        )
        dark.take("dark")
    with _looking(api, browser, viewport=PHONE, has_touch=True) as phone:
        found = phone.page.get_by_role("table", name="Products").get_by_role("row")
        phone.show("#/products?search=lamp+moss", found.nth(4))
        phone.take("phone")


@contextmanager
def _looking(api: Api, browser: Browser, **more: object) -> Iterator[Photographer]:
    context = open_context(browser, **{"viewport": WIDE, "color_scheme": "light"} | more)
    visitor = Visitor(context.new_page(), api.url, api.key)
    visitor.sign_in()
    yield Photographer(visitor)
    visitor.check_nothing_broke()
    context.close()


if __name__ == "__main__":
    sys.exit(main())
