"""Whose attempt may begin: a receiver gets as many of a worker's hands as it has earned. Pure."""

from collections import defaultdict


class Gates:
    """A gate for each webhook: `first` attempts at a time until it has answered, then `most`.

    A receiver that stops answering holds what it has for 15 seconds, so it is never given all. One
    that is found slow has an open gate: what waits for it goes elsewhere and holds nothing.
    """

    def __init__(self, first: int, most: int, slow_seconds: float) -> None:
        self._first, self._most, self._slow_seconds = first, most, slow_seconds
        self._begun: dict[str, list[float]] = defaultdict(list)  # when, of what is under way
        self._has_answered, self._slow = set[str](), set[str]()

    def may_begin(self, webhook_id: str) -> bool:
        """Say whether another attempt of this webhook may begin."""
        if webhook_id in self._slow:
            return True
        most = self._most if webhook_id in self._has_answered else self._first
        return len(self._begun[webhook_id]) < most

    def begin(self, webhook_id: str, at: float) -> None:
        """Count an attempt that begins `at` this time."""
        self._begun[webhook_id].append(at)

    def end(self, webhook_id: str, began_at: float, *, has_answered: bool) -> None:
        """Count an attempt that has ended; `has_answered`: there was one, of whatever result."""
        self._begun[webhook_id].remove(began_at)
        if has_answered:
            self._has_answered.add(webhook_id)

    def find_slow(self, now: float) -> set[str]:
        """Return the webhooks that keep a hand waiting too long, and are not known for it yet."""
        limit = now - self._slow_seconds
        return {
            name for name, begun in self._begun.items() if begun and min(begun) < limit
        } - self._slow

    def open(self, webhook_id: str) -> None:
        """Let all attempts of this webhook begin: others know by now that it is slow."""
        self._slow.add(webhook_id)
