"""Encodings and delimiters, detected or declared, give the same products."""

import csv
import io

import pytest

from tests.imports.archives import PACKERS, zip_of
from tests.imports.workbooks import xlsx_of
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api

pytestmark = pytest.mark.stack

TEXT = 'sku,name,price,note\r\nL-1,"Läufer, groß",9.50,"two\r\nlines"\r\nL-2,Café,x,\r\n'
SEMICOLONS = "sku;name;price\nL-1;Lamp, round;9.50\nL-2;Torch;1\n"


@pytest.mark.parametrize(
    ("codec", "declared", "detected"),
    [
        ("utf-8-sig", None, "utf-8"),
        ("utf-16", None, "utf-16-le"),
        ("utf-16", "utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16", "utf-16-le"),
        ("utf-16-be with its mark", None, "utf-16-be"),
        ("latin-1", "latin-1", "latin-1"),
        ("cp1252", "cp1252", "cp1252"),
        ("cp1252", None, "cp1252"),
        ("utf-16-le", None, "utf-16-le"),
        ("utf-32", None, "utf-32-le"),
        ("mac-roman", "mac-roman", "mac-roman"),
        ("utf-8-sig", "latin-1", "utf-8"),  # a byte order mark cannot be anything else
    ],
)
def test_encodings(
    codec: str, declared: str | None, detected: str, api: Api, catalogue: Catalogue
) -> None:
    text = "\ufeff" + TEXT if "mark" in codec else TEXT
    content = text.encode(codec.partition(" ")[0])
    job = api.run(content, {"encoding": declared} if declared else {})
    assert job["status"] == "COMPLETED", job
    assert job["detected"]["encoding"] == detected
    assert (job["counts"]["created"], job["counts"]["rejected"]) == (1, 1)
    product = catalogue.products()["l-1"]
    assert (product["name"], product["attributes"]) == ("Läufer, groß", {"note": "two\r\nlines"})
    [reject] = api.rejects(job["job_id"])
    assert (reject["line"], reject["record"]) == (4, "L-2,Café,x,")


def test_characters_of_cp1252_that_latin_1_does_not_have(api: Api, catalogue: Catalogue) -> None:
    content = "sku,name\nE-1,5 € “torch”\n".encode("cp1252")
    api.complete(content, {"encoding": "cp1252"})
    assert catalogue.products()["e-1"]["name"] == "5 € “torch”"


def test_undeclared_older_encoding_is_detected(api: Api, catalogue: Catalogue) -> None:
    content = "sku,name\nA,Lamp\nB,Café\nC,Torch\nD,Läufer\n".encode("cp1252")
    job = api.run(content)
    assert (job["status"], job["detected"]["encoding"]) == ("COMPLETED", "cp1252")
    assert catalogue.names() == {"A": "Lamp", "B": "Café", "C": "Torch", "D": "Läufer"}


def test_older_encoding_is_detected_behind_the_head(api: Api, catalogue: Catalogue) -> None:
    lines = "".join(f"A-{n},Lamp {'x' * 100}\n" for n in range(12_000))
    job = api.run(f"sku,name\n{lines}B,Café\nD,Läufer\n".encode("cp1252"))
    assert (job["status"], job["detected"]["encoding"]) == ("COMPLETED", "cp1252")
    assert job["counts"]["rejected"] == 0
    names = catalogue.names()
    assert (names["B"], names["D"]) == ("Café", "Läufer")


def test_bad_bytes_in_a_utf_8_file_reject_only_their_records(
    api: Api, catalogue: Catalogue
) -> None:
    content = "sku,name\nA,Stühle\nE,Gläser\n".encode() + b"B,Caf\xe9\nC,Torch\n"
    job = api.run(content)
    assert job["status"] == "COMPLETED"
    assert set(catalogue.products()) == {"a", "e", "c"}
    rejects = api.rejects(job["job_id"])
    assert [(r["line"], r["code"], r["record"]) for r in rejects] == [
        (4, "invalid_encoding", "B,Caf\ufffd"),
    ]
    assert "options.encoding" in rejects[0]["message"]
    assert b"B,Caf\xe9" in api.report(job["job_id"]).content


def test_invalid_bytes_of_the_declared_encoding_reject_only_their_record(
    api: Api, catalogue: Catalogue
) -> None:
    content = b"sku,name\nA,Lamp\nB,To\x81rch\nC,Caf\xe9\n"  # cp1252 leaves 0x81 undefined
    job = api.run(content, {"encoding": "cp1252"})
    assert (job["status"], job["counts"]["rejected"]) == ("COMPLETED", 1)
    assert catalogue.names() == {"A": "Lamp", "C": "Café"}
    assert api.rejects(job["job_id"])[0]["line"] == 3


@pytest.mark.parametrize("name", ["gzip", "zstd", "zip", "xlsx"])
def test_archives_and_workbooks_are_imported(name: str, api: Api, catalogue: Catalogue) -> None:
    packed = {
        "gzip": lambda: PACKERS["gzip"](TEXT.encode("cp1252")),
        "zstd": lambda: PACKERS["zstd"](TEXT.encode()),
        "zip": lambda: zip_of({"a.csv": TEXT.encode()}),
        "xlsx": lambda: xlsx_of([*csv.reader(io.StringIO(TEXT, newline=""))]),
    }[name]()
    job = api.run(packed)
    assert job["status"] == "COMPLETED", job
    product = catalogue.products()["l-1"]
    assert product["name"] == "Läufer, groß"
    assert product["attributes"]["note"].split() == ["two", "lines"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected_in_the_head(
    delimiter: str, api: Api, catalogue: Catalogue
) -> None:
    lines = ["sku,name,price", 'L-1,"a; b | c\td, e",9.50', "L-2,Torch,1"]
    quoted = [line.split('"') for line in lines]
    text = "\n".join(
        '"'.join(part if i % 2 else part.replace(",", delimiter) for i, part in enumerate(parts))
        for parts in quoted
    )
    job = api.run(text.encode())
    assert (job["status"], job["detected"]["delimiter"]) == ("COMPLETED", delimiter), job
    assert catalogue.names() == {"L-1": "a; b | c\td, e", "L-2": "Torch"}


def test_declared_delimiter_overrides_detection(api: Api, catalogue: Catalogue) -> None:
    api.complete(SEMICOLONS.encode(), {"delimiter": ";"})
    assert catalogue.names() == {"L-1": "Lamp, round", "L-2": "Torch"}


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", ""])
def test_last_record_may_have_any_end(end: str, api: Api, catalogue: Catalogue) -> None:
    text = "sku,name\r\nA,Lamp\rB,Torch\n\r\n\nC,Bulb" + end
    assert api.complete(text.encode()) == {"created": 3}
    assert [line for _, line in sorted(catalogue.sources().values())] == [2, 3, 6]


def test_stray_quotes_are_text(api: Api, catalogue: Catalogue) -> None:
    text = 'sku,name\nP-1,5" pipe\nP-2,a "b" c\nP-3,"x"y\nP-4,""\nP-5,"""q"""\n'
    job = api.run(text.encode())
    assert job["counts"]["rejected"] == 1  # an empty name
    assert catalogue.names() == {"P-1": '5" pipe', "P-2": 'a "b" c', "P-3": "xy", "P-5": '"q"'}
