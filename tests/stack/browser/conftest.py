"""A real browser in front of the deployed page: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from infra.local.stack import Addresses
from tests.stack.browser.storage import Storage
from tests.stack.browser.visitor import Visitor
from tests.stack.client import Api

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_WAIT_MS = 15_000


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("there is no Chromium here (apt-get install chromium)")
    expect.set_options(timeout=_WAIT_MS)
    is_root = os.geteuid() == 0  # Chromium's sandbox refuses to work for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if is_root else []
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(_WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def visitor(context: BrowserContext, stack: Addresses, api: Api) -> Iterator[Visitor]:
    """Somebody who opens the page, not signed in yet."""
    visitor = Visitor(context.new_page(), stack.api_url, api.key)
    yield visitor
    visitor.check_nothing_broke()


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The page, signed in by the link that `make up` prints."""
    visitor.sign_in()
    return visitor.page


@pytest.fixture
def storage(page: Page, stack: Addresses) -> Storage:
    """What stands between the page and S3."""
    return Storage(page, stack.bucket)
