"""A real browser with the deployed page."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from infra.local.stack import Addresses
from tests.stack.browser.chromium import find_program, launched, open_context
from tests.stack.browser.storage import Storage
from tests.stack.browser.visitor import Visitor
from tests.stack.client import Api

_WAIT_MS = 30_000  # also on a busy machine


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = find_program()
    if program is None:
        missing = "Chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(missing)  # CI installs it, so a skip would hide a failure
        pytest.skip(missing)
    expect.set_options(timeout=_WAIT_MS)
    with launched(program) as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = open_context(chromium)
    context.set_default_timeout(_WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def visitor(context: BrowserContext, stack: Addresses, api: Api) -> Iterator[Visitor]:
    """A visitor of the page who isn't signed in yet."""
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
    """The proxy between the page and S3."""
    return Storage(page, stack.bucket)
