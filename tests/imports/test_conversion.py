"""Whatever is uploaded becomes CSV in UTF-8, in a bounded number of passes."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.source import read_bytes
from chalicelib.imports.steps import conversion
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.storage import S3Source, WorkFolder
from chalicelib.settings import Settings
from tests.fakes.aws import BUCKET
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import as_import
from tests.imports.archives import PACKERS, zip_of
from tests.imports.attempts import claimed_job
from tests.imports.workbooks import xlsx_of

TEXT = "sku,name\nA-1,Läufer\nA-2,Stühle\n"
CSV = TEXT.encode()
SHEET = xlsx_of([["sku", "name"], ["A-1", "Läufer"], ["A-2", "Stühle"]])
Convert = Callable[..., tuple[bytes, str, int]]


@pytest.fixture
def convert(shared: Settings, s3: Any) -> Convert:
    """Upload bytes and convert them; return the text, its encoding and the number of passes."""

    def run(raw: bytes, **options: Any) -> tuple[bytes, str, int]:
        jobs = FakeJobStore()
        job = claimed_job(jobs, raw, **options)
        key = f"uploads/{job.job_id}"
        etag = s3.put_object(Bucket=BUCKET, Key=key, Body=raw)["ETag"].strip('"')
        source = S3Source(s3, BUCKET, key, etag, len(raw)).to_json()
        jobs.update(job.job_id, lambda found: as_import(found).reading(source))
        work = WorkFolder(s3, BUCKET, job.job_id)
        for name in ("encoding.json", "unpacked.json", "source.json"):
            s3.delete_object(Bucket=BUCKET, Key=work.key(name))

        def attempt() -> Attempt:  # each step reads what the one before has written
            return Attempt(shared, jobs, as_import(jobs.get(job.job_id)), work)

        passes = 0
        while (step := attempt()).transcoded is None and conversion.is_needed(step):
            conversion.convert(step)
            passes += 1
            assert passes < 3
        found = step.transcoded or step.unpacked
        text = read_bytes(found, 0, found.size_bytes)
        return text.removeprefix(b"\xef\xbb\xbf"), step.encoding.codec, passes

    return run


@pytest.mark.parametrize("pack", [*PACKERS.values(), lambda raw: zip_of({"a.csv": raw})])
def test_archive_of_text_is_unpacked(pack: Callable[[bytes], bytes], convert: Convert) -> None:
    assert convert(pack(CSV)) == (CSV, "utf-8", 1)
    assert convert(pack(TEXT.encode("cp1252"))) == (CSV, "cp1252", 2)
    assert convert(pack(TEXT.encode("utf-16"))) == (CSV, "utf-16-le", 2)


def test_text_needs_no_pass_and_another_encoding_one(convert: Convert) -> None:
    assert convert(CSV) == (CSV, "utf-8", 0)
    assert convert(TEXT.encode("cp1252")) == (CSV, "cp1252", 1)


def test_workbook_becomes_csv_also_from_an_archive(convert: Convert) -> None:
    assert convert(SHEET) == (CSV, "utf-8", 1)
    assert convert(zip_of({"prices.xlsx": SHEET})) == (CSV, "utf-8", 2)
    assert convert(PACKERS["gzip"](SHEET)) == (CSV, "utf-8", 2)


def test_table_of_a_page_becomes_csv(convert: Convert) -> None:
    rows = "".join(f"<tr><td>{line.replace(',', '<td>')}" for line in TEXT.splitlines())
    page = f"<table>{rows}</table>".encode("cp1252")
    assert convert(page) == (CSV, "utf-8", 1)
    assert convert(zip_of({"export.xls": page})) == (CSV, "utf-8", 2)


def test_options_choose_the_file_and_the_sheet(convert: Convert) -> None:
    archive = zip_of({"readme.txt": b"x", "a.csv": CSV})
    assert convert(archive, member="a.csv") == (CSV, "utf-8", 1)
    book = xlsx_of([["other"]], more={"Products": [["sku", "name"], ["A", "B"]]})
    assert convert(book, sheet="Products") == (b"sku,name\nA,B\n", "utf-8", 1)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (PACKERS["gzip"](PACKERS["gzip"](CSV)), "archive_nested"),
        (zip_of({"a.gz": PACKERS["gzip"](CSV)}), "archive_nested"),
        (PACKERS["gzip"](zip_of({"a.csv": CSV})), "archive_nested"),
        (PACKERS["zstd"](CSV)[:-3], "archive_truncated"),
        (zip_of({"a.csv": CSV})[:-3], "archive_broken"),
        (zip_of({"[Content_Types].xml": b"<x/>", "word/document.xml": b""}), "not_csv"),
        (zip_of({"[Content_Types].xml": b"<x/>"}), "workbook_broken"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "workbook_broken"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "workbook_encrypted",
        ),
    ],
)
def test_file_that_cannot_be_unpacked_ends_the_job(raw: bytes, code: str, convert: Convert) -> None:
    with pytest.raises(JobEndedError) as caught:
        convert(raw)
    assert caught.value.code == code
    assert caught.value.message.count(". ") >= 1


def test_empty_file_in_an_archive_is_empty_text(convert: Convert) -> None:
    assert convert(PACKERS["gzip"](b"")) == (b"", "utf-8", 1)
