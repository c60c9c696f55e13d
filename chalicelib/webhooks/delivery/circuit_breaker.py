"""Whose attempt may begin: a receiver gets as many of a worker's hands as it has earned. Pure."""

from collections import Counter


class Gates:
    """A gate for each webhook: `first` attempts at a time until it has answered, then `most`.

    A receiver that stops answering holds what it has for 15 seconds, so it is never given all. One
    that is found slow has an open gate: what waits for it goes elsewhere and holds nothing.
    """

    def __init__(self, first: int, most: int) -> None:
        self._first, self._most = first, most
        self._under_way = Counter[str]()
        self._has_answered, self._slow = set[str](), set[str]()

    def may_begin(self, webhook_id: str) -> bool:
        """Say whether another attempt of this webhook may begin."""
        if webhook_id in self._slow:
            return True
        most = self._most if webhook_id in self._has_answered else self._first
        return self._under_way[webhook_id] < most

    def begin(self, webhook_id: str) -> None:
        """Count an attempt that begins."""
        self._under_way[webhook_id] += 1

    def end(self, webhook_id: str, *, has_answered: bool) -> None:
        """Count an attempt that has ended; `has_answered`: there was one, of whatever result."""
        self._under_way[webhook_id] -= 1
        if has_answered:
            self._has_answered.add(webhook_id)

    def is_open(self, webhook_id: str) -> bool:
        """Say whether all attempts of this webhook may begin."""
        return webhook_id in self._slow

    def open(self, webhook_id: str) -> None:
        """Let all attempts of this webhook begin: every worker knows by now that it is slow."""
        self._slow.add(webhook_id)
