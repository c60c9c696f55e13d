"""Links to files: each attempt of a message gets a URL of its own.

A URL is only good for as long as the credentials that sign it, at most some hours, and a message is
attempted for days and replayed for weeks. So a message has the key of its file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chalicelib.webhooks.models import Message

URL_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class FileLinks:
    """Signs URLs of files in a bucket, which expire some days after their event.

    The signer is made for the first file: most messages have none.
    """

    make_signer: Callable[[], Any]
    bucket: str
    retention_days: int
    _lock: Lock = field(default_factory=Lock)  # threads can't make clients at the same time

    def payload_of(self, message: Message, now: datetime) -> str:
        """Return the payload of an attempt at `now`. The URL is null once the file may be gone."""
        expires_at = min(
            now + URL_LIFETIME, message.occurred_at + timedelta(days=self.retention_days)
        )
        seconds = int((expires_at - now).total_seconds())
        if message.changes_key is None or seconds < 1:
            return message.payload
        place = {"Bucket": self.bucket, "Key": message.changes_key}
        with self._lock:
            signer = self.make_signer()
        url = signer.generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)
        return message.linking(url, expires_at)
