"""Files that cannot be imported end their job with a code and a sentence that says what to do."""

import gzip
import io
import zipfile

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, fields_of, read_problem
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

RECORD = "A,Lamp,1"


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, make_csv(RECORD))
    return file.getvalue()


REFUSED: dict[str, tuple[bytes, Json, str, str]] = {
    "truncated gzip": (gzip.compress(make_csv(RECORD))[:-4], {}, "archive_truncated", "whole"),
    "zip of two files": (_zip("a.csv", "b.csv"), {}, "archive_has_several_files", "'b.csv'"),
    "xlsx without sheets": (_zip("xl/workbook.xml"), {}, "workbook_broken", "damaged"),
    "xls without sheets": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), {}, "workbook_broken", "damaged"
    ),
    "pdf": (b"%PDF-1.7", {}, "not_csv", "PDF"),
    "header with a NUL byte": (
        make_csv(RECORD, header="sku,na\0me,price"), {}, "header_has_nul", "UTF-16"
    ),
    "header in another encoding than the rest": (
        b"sku,name,pr\xe9\n" + "A,Läufer,größe\n".encode(), {}, "header_not_utf8", "encoding"
    ),
    "only a byte order mark": (b"\xef\xbb\xbf", {}, "file_empty", "empty"),
    "only blank lines": (b"\n\r\n\n", {}, "file_empty", "empty"),
    "no sku": (make_csv("Lamp,1", header="name,price"), {}, "header_incomplete", "sku"),
    "no name": (make_csv("A,1", header="sku,price"), {}, "header_incomplete", "name"),
    "no header": (make_csv(RECORD, header="B,Torch,2"), {}, "header_incomplete", "sku and name"),
    "two columns of one name": (
        make_csv("A,Lamp,1", header="sku,name,SKU"), {}, "header_repeated", "SKU"
    ),
    "1,001 columns": (
        make_csv("A,Lamp", header="sku,name," + ",".join(f"c{n}" for n in range(999))),
        {}, "header_too_wide", "1,000",
    ),
    "header whose quote is never closed": (
        make_csv(RECORD, header='sku,"name,price'), {}, "header_unclosed", "quote"
    ),
    "header of more than 1 MiB": (
        make_csv(RECORD, header=f"sku,name,{'x' * 1_050_000}"), {}, "header_too_long", "MiB"
    ),
    "mapping of a column that is not there": (
        make_csv(RECORD), {"mapping": {"Artikel": "sku"}}, "mapping_unknown_column", "Artikel"
    ),
    "another delimiter than declared": (
        make_csv(RECORD), {"delimiter": ";"}, "header_incomplete", "sku,name,price"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, api: Api, catalogue: Catalogue) -> None:
    content, options, code, hint = REFUSED[name]
    job = api.run(content, options)
    assert (job["status"], job["error"]["code"]) == ("FAILED", code)
    message = job["error"]["message"]
    assert hint in message
    assert message.endswith(".")
    assert "Traceback" not in message
    assert sum(job["counts"].values()) == 0
    assert catalogue.products() == {}
    assert api.rejects(job["job_id"]) == []


def test_empty_file_is_rejected_when_it_is_created(api: Api) -> None:
    answer = api.call("POST", "/imports", json={"filename": "a.csv", "size_bytes": 0})
    problem = read_problem(answer, 422, "invalid_body")
    assert fields_of(problem) == ["size_bytes"]
    assert "empty" in problem["errors"][0]["message"]


@pytest.mark.parametrize("content", [b"sku,name\n", b"sku,name", b"\xef\xbb\xbfsku,name\r\n\r\n"])
def test_header_alone_imports_no_records(content: bytes, api: Api, catalogue: Catalogue) -> None:
    job = api.run(content)
    assert (job["status"], job["progress"]["records_total"]) == ("COMPLETED", 0)
    assert set(job["counts"].values()) == {0}
    assert catalogue.products() == {}
