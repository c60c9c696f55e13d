"""Transcode: a first pass that turns a UTF-16, Latin-1 or cp1252 source into UTF-8.

Everything after it then reads one encoding. What cannot be decoded becomes a byte that UTF-8 never
has, so that only the records it is in are rejected later.
"""

import codecs
from collections.abc import Iterable, Iterator
from typing import Any

PART_BYTES = 16 * 1024 * 1024  # 10,000 parts of S3 then take 160 GB; larger ones grow with the file
_MOST_PARTS = 9_000


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    """Decode what cannot be decoded to a lone surrogate, which is encoded as the byte 0xFF."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("mark-undecodable", _mark_undecodable)


def transcode(pieces: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """Yield UTF-8 for `pieces` of text in `codec`, cut anywhere."""
    decoder = codecs.getincrementaldecoder(codec)("mark-undecodable")
    for piece in pieces:
        yield _encode(decoder.decode(piece))
    yield _encode(decoder.decode(b"", final=True))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def write_object(
    client: Any, bucket: str, key: str, pieces: Iterable[bytes], expected_bytes: int
) -> tuple[str, int]:
    """Write `pieces` as one object, in parts; return its ETag and its size.

    Safe to run twice: the object appears as a whole, at the end. `expected_bytes` need not be
    exact; it makes the parts large enough for S3's limit on their number.
    """
    part_bytes = max(PART_BYTES, expected_bytes // _MOST_PARTS)
    buffer = bytearray()
    parts: list[dict[str, Any]] = []
    upload_id, size = None, 0
    for piece in pieces:
        buffer += piece
        size += len(piece)
        while len(buffer) >= part_bytes:
            upload_id = upload_id or _begin(client, bucket, key)
            parts.append(_put(client, bucket, key, upload_id, len(parts) + 1, buffer[:part_bytes]))
            del buffer[:part_bytes]
    if upload_id is None:
        return client.put_object(Bucket=bucket, Key=key, Body=bytes(buffer))["ETag"], size
    parts.append(_put(client, bucket, key, upload_id, len(parts) + 1, buffer))
    done = client.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
    )
    return done["ETag"], size


def _begin(client: Any, bucket: str, key: str) -> str:
    upload_id: str = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    return upload_id


def _put(
    client: Any, bucket: str, key: str, upload_id: str, number: int, body: bytearray
) -> dict[str, Any]:
    done = client.upload_part(
        Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=bytes(body)
    )
    return {"PartNumber": number, "ETag": done["ETag"]}
