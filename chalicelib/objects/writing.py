"""Write one object of S3 as its bytes come, in parts."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

PART_BYTES = 8 * 1024**2  # 10,000 of them are 80 GB


class Writer(Protocol):
    """Whatever bytes are written to."""

    def write(self, raw: bytes, /) -> int:
        """Take some bytes."""


class ObjectWriter:
    """Writes one object of S3 piece by piece; at most one part of it is in memory."""

    def __init__(self, client: Any, place: dict[str, str]) -> None:
        self._client, self._place = client, place
        self._buffer = bytearray()
        self._upload: dict[str, str] | None = None
        self._parts: list[dict[str, Any]] = []
        self.size_bytes = 0

    def write(self, raw: bytes) -> int:
        """Take some bytes, and send a part if there are enough."""
        self._buffer += raw
        self.size_bytes += len(raw)
        while len(self._buffer) >= PART_BYTES:
            self._send(bytes(self._buffer[:PART_BYTES]))
            del self._buffer[:PART_BYTES]
        return len(raw)

    def close(self) -> None:
        """Write the rest. The object appears now, whole."""
        if self._upload is None:
            self._client.put_object(**self._place, Body=bytes(self._buffer))
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        uploaded = {"Parts": self._parts}
        self._client.complete_multipart_upload(**self._upload, MultipartUpload=uploaded)

    def abort(self) -> None:
        """Remove the parts; the bucket's lifecycle rule removes what this can't."""
        if self._upload is not None:
            with suppress(BotoCoreError, ClientError):
                self._client.abort_multipart_upload(**self._upload)

    def _send(self, body: bytes) -> None:
        if self._upload is None:
            created = self._client.create_multipart_upload(**self._place)
            self._upload = self._place | {"UploadId": created["UploadId"]}
        number = len(self._parts) + 1
        done = self._client.upload_part(**self._upload, PartNumber=number, Body=body)
        self._parts.append({"PartNumber": number, "ETag": done["ETag"]})


@contextmanager
def write_object(client: Any, bucket: str, key: str) -> Iterator[ObjectWriter]:
    """Yield the writer of an object, which appears when the block ends without an error."""
    writer = ObjectWriter(client, {"Bucket": bucket, "Key": key})
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.abort()
        raise
