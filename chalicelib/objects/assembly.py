"""Assemble the finished file from its pieces, inside S3 wherever possible."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.objects.parts import LEAST_PART_BYTES, Part, Segment, cut_parts

_AT_ONCE = 8  # requests; each has at most some 10 MiB in memory


@dataclass(frozen=True)
class Piece:
    """An object with a part of the file."""

    key: str
    size_bytes: int


@dataclass(frozen=True)
class Assembler:
    """Assembles files in one bucket."""

    client: Any
    bucket: str

    def assemble(self, pieces: Sequence[Piece], key: str, content_type: str) -> int:
        """Write `pieces` one after another as one object; return its size.

        Idempotent: the object appears whole, at the end.
        """
        size_bytes = sum(piece.size_bytes for piece in pieces)
        parts = cut_parts([piece.size_bytes for piece in pieces])
        place = {"Bucket": self.bucket, "Key": key}
        if size_bytes < LEAST_PART_BYTES:
            body = b"".join(chunk for part in parts for chunk in self._read(pieces, part))
            self.client.put_object(**place, Body=body, ContentType=content_type)
        else:
            self._write(pieces, parts, place, content_type)
        return size_bytes

    def delete(self, pieces: Sequence[Piece]) -> None:
        """Delete pieces. Those that stay expire."""
        with suppress(BotoCoreError, ClientError), ThreadPoolExecutor(_AT_ONCE) as pool:
            keys = [piece.key for piece in pieces]
            list(pool.map(lambda key: self.client.delete_object(Bucket=self.bucket, Key=key), keys))

    def _write(
        self, pieces: Sequence[Piece], parts: list[Part], place: dict[str, str], content_type: str
    ) -> None:
        created = self.client.create_multipart_upload(**place, ContentType=content_type)
        upload = place | {"UploadId": created["UploadId"]}
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                etags = pool.map(
                    lambda numbered: self._put(pieces, numbered[1], upload, numbered[0]),
                    enumerate(parts, start=1),
                )
                written = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
            self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": written})
        except Exception:
            with suppress(BotoCoreError, ClientError):  # the lifecycle rule removes the rest
                self.client.abort_multipart_upload(**upload)
            raise

    def _put(self, pieces: Sequence[Piece], part: Part, upload: dict[str, str], number: int) -> str:
        """Write one part; return its ETag."""
        [first, *others] = part
        if others or first.size_bytes < LEAST_PART_BYTES:
            body = b"".join(self._read(pieces, part))
            done = self.client.upload_part(**upload, PartNumber=number, Body=body)
            return str(done["ETag"])
        done = self.client.upload_part_copy(
            **upload,
            PartNumber=number,
            CopySource={"Bucket": self.bucket, "Key": pieces[first.piece].key},
            CopySourceRange=_range(first),
        )
        return str(done["CopyPartResult"]["ETag"])

    def _read(self, pieces: Sequence[Piece], part: Part) -> Iterator[bytes]:
        for segment in part:
            key = pieces[segment.piece].key
            found = self.client.get_object(Bucket=self.bucket, Key=key, Range=_range(segment))
            yield found["Body"].read()


def _range(segment: Segment) -> str:
    return f"bytes={segment.start}-{segment.end - 1}"
