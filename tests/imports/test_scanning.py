"""The scan of a whole file decides its encoding where the head could not."""

from typing import Any

import pytest

from chalicelib.imports.csv.dialect import detect_encoding
from chalicelib.imports.csv.head import HEAD_BYTES, inspect_head
from chalicelib.imports.csv.plan import cut_spans
from chalicelib.imports.steps.attempt import INSPECTION, Attempt
from chalicelib.imports.steps.scanning import find_other_encoding, read_scans, scan_span
from chalicelib.imports.storage import S3Source, WorkFolder
from chalicelib.settings import Settings
from tests.fakes.aws import BUCKET
from tests.fakes.job_store import FakeJobStore
from tests.imports.attempts import claimed_job

PLAIN = b"sku,name\n" + b"A-1,Lamp\n" * (HEAD_BYTES // 9 + 1)


def scanned(settings: Settings, s3: Any, raw: bytes, *, is_assumed: bool = True) -> Attempt:
    """Return an attempt whose source is inspected and scanned."""
    jobs = FakeJobStore()
    job = claimed_job(jobs, raw)
    key = f"uploads/{job.job_id}"
    etag = s3.put_object(Bucket=BUCKET, Key=key, Body=raw)["ETag"].strip('"')
    source = S3Source(s3, BUCKET, key, etag, len(raw))
    work = WorkFolder(s3, BUCKET, job.job_id)
    attempt = Attempt(settings, jobs, job, work)
    encoding = detect_encoding(raw[:HEAD_BYTES], None)
    assert encoding.is_utf8
    found = inspect_head(source, encoding, attempt.options, 300_001)
    values = {"source": source.to_json(), "inspection": found.to_json()}
    work.put(INSPECTION, values | {"is_assumed_utf8": is_assumed})
    for number in range(len(cut_spans(found.data_start, len(raw), 300_001))):
        scan_span(attempt, number)
    return attempt


def decide(attempt: Attempt) -> str | None:
    source, found = attempt.inspected
    spans = len(cut_spans(found.data_start, source.size_bytes, 300_001))
    encoding = find_other_encoding(attempt, read_scans(attempt, spans))
    return encoding.codec if encoding else None


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("B,Küchenstühle\n".encode("cp1252"), "cp1252"),
        ("B,Łóżko dębowe, żółte\n".encode("cp1250"), "cp1250"),
        ("B,Küchenstühle\nC,Café".encode(), None),
        ("B,Küchenstühle\n".encode() + b"C,Caf\xe9\n", None),
        (b"B,\xff\x81\xfe\n", None),
        (b"", None),
    ],
)
def test_bytes_behind_the_head_decide_the_encoding(
    end: bytes, expected: str | None, shared: Settings, s3: Any
) -> None:
    assert decide(scanned(shared, s3, PLAIN + end)) == expected


def test_utf8_header_counts_as_well(shared: Settings, s3: Any) -> None:
    raw = PLAIN.replace(b"name", "name,Größe,Stück".encode(), 1) + b"B,Caf\xe9\n"
    assert decide(scanned(shared, s3, raw)) is None


def test_characters_across_the_edges_of_spans_are_valid(shared: Settings, s3: Any) -> None:
    raw = PLAIN + "B,€€€€€\n".encode() * 60_000 + b"C,Caf\xe9\n"
    assert decide(scanned(shared, s3, raw)) is None


def test_decided_encoding_is_not_looked_at_again(shared: Settings, s3: Any) -> None:
    raw = PLAIN + "B,Küchenstühle\n".encode("cp1252")
    assert decide(scanned(shared, s3, raw, is_assumed=False)) is None
