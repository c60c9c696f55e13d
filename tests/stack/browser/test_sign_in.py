"""Sign-in by link, key or issuer, and sign-out."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.issuer import FakeIssuer
from tests.stack.browser.visitor import Visitor, holding
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.files import make_csv
from tests.stack.reach import needs_this_machine

pytestmark = pytest.mark.stack


@pytest.fixture
def known(visitor: Visitor, issuer: FakeIssuer) -> Iterator[FakeIssuer]:
    """The issuer, allowed for the page and restored afterwards."""
    visitor.allowed.extend(urlsplit(url).netloc for url in (issuer.url, issuer.token_origin))
    before, lasts = dict(issuer.document), issuer.sign_in.lasts_seconds
    yield issuer
    issuer.document, issuer.sign_in.lasts_seconds = before, lasts
    issuer.sign_in.is_denied = False


def test_link_signs_in_and_removes_key_from_address(visitor: Visitor) -> None:
    visitor.sign_in()
    expect(visitor.page).to_have_title(re.compile("Product Importer"))
    visitor.check_accessible()


def test_invalid_key_is_shown_at_field(visitor: Visitor) -> None:
    visitor.expect_message("401")
    visitor.open()
    visitor.check_accessible()
    page = visitor.page
    visitor.enter_key("pik_nonsense")
    expect(page.get_by_role("alert")).to_contain_text("isn't valid")
    expect(page.get_by_label("API key")).to_have_attribute("aria-invalid", "true")
    visitor.enter_key(visitor.key)
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()


def _sign_in_at_issuer(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign in at 127.0.0.1").click()


@needs_this_machine
def test_issuer_sign_in_returns_to_same_view(visitor: Visitor, known: FakeIssuer) -> None:
    visitor.open("#/jobs?status=FAILED")
    page = visitor.page
    _sign_in_at_issuer(visitor)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_label("Status")).to_have_value("FAILED")
    assert "code=" not in page.url
    visitor.check_accessible()


def test_denied_issuer_sign_in_shows_error(visitor: Visitor, known: FakeIssuer) -> None:
    known.sign_in.is_denied = True
    visitor.open()
    _sign_in_at_issuer(visitor)
    expect(visitor.page.get_by_role("alert")).to_contain_text("denied access")
    visitor.check_accessible()


def test_disallowed_token_origin_is_reported(visitor: Visitor, known: FakeIssuer) -> None:
    known.document["token_endpoint"] = "https://tokens.example/oauth2/token"
    visitor.open()
    _sign_in_at_issuer(visitor)
    error = visitor.page.get_by_role("alert")
    expect(error).to_contain_text(
        "https://tokens.example, which this page isn't allowed to request"
    )
    expect(error).to_contain_text("OidcTokenOrigin")


@needs_this_machine
def test_sign_out_during_renewal(visitor: Visitor, known: FakeIssuer) -> None:
    known.sign_in.lasts_seconds = 31  # renewed half a minute before it expires
    visitor.open("#/jobs")
    page = visitor.page
    _sign_in_at_issuer(visitor)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    with holding(page, "**/token") as wait_for_one:
        wait_for_one()  # the history is polled every few seconds
        page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(300)  # until the response has been read
    page.reload()
    expect(page.get_by_label("API key")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_sign_out_with_unsaved_changes_needs_confirmation(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.run(make_csv("A-1,Lamp,free"))["job_id"]
    visitor.open(f"#/import/{job_id}/fix")
    price = page.get_by_label("price, line 2")
    price.fill("2.50")
    page.get_by_role("button", name="Sign out").click()
    question = page.get_by_role("dialog", name="Discard your changes?")
    question.get_by_role("button", name="Keep editing").click()
    expect(price).to_have_value("2.50")
    page.get_by_role("button", name="Sign out").click()
    question.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_label("API key")).to_be_visible()
