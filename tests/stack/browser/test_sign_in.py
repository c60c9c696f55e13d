"""Signing in: by the link of `make up`, or with a key; and out again."""

import re

import pytest
from playwright.sync_api import expect

from tests.stack.browser.visitor import Visitor

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
