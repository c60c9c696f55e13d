"""Every link of every page has a target, and linked names are defined there."""

import ast
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.docs.pages import Link, find_anchors, find_links, find_pages

_NAME = re.compile(r"`([A-Za-z_][A-Za-z0-9_]*)`")
LINKS = [link for page in find_pages() for link in find_links(page) if not link.is_outward]


@cache
def names_in(module: Path) -> set[str]:
    """Return the names that a Python file defines: functions, classes and variables."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def described(link: Link) -> str:
    return f"{link.page.relative_to(ROOT)}: [{link.text}]({link.target})"


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_targets_a_file_or_folder_of_the_project(page: Path) -> None:
    broken = [
        described(link)
        for link in find_links(page)
        if not link.is_outward and not (link.path.exists() and link.path.is_relative_to(ROOT))
    ]
    assert broken == []


def test_every_anchor_is_a_heading() -> None:
    broken = [
        described(link)
        for link in LINKS
        if link.anchor and link.path.suffix == ".md" and link.anchor not in find_anchors(link.path)
    ]
    assert broken == []


def test_a_name_that_links_to_a_module_is_defined_there() -> None:
    """A page that names the test of a claim must name an existing test."""
    broken = [
        f"{described(link)}: renamed to {get_close_matches(named[1], names_in(link.path), n=2)}?"
        for link in LINKS
        if link.path.suffix == ".py"
        and (named := _NAME.fullmatch(link.text))
        and named[1] not in names_in(link.path)
    ]
    assert broken == []


def test_pages_and_links_are_found() -> None:
    pages = {page.name for page in find_pages()}
    assert {"README.md", "ARCHITECTURE.md", "LIMITS.md", "SECURITY.md"} <= pages
    assert len(LINKS) > 100
    assert any(link.anchor for link in LINKS)
    assert sum(bool(_NAME.fullmatch(link.text)) for link in LINKS) > 50


def test_anchors_match_github(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# What's `new`?\n## A [link](x.md), twice\n## A link, twice\n```\n# no\n```\n")
    assert find_anchors(page) == {"whats-new", "a-link-twice", "a-link-twice-1"}


def test_decisions_are_numbered_one_after_the_other() -> None:
    """Two decisions written at once could take the same number, and headings another one."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    headings = [int(re.findall(r"\d+", page.read_text(encoding="utf-8"))[0]) for page in pages]
    assert [int(page.name[:4]) for page in pages] == headings == list(range(1, len(pages) + 1))
