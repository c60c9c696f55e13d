"""Signed URLs, sizes of parts, and what S3 says when an upload is finished."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import make_signer
from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.imports.api.parts import (
    MOST_PART_BYTES,
    MOST_PARTS,
    MOST_SOURCE_BYTES,
    choose_part_size,
    count_parts,
)
from chalicelib.imports.api.responses import MultipartUploadResponse, PutUploadResponse
from chalicelib.imports.job import ImportJob
from chalicelib.imports.transitions import UploadOverError
from chalicelib.imports.uploaded import abort_upload
from tests.fakes.aws import BUCKET
from tests.fakes.jobs import NOW, make_job

MiB = 1024**2
_MULTIPART = {"method": "MULTIPART", "upload_id": "u", "part_size": 5 * MiB}


def _begin(size_bytes: int, part_bytes: int | None = None) -> ImportJob:
    job = make_job(size_bytes=size_bytes)
    upload = services().uploads.begin(job.job_id, size_bytes, part_bytes)
    return make_job(job_id=job.job_id, size_bytes=size_bytes, upload=upload)


def _upload_part(job: ImportJob, number: int, body: bytes) -> tuple[int, str]:
    answer = boto3.client("s3").upload_part(
        Bucket=BUCKET,
        Key=f"uploads/{job.job_id}",
        UploadId=job.upload["upload_id"],
        PartNumber=number,
        Body=body,
    )
    return number, str(answer["ETag"])


def _upload_all(job: ImportJob) -> list[tuple[int, str]]:
    part_size, parts = job.upload["part_size"], []
    for number in range(1, count_parts(job) + 1):
        size = min(part_size, job.size_bytes - (number - 1) * part_size)
        parts.append(_upload_part(job, number, b"x" * size))
    return parts


@given(
    size_bytes=st.integers(1, MOST_SOURCE_BYTES),
    least=st.integers(5 * MiB, MOST_PART_BYTES).map(lambda n: n // MiB * MiB),
)
def test_parts_are_never_too_many_nor_too_large(size_bytes: int, least: int) -> None:
    part_size = choose_part_size(size_bytes, least)
    assert least <= part_size <= MOST_PART_BYTES
    assert -(-size_bytes // part_size) <= MOST_PARTS


def test_largest_file_has_the_most_and_largest_parts() -> None:
    assert choose_part_size(MOST_SOURCE_BYTES, 16 * MiB) == MOST_PART_BYTES


def test_small_file_is_uploaded_by_one_put(account: Any) -> None:
    job = _begin(8 * MiB)
    upload = services().uploads.sign(job, NOW)
    assert isinstance(upload, PutUploadResponse)
    assert upload.headers == {}
    assert upload.model_dump()["expires_at"] == "2026-03-01T13:00:00.250Z"
    assert parse_qs(urlsplit(upload.url).query)["X-Amz-Expires"] == ["3600"]


def test_larger_file_is_uploaded_in_parts(account: Any) -> None:
    upload = services().uploads.sign(_begin(8 * MiB + 1), NOW)
    assert isinstance(upload, MultipartUploadResponse)
    assert (upload.part_size, upload.part_count) == (5 * MiB, 2)
    assert [part.part_number for part in upload.parts] == [1, 2]
    query = parse_qs(urlsplit(upload.parts[1].url).query)
    assert query["partNumber"] == ["2"]


@pytest.mark.parametrize(
    ("size_bytes", "requested", "expected"),
    [
        (6 * MiB, 6 * MiB, None),
        (6 * MiB + 1, 6 * MiB, 6 * MiB),
        (9 * MiB, 10 * MiB, None),
        (10_000 * 6 * MiB + 1, 6 * MiB, 7 * MiB),  # or there would be too many
    ],
)
def test_file_above_the_requested_part_size_is_uploaded_in_parts(
    account: Any, size_bytes: int, requested: int, expected: int | None
) -> None:
    assert _begin(size_bytes, requested).upload.get("part_size") == expected


def test_first_hundred_parts_are_signed_at_once(account: Any) -> None:
    upload = services().uploads.sign(_begin(1001 * 5 * MiB), NOW)
    assert isinstance(upload, MultipartUploadResponse)
    assert (upload.part_count, len(upload.parts)) == (1001, 100)


def test_url_expires_with_the_upload(account: Any) -> None:
    job = _begin(100)
    for minutes, seconds in ((50, "600"), (90, "1")):
        upload = services().uploads.sign(job, NOW + timedelta(minutes=minutes))
        assert isinstance(upload, PutUploadResponse)
        assert parse_qs(urlsplit(upload.url).query)["X-Amz-Expires"] == [seconds]


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("", "https://bucket.s3.eu-central-1.amazonaws.com/uploads/1?"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566/bucket/uploads/1?"),
    ],
)
def test_urls_have_the_public_address_of_s3(account: Any, endpoint: str, address: str) -> None:
    url: str = make_signer(endpoint).generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": "uploads/1"}
    )
    assert url.startswith(address)
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-SignedHeaders"] == ["host"]


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:4566"])
def test_origin_is_the_origin_of_every_signed_url(account: Any, endpoint: str) -> None:
    uploads = replace(services().uploads, signer=make_signer(endpoint))
    put, in_parts = uploads.sign(_begin(100), NOW), uploads.sign(_begin(11 * MiB), NOW)
    assert isinstance(put, PutUploadResponse)
    assert isinstance(in_parts, MultipartUploadResponse)
    for url in (put.url, in_parts.parts[0].url):
        assert url.startswith(f"{uploads.origin}/")
    assert urlsplit(uploads.origin).path == ""


def test_parts_become_an_object(account: Any) -> None:
    job = _begin(11 * MiB)
    parts = _upload_all(job)
    services().uploads.complete(job, parts)
    found = account.head_object(Bucket=BUCKET, Key=f"uploads/{job.job_id}")
    assert found["ContentLength"] == 11 * MiB


def test_completing_an_upload_is_idempotent(account: Any) -> None:
    job = _begin(11 * MiB)
    parts = _upload_all(job)
    for _ in range(2):
        services().uploads.complete(job, parts)


def _refused(job: ImportJob, parts: list[tuple[int, str]]) -> tuple[int, str, str]:
    with pytest.raises(ProblemError) as caught:
        services().uploads.complete(job, parts)
    return caught.value.status, caught.value.code, caught.value.detail


def test_missing_parts_are_named(account: Any) -> None:
    job = _begin(16 * MiB)
    parts = _upload_all(job)
    assert _refused(job, parts[1:3]) == (
        422,
        "parts_missing",
        "2 of 4 parts are missing: 1, 4. List every part.",
    )


def test_part_beyond_the_last_is_rejected(account: Any) -> None:
    job = _begin(11 * MiB)
    parts = [*_upload_all(job), (4, "x")]
    assert _refused(job, parts)[:2] == (422, "part_unknown")


def test_unknown_etag_is_rejected(account: Any) -> None:
    job = _begin(11 * MiB)
    parts = [*_upload_all(job)[:2], (3, '"0123456789abcdef0123456789abcdef"')]
    assert _refused(job, parts)[:2] == (422, "part_invalid")


def test_part_that_is_too_small_is_rejected(account: Any) -> None:
    job = _begin(11 * MiB)
    parts = _upload_all(job)
    parts[0] = _upload_part(job, 1, b"short")
    assert _refused(job, parts)[:2] == (422, "part_too_small")


def test_aborted_upload_keeps_no_parts(account: Any) -> None:
    job = _begin(11 * MiB)
    _upload_all(job)
    for _ in range(2):
        abort_upload(account, BUCKET, job)
    assert "Uploads" not in account.list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.parametrize("is_there", [True, False])
def test_upload_that_s3_no_longer_has_is_complete_or_gone(account: Any, is_there: bool) -> None:
    job = make_job(size_bytes=9 * MiB, upload=_MULTIPART)
    with Stubber(account) as s3:  # moto breaks where S3 says NoSuchUpload
        s3.add_client_error("complete_multipart_upload", "NoSuchUpload", http_status_code=404)
        if is_there:
            s3.add_response("head_object", {})
            services().uploads.complete(job, [(1, "a"), (2, "b")])
        else:
            s3.add_client_error("head_object", "404", http_status_code=404)
            assert _refused(job, [(1, "a"), (2, "b")])[:2] == (409, "upload_gone")


@pytest.mark.parametrize(("is_there", "error"), [(True, UploadOverError), (False, ProblemError)])
def test_parts_that_s3_no_longer_has_are_not_listed(
    account: Any, *, is_there: bool, error: type[Exception]
) -> None:
    job = make_job(size_bytes=9 * MiB, upload=_MULTIPART)
    with Stubber(account) as s3:
        s3.add_client_error("list_parts", "NoSuchUpload", http_status_code=404)
        if is_there:
            s3.add_response("head_object", {})
        else:
            s3.add_client_error("head_object", "404", http_status_code=404)
        with pytest.raises(error) as caught:
            services().uploads.list_parts(job, 0, 25)
    assert is_there or "409 upload_gone" in str(caught.value)


def test_upload_by_one_put_has_nothing_to_abort(account: Any) -> None:
    abort_upload(account, BUCKET, _begin(100))
