"""Signing in: by the link of `make up`, or with a key; and out again."""

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
    """The issuer, which the page may ask; it is as it was afterwards."""
    visitor.allowed.extend(urlsplit(url).netloc for url in (issuer.url, issuer.token_origin))
    before, lasts = dict(issuer.document), issuer.sign_in.lasts_seconds
    yield issuer
    issuer.document, issuer.sign_in.lasts_seconds = before, lasts
    issuer.sign_in.is_denied = False


def test_link_with_a_key_signs_in_and_the_key_leaves_the_address(visitor: Visitor) -> None:
    visitor.sign_in()
    expect(visitor.page).to_have_title(re.compile("Product Importer"))
    visitor.check_accessible()


def test_wrong_key_is_refused_beside_its_field(visitor: Visitor) -> None:
    visitor.expect_message("401")
    visitor.open()
    visitor.check_accessible()
    page = visitor.page
    visitor.enter_key("pik_nonsense")
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    expect(page.get_by_label("API key")).to_have_attribute("aria-invalid", "true")
    visitor.enter_key(visitor.key)
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()


def _sign_in_there(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign in at 127.0.0.1").click()


@needs_this_machine
def test_who_has_an_account_at_the_issuer_signs_in_there_and_is_where_they_were(
    visitor: Visitor, known: FakeIssuer
) -> None:
    visitor.open("#/jobs?status=FAILED")
    page = visitor.page
    _sign_in_there(visitor)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_label("Status")).to_have_value("FAILED")
    assert "code=" not in page.url
    visitor.check_accessible()


def test_who_is_not_let_in_by_the_issuer_is_told_so(visitor: Visitor, known: FakeIssuer) -> None:
    known.sign_in.is_denied = True
    visitor.open()
    _sign_in_there(visitor)
    expect(visitor.page.get_by_role("alert")).to_contain_text("did not let you in")
    visitor.check_accessible()


def test_an_issuer_whose_tokens_the_page_may_not_fetch_is_not_gone_to(
    visitor: Visitor, known: FakeIssuer
) -> None:
    known.document["token_endpoint"] = "https://tokens.example/oauth2/token"
    visitor.open()
    _sign_in_there(visitor)
    fault = visitor.page.get_by_role("alert")
    expect(fault).to_contain_text("https://tokens.example, which this page may not ask")
    expect(fault).to_contain_text("OidcTokenOrigin")


@needs_this_machine
def test_who_signs_out_stays_so_though_their_sign_in_was_being_renewed(
    visitor: Visitor, known: FakeIssuer
) -> None:
    known.sign_in.lasts_seconds = 31  # it is renewed half a minute before its end
    visitor.open("#/jobs")
    page = visitor.page
    _sign_in_there(visitor)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    with holding(page, "**/token") as wait_for_one:
        wait_for_one()  # the history is looked at every few seconds
        page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(300)  # as long as the answer takes to be read
    page.reload()
    expect(page.get_by_label("API key")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_who_signs_out_with_something_not_saved_is_asked_first(
    visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    job_id = api.run(make_csv("A-1,Lamp,free"))["job_id"]
    visitor.open(f"#/import/{job_id}/mend")
    price = page.get_by_label("price, line 2")
    price.fill("2.50")
    page.get_by_role("button", name="Sign out").click()
    question = page.get_by_role("dialog", name="Discard your changes?")
    question.get_by_role("button", name="Keep editing").click()
    expect(price).to_have_value("2.50")
    page.get_by_role("button", name="Sign out").click()
    question.get_by_role("button", name="Discard them").click()
    expect(page.get_by_label("API key")).to_be_visible()
