"""Signing in: by the link of `make up`, or with a key; and out again."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.fakes.issuer import FakeIssuer
from tests.stack.browser.visitor import Visitor
from tests.stack.emulator import skip_where_functions_are_apart

pytestmark = pytest.mark.stack


def test_link_with_a_key_signs_in_and_the_key_leaves_the_address(visitor: Visitor) -> None:
    visitor.sign_in()
    expect(visitor.page).to_have_title(re.compile("Product Importer"))
    visitor.check_accessible()


def test_wrong_key_is_refused_beside_its_field(visitor: Visitor) -> None:
    visitor.expect_message("401")
    visitor.open()
    visitor.check_accessible()
    page = visitor.page
    page.get_by_label("API key").fill("pik_nonsense")
    page.get_by_role("button", name="Sign in with a key").click()
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    expect(page.get_by_label("API key")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("API key").fill(visitor.key)
    page.get_by_role("button", name="Sign in with a key").click()
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()


def test_who_has_an_account_at_the_issuer_signs_in_there_and_is_where_they_were(
    visitor: Visitor, issuer: FakeIssuer
) -> None:
    skip_where_functions_are_apart()
    visitor.allowed.append(urlsplit(issuer.url).netloc)
    visitor.open("#/jobs?status=FAILED")
    page = visitor.page
    page.get_by_role("button", name="Sign in at 127.0.0.1").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_label("Status")).to_have_value("FAILED")
    assert "code=" not in page.url
    visitor.check_accessible()


def test_who_is_not_let_in_by_the_issuer_is_told_so(visitor: Visitor, issuer: FakeIssuer) -> None:
    visitor.allowed.append(urlsplit(issuer.url).netloc)
    issuer.sign_in.is_denied = True
    try:
        visitor.open()
        visitor.page.get_by_role("button", name="Sign in at 127.0.0.1").click()
        expect(visitor.page.get_by_role("alert")).to_contain_text("did not let you in")
        visitor.check_accessible()
    finally:
        issuer.sign_in.is_denied = False
