"""Bad records: each is kept with its line, its reason and its text, and takes nothing with it."""

from dataclasses import dataclass

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, read_problem
from tests.stack.files import HEADER, make_csv

pytestmark = pytest.mark.stack

KIB64 = 64 * 1024


@dataclass(frozen=True)
class Bad:
    """A record that must be refused."""

    record: bytes
    code: str
    field: str | None = None


BAD = [
    Bad(b",Lamp,,1,1,true", "sku_missing", "sku"),
    Bad("\u00a0 \t,Lamp,,1,1,true".encode(), "sku_missing", "sku"),
    Bad(b"B-1,,,1,1,true", "name_missing", "name"),
    Bad(b"X" * 129 + b",Lamp,,1,1,true", "sku_too_long", "sku"),
    Bad(b"B-2," + b"y" * 513 + b",,1,1,true", "name_too_long", "name"),
    Bad(b'B-3,Lamp,,"1,5,0",1,true', "price_not_decimal", "price"),
    Bad(b"B-4,Lamp,,1e3,1,true", "price_not_decimal", "price"),
    Bad(b"B-5,Lamp,,-0.01,1,true", "price_negative", "price"),
    Bad(b"B-6,Lamp,,1.999,1,true", "price_too_precise", "price"),
    Bad(b"B-7,Lamp,,10000000000,1,true", "price_too_large", "price"),
    Bad(b"B-8,Lamp,,1,1.5,true", "quantity_not_integer", "quantity"),
    Bad(b"B-9,Lamp,,1,-1,true", "quantity_negative", "quantity"),
    Bad(b"B-10,Lamp,,1,2147483648,true", "quantity_too_large", "quantity"),
    Bad(b"B-11,Lamp,,1,1,maybe", "active_not_boolean", "active"),
    Bad(b"B-12", "wrong_field_count"),
    Bad(b"B-13,Lamp,,1,1,true,more", "wrong_field_count"),
    Bad(b"B-14,La\0mp,,1,1,true", "nul_byte"),
    Bad(b"B-15,Caf\xe9,,1,1,true", "invalid_encoding"),
    Bad(b'B-16,"two\nlines, ""quoted""",,free,1,true', "price_not_decimal", "price"),
    Bad(b"B-17,Lamp," + b"z" * (1024 * 1024 + 1) + b",1,1,true", "field_too_long", "description"),
    Bad(b'B-18,"never closed,,1,1,true\nB-19,swallowed,,1,1,true\n', "quote_never_closed"),
]


def _make_file() -> tuple[bytes, dict[int, Bad]]:
    """Return all bad records with a good one before each, and the line of each bad one."""
    content, lines = f"{HEADER}\n".encode(), {}
    for n, bad in enumerate(BAD):
        content += f"G-{n},Läufer,,1.00,1,true\n".encode()
        lines[1 + content.count(b"\n")] = bad
        content += bad.record + b"\n"
    return content.removesuffix(b"\n"), lines


@pytest.fixture(scope="module")
def imported(api: Api) -> tuple[Json, dict[int, Bad]]:
    content, lines = _make_file()
    return api.run(content), lines


def test_every_invalid_record_is_rejected_and_every_valid_one_imported(
    api: Api, catalogue: Catalogue
) -> None:
    content, _ = _make_file()
    assert api.complete(content) == {"created": len(BAD), "rejected": len(BAD)}
    assert set(catalogue.products()) == {f"g-{n}" for n in range(len(BAD))}


def test_rejects_have_line_code_field_message_and_original_record(
    api: Api, imported: tuple[Json, dict[int, Bad]]
) -> None:
    job, lines = imported
    rejects = api.rejects(job["job_id"])
    assert {r["line"]: (r["code"], r["field"]) for r in rejects} == {
        line: (bad.code, bad.field) for line, bad in lines.items()
    }
    assert [reject["line"] for reject in rejects] == sorted(lines)
    for reject in rejects:
        kept = lines[reject["line"]].record.removesuffix(b"\n")
        assert reject["record"].rstrip("\n") == kept[:KIB64].decode(errors="replace")
        assert reject["truncated"] == (len(kept) > KIB64)
        assert reject["message"].endswith(".")
        assert set(reject) == {
            *("line", "code", "field", "message", "record", "truncated"),
            *("group_line", "group_record"),
        }
    messages = {reject["code"]: reject["message"] for reject in rejects}
    assert (
        messages["sku_too_long"] == "SKU has 129 characters; at most 128 are allowed. Shorten it."
    )
    assert messages["price_negative"] == "Price is below 0. Use 0 or more."
    assert messages["wrong_field_count"].startswith("The record has 7 fields; the header has 6.")


