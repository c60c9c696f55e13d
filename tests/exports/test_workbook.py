"""Exported workbooks, read by two programs that did not write them."""

import io
import random
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from chalicelib.errors import JobEndedError
from chalicelib.exports import workbook
from chalicelib.exports.columns import ID_HEADER, Column
from chalicelib.exports.requests import ExportRequest
from chalicelib.exports.workbook import MOST_ROWS, check_rows, write_workbook
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.exports.flow import Flow, add_products

COLUMNS = [
    Column("sku", "sku"),
    Column("price", "price"),
    Column("quantity", "quantity"),
    Column("active", "active"),
    Column("size", "size", is_attribute=True),
    Column(ID_HEADER, "id"),
]
ODD = 'a\r\nb\nc\t"<&>" _x000D_ \x0b ü日本 =1+1'


class Target(io.BytesIO):
    """A target that can only be written to."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


def write(*rows: Any) -> bytes:
    target = Target()
    assert write_workbook(COLUMNS, rows, target) == len(rows)
    return target.getvalue()


def read(raw: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()


def test_values_have_their_types_and_texts_every_character() -> None:
    raw = write(("007", "12.50", 3, "true", ODD, 1), ("=1+1", None, None, "false", None, 2))
    assert read(raw) == [
        ["sku", "price", "quantity", "active", "size", "product_importer_id"],
        ["007", 12.5, 3.0, True, ODD, 1.0],
        ["=1+1", "", "", False, "", 2.0],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["Products"]
    assert [cell.value for cell in sheet[3]] == ["=1+1", None, None, False, None, 2]
    assert sheet["A3"].data_type != "f"
    assert sheet.freeze_panes == "A2"


def test_any_text_is_read_back() -> None:
    generator = random.Random(7)
    characters = "ab_x000D;&<>\"'\r\n\t\x01\x1f\ud7ff\ue000\U0001f600 "
    texts = ["".join(generator.choices(characters, k=40)).strip() + "." for _ in range(200)]
    found = read(write(*((text, None, None, "true", text, 1) for text in texts)))
    assert [row[0] for row in found[1:]] == [row[4] for row in found[1:]] == texts


def test_text_too_long_for_a_cell_ends_the_job_with_what_to_do() -> None:
    assert read(write(("x" * 32_767, None, None, "true", None, 1)))[1][0] == "x" * 32_767
    with pytest.raises(JobEndedError, match="cell_too_long") as found:
        write(("x" * 32_768, None, None, "true", None, 1))
    assert "csv" in found.value.message


def test_sheet_too_large_for_excel_ends_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_SHEET_BYTES", 2_000)
    with pytest.raises(JobEndedError, match="workbook_too_large"):
        write(*[("x" * 100, None, None, "true", None, 1)] * 20)


def test_more_products_than_rows_end_the_job() -> None:
    check_rows(MOST_ROWS - 1)
    with pytest.raises(JobEndedError, match="1,048,576 products") as found:
        check_rows(MOST_ROWS)
    assert found.value.code == "too_many_rows"


@pytest.fixture
def flow(settings: Settings) -> Flow:
    return Flow(settings, format="xlsx", fields=["sku", "price"])


def test_workbook_has_the_products_of_the_catalogue(flow: Flow, fresh: Database) -> None:
    add_products(fresh, {"sku": "A"}, {"sku": "B", "price": None})
    assert read(flow.run_raw()) == [
        ["sku", "price", "product_importer_id"],
        ["A", 1.5, 1.0],
        ["B", "", 2.0],
    ]
    assert flow.job.counts.exported == 2


def test_workbook_of_no_products_is_a_header(flow: Flow) -> None:
    assert read(flow.run_raw()) == [["sku", "price", "product_importer_id"]]


def test_long_workbook_reports_progress_and_can_be_cancelled(
    flow: Flow, fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.exports.writing._REPORTED_ROWS", 2)
    add_products(fresh, *({"sku": f"S-{n}"} for n in range(5)))
    flow.claim()
    planned = flow.plan()
    assert planned["ranges"] == [0]
    reported: list[int] = []

    def watch(job_id: str) -> None:
        reported.append(flow.job.counts.exported)
        flow.store.update(job_id, lambda job: type(job)(**vars(job) | {"cancel_requested": True}))

    monkeypatch.setattr(
        "chalicelib.exports.attempt.Attempt.check_running", lambda attempt: watch(attempt.job_id)
    )
    flow.export(planned)
    assert reported == [2, 4]
    assert flow.export(planned)["outcome"] == "cancelled"


def test_only_csv_has_apostrophes() -> None:
    with pytest.raises(ValueError, match="Only CSV"):
        ExportRequest(format="xlsx", escape_formulas=True)
