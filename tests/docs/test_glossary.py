"""The glossary has one line for each term, in order, and the main pages link to it."""

import pytest

from tests.architecture.tree import ROOT
from tests.docs.pages import find_links

_PAGE = ROOT / "docs" / "GLOSSARY.md"


def read_groups() -> dict[str, list[tuple[str, str]]]:
    """Return the terms of each group with their meanings."""
    groups = {}
    for group in _PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, *lines = group.splitlines()
        rows = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
        groups[heading] = [(term.strip(), meaning.strip()) for term, meaning in rows[1:]]
    return groups


GROUPS = read_groups()


@pytest.mark.parametrize("group", GROUPS)
def test_terms_are_in_alphabetical_order_and_defined_once(group: str) -> None:
    terms = [term for term, _ in GROUPS[group]]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("group", GROUPS)
def test_a_meaning_is_one_sentence(group: str) -> None:
    assert [m for _, m in GROUPS[group] if not m.endswith(".") or ". " in m] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md"])
def test_the_main_pages_link_to_the_glossary(page: str) -> None:
    assert _PAGE in {link.path for link in find_links(ROOT / page)}