def test_pages_of_rejects_hold_each_one_once(
    api: Api, imported: tuple[Json, dict[int, Bad]]
) -> None:
    job, lines = imported
    path = f"/imports/{job['job_id']}/rejects"
    pages = list(api.pages(path, 4))
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 1]
    assert [reject["line"] for page in pages for reject in page] == sorted(lines)
    assert len(api.get(path)["items"]) == len(BAD)
    cursor = api.get(path, params={"limit": "1"})["next_cursor"]
    read_problem(api.call("GET", "/jobs", params={"cursor": cursor}), 400, "invalid_cursor")
    read_problem(api.call("GET", path, params={"limit": "101"}), 400, "invalid_query")


def test_report_is_a_csv_file_with_every_record_byte_for_byte(
    api: Api, imported: tuple[Json, dict[int, Bad]]
) -> None:
    job, lines = imported
    answer = api.report(job["job_id"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv"
    assert f'filename="{job["job_id"]}-rejects.csv"' in answer.headers["Content-Disposition"]
    mark, *header = answer.content.partition(b"\r\n")[0].decode().partition("_line")
    assert (mark, "".join(header)) == ("\ufeff", f"_line,_code,_message,{HEADER}")
    rest = answer.content.partition(b"\r\n")[2]
    for line, bad in sorted(lines.items()):
        assert rest.startswith(f"{line},".encode())
        is_cut_off = len(bad.record) > KIB64
        code = "record_cut_off" if is_cut_off else bad.code
        begin, _, after = rest.partition(b"\r\n" if is_cut_off else bad.record.rstrip(b"\n"))
        assert begin.startswith(f"{line},{code},".encode())
        rest = after.lstrip(b"\r\n")
    assert rest == b""


def test_report_url_needs_no_key(api: Api, imported: tuple[Json, dict[int, Bad]]) -> None:
    job_id = imported[0]["job_id"]
    found = api.get(f"/imports/{job_id}/report")
    answer = api.session.get(found["url"], timeout=60)
    assert (answer.status_code, answer.content) == (200, api.report(job_id).content)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_import_without_rejects_has_an_empty_page_and_report(api: Api) -> None:
    job_id = api.run(make_csv("A,Lamp,1"))["job_id"]
    assert api.get(f"/imports/{job_id}/rejects") == {"items": [], "next_cursor": None}
    assert api.report(job_id).content.decode() == "\ufeff_line,_code,_message,sku,name,price\r\n"


def test_report_waits_for_the_end_of_the_import(api: Api) -> None:
    job_id = api.announce(10)["job_id"]
    asked = {"Accept": "text/csv"}
    answer = api.call("GET", f"/imports/{job_id}/rejects", headers=asked, allow_redirects=False)
    read_problem(answer, 409, "report_not_ready")
    assert api.get(f"/imports/{job_id}/rejects")["items"] == []


def test_lines_are_those_of_an_editor_whatever_the_line_ends_and_quotes(
    api: Api, catalogue: Catalogue
) -> None:
    record = 'Q-{n:05d},"a name{end}over ""three""{end}lines",{price}{end}'
    content, bad_lines = "\ufeffsku,name,price\r\n\r\n", []
    for n in range(30_000):  # over several ranges
        end = ("\r\n", "\n", "\r")[n % 3]
        if is_bad := n % 1000 == 999:
            bad_lines.append(_count_lines(content) + 1 if n < 5_000 else 0)
        content += record.format(n=n, end=end, price="x" if is_bad else "1")
    job = api.run(content.encode())
    assert (job["status"], job["counts"]["rejected"]) == ("COMPLETED", 30)
    found = [reject["line"] for reject in api.rejects(job["job_id"])]
    assert found[:5] == bad_lines[:5]
    # Three lines a record, after the header and a blank line.
    assert found == [3 + 3 * n for n in range(999, 30_000, 1000)]


def _count_lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
