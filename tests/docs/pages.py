"""Read the links, headings and tables of the project's Markdown pages."""

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
    """A link of a page: its text and target."""

    page: Path
    text: str
    target: str

    @property
    def is_outward(self) -> bool:
        """Whether it points to another host."""
        return bool(re.match(r"[a-z]+:", self.target))

    @property
    def path(self) -> Path:
        """The target file."""
        name = self.target.partition("#")[0]
        return (self.page.parent / name).resolve() if name else self.page

    @property
    def anchor(self) -> str:
        """The target heading; empty for the whole page."""
        return self.target.partition("#")[2]


@cache
def find_pages() -> list[Path]:
    """Return every Markdown page that is tracked or not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    pages = [ROOT / name for name in found.stdout.splitlines()]
    # Pages of the bench are templates for pages in docs/.
    return sorted(p for p in pages if p.exists() and not p.is_relative_to(ROOT / "bench"))


def read_prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


@cache
def find_links(page: Path) -> list[Link]:
    """Return the links of a page, including images and linked images."""
    prose = read_prose(page)
    found = [Link(page, text, target) for text, target in _LINK.findall(prose)]
    return found + [Link(page, "", target) for target in _HTML_LINK.findall(prose)]


@cache
def find_anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub generates them."""
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
    """Return the cells of every table row of a page, without separator rows."""
    lines = [line for line in read_prose(page).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
