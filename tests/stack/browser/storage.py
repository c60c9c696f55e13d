"""A proxy between the page and S3 that can hold or reject uploads."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route

from tests.stack.catalogue import wait_until

Fate = Literal["pass", "hold"]
Decide = Callable[[int], Fate]


def pass_all(_: int) -> Fate:
    return "pass"


@dataclass
class Storage:
    """Intercepts the page's PUTs to S3. A single PUT counts as part 1."""

    page: Page
    bucket: str
    decide: Decide = pass_all
    asked: list[int] = field(default_factory=list)  # the parts that were PUT, in order
    _held: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route(re.compile(rf"/{re.escape(self.bucket)}/"), self._take)

    def hold(self, *parts: int) -> None:
        """Hold these parts from now on; pass all others."""
        self.decide = lambda part: "hold" if part in parts else "pass"

    def release(self) -> None:
        """Pass everything, including the held requests."""
        self.decide = pass_all
        while self._held:
            self._held.pop().continue_()

    def reject(self, *parts: int, why: str = "Request has expired") -> None:
        """Respond to these held parts like S3 to an expired URL."""
        rejected = [route for route in self._held if _part_of(route.request) in parts]
        self._held = [route for route in self._held if route not in rejected]
        held = {_part_of(route.request) for route in self._held}
        self.hold(*held)
        for route in rejected:
            body = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
            route.fulfill(status=403, body=body)

    def wait_for(self, *parts: int) -> None:
        """Wait until these parts have been PUT, as many times as they are listed."""
        wait_until(lambda: self._has(parts), f"a PUT of each of the parts {parts}")

    def _has(self, parts: tuple[int, ...]) -> bool:
        self.page.wait_for_timeout(20)  # events arrive only while Playwright waits
        return Counter(parts) <= Counter(self.asked)

    def _take(self, route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        part = _part_of(route.request)
        self.asked.append(part)
        if self.decide(part) == "hold":
            self._held.append(route)
        else:
            route.continue_()


def _part_of(request: Request) -> int:
    return int(parse_qs(urlsplit(request.url).query).get("partNumber", ["1"])[0])
