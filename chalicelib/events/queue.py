"""The queue of events, on their way to the webhooks."""

import json
from collections.abc import Sequence
from typing import Any

from chalicelib.errors import TryAgainError
from chalicelib.events.models import Event

_MOST_ENTRIES = 10  # of one call
_MOST_BYTES = 200_000  # of one call; SQS takes 256 KiB


class EventsQueue:
    """Takes events. SQS keeps each until a worker has processed it."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def send(self, events: Sequence[Event]) -> None:
        """Send the events. Raises TryAgainError when the queue didn't take all of them."""
        entries: list[dict[str, str]] = []
        size_bytes = 0
        for event in events:
            body = json.dumps(event.to_json())
            if len(entries) == _MOST_ENTRIES or size_bytes + len(body) > _MOST_BYTES:
                self._send(entries)
                entries, size_bytes = [], 0
            entries.append({"Id": str(len(entries)), "MessageBody": body})
            size_bytes += len(body)
        self._send(entries)

    def _send(self, entries: list[dict[str, str]]) -> None:
        if not entries:
            return
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if answer.get("Failed"):
            raise TryAgainError(f"the queue didn't take {len(answer['Failed'])} events")
