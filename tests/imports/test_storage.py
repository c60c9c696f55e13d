"""Sources are read in one version, and objects are written whole or not at all."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.errors import JobEndedError, TryAgainError
from chalicelib.imports.csv.source import CHUNK_BYTES, read_bytes
from chalicelib.imports.storage import PART_BYTES, S3Source, WorkFolder, write_object
from tests.fakes.aws import BUCKET

KEY = "uploads/job_1"


@pytest.fixture
def source(storage: Any) -> S3Source:
    etag = storage.put_object(Bucket=BUCKET, Key=KEY, Body=b"0123456789")["ETag"]
    return S3Source(storage, BUCKET, KEY, etag.strip('"'), 10)


def test_any_bytes_of_a_source_can_be_read(source: S3Source) -> None:
    assert read_bytes(source, 0, 10) == b"0123456789"
    assert read_bytes(source, 3, 7) == b"3456"
    assert read_bytes(source, 9, 10) == b"9"


def test_reading_stops_at_the_end_of_the_file(source: S3Source) -> None:
    assert read_bytes(source, 8, 1000) == b"89"
    assert read_bytes(source, 10, 1000) == b""
    assert read_bytes(source, 5, 5) == b""


def test_long_read_is_chunked(storage: Any) -> None:
    raw = bytes(CHUNK_BYTES + 10)
    etag = storage.put_object(Bucket=BUCKET, Key=KEY, Body=raw)["ETag"].strip('"')
    chunks = list(S3Source(storage, BUCKET, KEY, etag, len(raw)).stream(0, len(raw)))
    assert b"".join(chunks) == raw
    assert max(map(len, chunks)) <= CHUNK_BYTES


def test_replaced_object_ends_the_job(source: S3Source) -> None:
    source.client.put_object(Bucket=BUCKET, Key=KEY, Body=b"9876543210")
    with pytest.raises(JobEndedError) as caught:
        read_bytes(source, 0, 10)
    assert caught.value.code == "source_changed"


def test_removed_object_ends_the_job(source: S3Source) -> None:
    source.client.delete_object(Bucket=BUCKET, Key=KEY)
    with pytest.raises(JobEndedError) as caught:
        read_bytes(source, 0, 10)
    assert caught.value.code == "source_changed"


def test_other_faults_of_s3_are_retried(source: S3Source) -> None:
    gone = S3Source(source.client, "another-bucket", KEY, source.etag, 10)
    with pytest.raises(TryAgainError):
        read_bytes(gone, 0, 10)


def test_source_round_trips_through_json(source: S3Source) -> None:
    assert S3Source.from_json(source.client, source.to_json()) == source


def test_work_folder_stores_files_by_job(storage: Any) -> None:
    ours, theirs = (WorkFolder(storage, BUCKET, job_id) for job_id in ("job_1", "job_2"))
    ours.put("plan.json", {"names": ["é", "\0"]})
    ours.put("plan.json", {"names": ["é", "\0"]})
    assert ours.get("plan.json") == {"names": ["é", "\0"]}
    assert theirs.get("plan.json") is None


def read_object(client: Any, key: str) -> bytes:
    found: bytes = client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return found


@pytest.mark.parametrize("pieces", [[], [b""], [b"ab", b"", b"cd"]])
def test_small_object_is_written_by_one_put(storage: Any, pieces: list[bytes]) -> None:
    etag, size_bytes = write_object(storage, BUCKET, "steps/small", pieces, 0)
    whole = b"".join(pieces)
    assert read_object(storage, "steps/small") == whole
    assert size_bytes == len(whole)
    assert etag == storage.head_object(Bucket=BUCKET, Key="steps/small")["ETag"]


@pytest.mark.parametrize("more", [-1, 0, 1, 5])
def test_large_object_is_written_in_parts(storage: Any, more: int) -> None:
    piece = bytes(range(256)) * (1024 * 1024 // 256)
    pieces = [
        *[piece] * (2 * PART_BYTES // len(piece) - 1),
        piece[:-5],
        b"56789"[: 5 + more],
        b"x" * more,
    ]
    etag, size_bytes = write_object(storage, BUCKET, "steps/large", pieces, 0)
    head = storage.head_object(Bucket=BUCKET, Key="steps/large")
    assert read_object(storage, "steps/large") == b"".join(pieces)
    assert (head["ETag"], head["ContentLength"]) == (etag, size_bytes)
    assert storage.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_writing_an_object_is_idempotent(storage: Any) -> None:
    first = write_object(storage, BUCKET, "steps/twice", [b"abc"], 0)
    assert write_object(storage, BUCKET, "steps/twice", [b"a", b"bc"], 10**12) == first


@pytest.mark.parametrize("piece_bytes", [PART_BYTES // 4, PART_BYTES])
def test_upload_that_fails_is_aborted(storage: Any, piece_bytes: int) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(5):
            yield bytes(piece_bytes)
        raise TryAgainError("S3: the source could not be read")

    with pytest.raises(TryAgainError):
        write_object(storage, BUCKET, "steps/failed", pieces(), 0)
    assert storage.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []
    with pytest.raises(storage.exceptions.NoSuchKey):
        read_object(storage, "steps/failed")
