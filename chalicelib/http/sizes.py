"""How long an answer may be: what a Lambda hands to the gateway, in the bytes that it is handed in.

An answer's JSON is a text within JSON there, so a quote of a value takes four bytes, a character
outside ASCII six or twelve, and a control character seven, the most for one byte of UTF-8.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic_core import to_json

MOST_ANSWER_BYTES = 6 * 1024 * 1024 - 4096  # Lambda's limit, but for status and headers
MOST_PAGE_BYTES = 4_000_000  # a page ends early rather than to be longer; one item may be
MOST_OF_A_BYTE = 7
MOST_OF_A_CHARACTER = 12


def measure(value: Any) -> int:
    """Return how many bytes of an answer a value takes: a model, or JSON values."""
    return measure_text(to_json(value).decode())


def measure_text(text: str) -> int:
    """Return how many bytes of an answer a body takes."""
    return len(json.dumps(text))


class PageBudget:
    """What a page still takes: items, and bytes. Its first item always fits."""

    def __init__(self, items: int) -> None:
        self.items, self.is_full = items, False
        self._most, self._bytes = items, MOST_PAGE_BYTES

    def take(self, sizes: Iterable[int]) -> int:
        """Take in items of these sizes, in their order; return how many of them fit."""
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
