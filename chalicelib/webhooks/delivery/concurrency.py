"""Limits on how many attempts one worker runs at the same time for each webhook. Pure."""

from collections import Counter


class ConcurrencyLimits:
    """A limit for each webhook: `first` attempts until its receiver responds, then `most`.

    A receiver that doesn't respond holds each of its attempts for 15 seconds, so no receiver may
    use the whole worker. A webhook that was found to be slow has no limit: its wake-ups are only
    moved to the slow lane, which takes no time.
    """

    def __init__(self, first: int, most: int) -> None:
        self._first, self._most = first, most
        self._running = Counter[str]()
        self._responsive, self._unlimited = set[str](), set[str]()

    def may_start(self, webhook_id: str) -> bool:
        """Return whether another attempt for this webhook may start."""
        if webhook_id in self._unlimited:
            return True
        limit = self._most if webhook_id in self._responsive else self._first
        return self._running[webhook_id] < limit

    def start(self, webhook_id: str) -> None:
        """Count an attempt that starts."""
        self._running[webhook_id] += 1

    def finish(self, webhook_id: str, *, has_responded: bool) -> None:
        """Count an attempt that has ended; `has_responded` whatever the response was."""
        self._running[webhook_id] -= 1
        if has_responded:
            self._responsive.add(webhook_id)

    def is_unlimited(self, webhook_id: str) -> bool:
        """Return whether the limit of this webhook was removed."""
        return webhook_id in self._unlimited

    def remove_limit(self, webhook_id: str) -> None:
        """Remove the limit of a webhook that every worker now knows to be slow."""
        self._unlimited.add(webhook_id)
