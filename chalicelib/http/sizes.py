"""The size limit of a response: what Lambda returns to the gateway, in bytes.

Lambda returns the body as a JSON string within JSON. So a quote in a value takes four bytes, a
character outside ASCII six or twelve, and a control character seven, the most for one UTF-8 byte.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic_core import to_json

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 - 4096  # Lambda's limit minus status and headers
MAX_PAGE_BYTES = 4_000_000  # a page ends early if it would be larger, except for one item
MAX_ESCAPED_BYTE = 7
MAX_ESCAPED_CHARACTER = 12


def measure(value: Any) -> int:
    """Return the size of a model or of JSON values in a response."""
    return measure_text(to_json(value).decode())


def measure_text(text: str) -> int:
    """Return the size of a body in a response."""
    return len(json.dumps(text))


class PageBudget:
    """The items and bytes that a page still has room for. Its first item always fits."""

    def __init__(self, items: int) -> None:
        self.items, self.is_full = items, False
        self._most, self._bytes = items, MAX_PAGE_BYTES

    def take(self, sizes: Iterable[int]) -> int:
        """Take items of these sizes in order; return how many fit."""
        taken = 0
        for size in sizes:
            is_first = self.items == self._most
            if self.is_full or (size > self._bytes and not is_first):
                self.is_full = True
                break
            self.items, self._bytes = self.items - 1, self._bytes - size
            self.is_full = not self.items
            taken += 1
        return taken
