"""The project's pages as readers see them: their links, headings and tables."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.architecture.tree import ROOT

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()]*\))?)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_HTML_LINK = re.compile(r'(?:href|src)="([^"]+)"')


class Link(NamedTuple):
    """A link of a page: its words, and where it leads."""

    page: Path
    text: str
    target: str

    @property
    def is_outward(self) -> bool:
        """Whether it leads to another host."""
        return bool(re.match(r"[a-z]+:", self.target))

    @property
    def path(self) -> Path:
        """The file it leads to."""
        name = self.target.partition("#")[0]
        return (self.page.parent / name).resolve() if name else self.page

    @property
    def anchor(self) -> str:
        """The heading it leads to; empty for the page as a whole."""
        return self.target.partition("#")[2]


@cache
def find_pages() -> list[Path]:
    """Return every Markdown page that is in the tree or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    pages = [ROOT / name for name in found.stdout.splitlines()]
    # Those of the bench are templates of pages in docs/.
    return sorted(p for p in pages if p.exists() and not p.is_relative_to(ROOT / "bench"))


def read_prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


@cache
def find_links(page: Path) -> list[Link]:
    """Return the links of a page, pictures' too, also those around pictures."""
    prose = read_prose(page)
    found = [Link(page, text, target) for text, target in _LINK.findall(prose)]
    return found + [Link(page, "", target) for target in _HTML_LINK.findall(prose)]


@cache
def find_anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    met: dict[str, int] = {}
    anchors = set()
    for heading in _HEADING.findall(read_prose(page)):
        words = _LINK.sub(r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")
        count = met.get(anchor, 0)
        met[anchor] = count + 1
        anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def read_rows(page: Path) -> list[list[str]]:
    """Return the cells of every row of a page's tables, without their heads' rules."""
    lines = [line for line in read_prose(page).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
