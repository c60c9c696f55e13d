"""A visitor of the page: their actions, and checks that must always hold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, Route, expect

from infra.packaging.package import ROOT
from infra.packaging.web import install_packages
from tests.stack.catalogue import wait_until

LONG_MS = 120_000  # until an import finishes or the search index is updated
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """A browser page with the errors it caused."""

    page: Page
    url: str  # of the API and the page
    key: str
    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # parts of errors that a test causes
    allowed: list[str] = field(default_factory=list)  # other hosts that may be requested

    def __post_init__(self) -> None:
        self.page.on("pageerror", self._note_error)
        self.page.on("console", self._note_message)
        self.page.on("request", self._note_request)

    def open(self, fragment: str = "") -> None:
        """Open a view of the page, such as #/products."""
        self.page.goto(f"{self.url}/{fragment}")

    def sign_in(self) -> None:
        """Sign in with a link; check that the key disappears from the address."""
        self.open(f"#key={self.key}")
        expect(self.page.get_by_role("navigation", name="Views")).to_be_visible()
        assert self.key not in self.page.url

    def go_to(self, view: str) -> None:
        self.page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()

    def choose(self, *files: Path) -> None:
        """Choose files through the file input, as in browsers without file handles."""
        self.page.get_by_label("Files", exact=True).first.set_input_files(files)

    def drop(self, *files: Path) -> None:
        """Drag and drop files on the page."""
        dragged = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": 640, "y": 400, "data": dragged}
            session.send("Input.dispatchDragEvent", event)
        session.detach()

    def enter_key(self, key: str) -> None:
        """Sign in with a key on the sign-in page."""
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Sign in with a key").click()

    def expect_message(self, *parts: str) -> None:
        """Allow browser errors that the test causes."""
        self.expected.extend(parts)

    def check_accessible(self) -> None:
        """Run axe on the page in the light and dark colour schemes."""
        self.page.evaluate(_read_axe())
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate("rules => axe.run({runOnly: rules})", _RULES)
            assert not found["violations"], f"{scheme}: {_describe(found['violations'])}"

    def check_nothing_broke(self) -> None:
        """Check that there were no errors, policy violations or requests to other hosts."""
        found = [f for f in self.errors if not any(part in f for part in self.expected)]
        assert not found, found

    def _note_error(self, error: Error) -> None:
        self.errors.append(f"error: {error}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text}")

    def _note_request(self, request: Request) -> None:
        requested, own = urlsplit(request.url), urlsplit(self.url)
        if requested.scheme in ("http", "https") and requested.netloc not in (
            own.netloc,
            *self.allowed,
        ):
            self.errors.append(f"other host: {request.url}")


@contextmanager
def holding(page: Page, pattern: str) -> Iterator[Callable[[], None]]:
    """Hold the page's requests during the block; yield a function that waits for the first one."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def look() -> list[Route]:
        page.wait_for_timeout(20)  # events arrive only while Playwright waits
        return held

    def wait_for_one() -> None:
        wait_until(look, f"a request to {pattern}")

    page.route(pattern, hold)
    yield wait_for_one
    wait_for_one()
    for route in held:
        route.continue_()
    page.unroute(pattern)


def double_click(page: Page, button: Locator, pause_ms: int) -> None:
    """Click a button, then click whatever is at its position."""
    box = button.bounding_box()
    assert box, "the button is not visible"
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for count in (1, 2):
        page.mouse.down(click_count=count)
        page.mouse.up(click_count=count)
        page.wait_for_timeout(pause_ms)


def job_of(page: Page) -> str:
    """Return the id of the job on the page."""
    page.wait_for_url("**/#/import/job_*")
    return page.url.rpartition("/")[2]


def _describe(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:200] for node in found['nodes']]}"
        for found in violations
    ]


@cache
def _read_axe() -> str:
    return (install_packages(ROOT) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
