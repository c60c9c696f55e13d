"""The way of a page's bytes to S3: who goes along it, and what holds them up."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route

from tests.stack.catalogue import wait_until

Fate = Literal["passes", "is held"]
Decide = Callable[[int], Fate]


def pass_all(_: int) -> Fate:
    return "passes"


@dataclass
class Storage:
    """Stands between a page and S3. A file of one PUT is its part 1."""

    page: Page
    bucket: str
    decide: Decide = pass_all
    asked: list[int] = field(default_factory=list)  # the parts that were PUT, in their order
    _held: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route(re.compile(rf"/{re.escape(self.bucket)}/"), self._take)

    def hold(self, *parts: int) -> None:
        """From now on let all parts pass but these."""
        self.decide = lambda part: "is held" if part in parts else "passes"

    def let_go(self) -> None:
        """Let everything pass, and whatever is held up."""
        self.decide = pass_all
        while self._held:
            self._held.pop().continue_()

    def refuse(self, *parts: int, why: str = "Request has expired") -> None:
        """Answer these parts, which are held up, as S3 answers a URL that has expired."""
        refused = [route for route in self._held if _part_of(route.request) in parts]
        self._held = [route for route in self._held if route not in refused]
        held = {_part_of(route.request) for route in self._held}
        self.hold(*held)
        for route in refused:
            body = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
            route.fulfill(status=403, body=body)

    def wait_for(self, *parts: int) -> None:
        """Wait until these parts have been PUT, each as often as it is named."""
        wait_until(lambda: self._has(parts), f"a PUT of each of the parts {parts}")

    def _has(self, parts: tuple[int, ...]) -> bool:
        self.page.wait_for_timeout(20)  # requests are told of only while the browser is listened to
        return Counter(parts) <= Counter(self.asked)

    def _take(self, route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        part = _part_of(route.request)
        self.asked.append(part)
        if self.decide(part) == "is held":
            self._held.append(route)
        else:
            route.continue_()


def _part_of(request: Request) -> int:
    return int(parse_qs(urlsplit(request.url).query).get("partNumber", ["1"])[0])
