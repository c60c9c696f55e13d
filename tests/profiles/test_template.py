"""The templates of profiles, and the one with all product fields."""

import csv
from base64 import b64encode
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.imports.csv.columns import name_columns
from chalicelib.imports.formats.catalogue import list_names
from chalicelib.imports.formats.detection import detect_format
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import NAMES
from chalicelib.profiles.template import make_template, name_file
from tests.fakes.api import Api
from tests.fakes.profiles import make_profile

MARK = "\N{BYTE ORDER MARK}"


def _make(header: tuple[str, ...] | None = None, **options: Any) -> str:
    return make_template(ImportOptions.from_json(options), header)


def test_the_template_of_imports_has_all_product_fields(api: Api) -> None:
    answer = api.get("/imports/template")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="products.csv"' in answer.headers["Content-Disposition"]
    assert answer.body.decode() == MARK + ",".join(NAMES) + "\r\n"


def test_the_template_of_a_profile_has_its_header(api: Api) -> None:
    profile = make_profile("Größen, 1", options={"delimiter": ";"}, header=("Nr", "Größe;cm"))
    services().profiles.create(profile)
    answer = api.get(f"/profiles/{profile.profile_id}/template")
    assert answer.body.decode() == f'{MARK}Nr;"Größe;cm"\r\n'
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Gr-en-1.csv\"; filename*=UTF-8''Gr%C3%B6%C3%9Fen%2C%201.csv"
    )


@pytest.mark.parametrize("name", ['"; x=', "../../etc", "…", "a\\b"])
def test_no_name_of_a_profile_leaves_the_name_of_the_file(name: str) -> None:
    plain = name_file(name).partition('filename="')[2].partition(".csv")[0]
    assert not set(plain) & set('"\\/;')
    assert plain.strip(".")


def test_without_a_header_columns_are_named_by_the_mapping() -> None:
    text = _make(mapping={"Titel": "name", "Farbe": "attributes", "Notiz": None})
    [names] = csv.reader([text.removeprefix(MARK)])
    assert names == ["sku", "Titel", *NAMES[2:], "Farbe", "Notiz"]


def test_without_a_header_every_column_that_the_options_name_is_in_the_template() -> None:
    columns = {"price": {"multiply": "1.19"}, "Größe": {"prefix": "Gr. "}}
    text = _make(columns=columns, sku_from=["Nr", "Größe"])
    [names] = csv.reader([text.removeprefix(MARK)])
    assert names == [*NAMES, "Größe", "Nr"]


def test_decimal_commas_come_with_semicolons() -> None:
    assert _make(("sku", "name"), decimal_mark=",") == f"{MARK}sku;name\r\n"
    assert _make(("sku", "name"), decimal_mark=",", delimiter="\t") == f"{MARK}sku\tname\r\n"


@pytest.mark.parametrize("name", list_names())
def test_the_template_of_a_format_is_a_file_of_the_format(name: str) -> None:
    text = _make(format=name).removeprefix(MARK)
    [names] = csv.reader([text])
    match = detect_format(names)
    assert match is not None
    assert match.format.name == name


@pytest.mark.parametrize("header_line", [1, 2, 20])
def test_the_header_of_a_template_is_on_the_line_of_the_options(header_line: int) -> None:
    text = _make(("sku", "name"), header_line=header_line).removeprefix(MARK)
    assert text.split("\r\n") == [""] * (header_line - 1) + ["sku,name", ""]


def test_no_header_name_of_a_template_is_a_formula_and_imports_read_the_same_names() -> None:
    names = ("sku", "=HYPERLINK(1)", "+1", "-5 %", "@x", "'quoted'", "a=b")
    [written] = csv.reader([_make(names).removeprefix(MARK)])
    assert written == ["sku", "'=HYPERLINK(1)", "'+1", "'-5 %", "'@x", "'quoted'", "a=b"]
    assert name_columns(written) == names


@pytest.mark.parametrize("header", [None, ("Nr", "Titel", "Größe; in cm", 'the "x"')])
@pytest.mark.parametrize("delimiter", [None, ";", "\t"])
def test_a_filled_template_is_read_as_its_profile_says(
    api: Api, header: tuple[str, ...] | None, delimiter: str | None
) -> None:
    options = {"delimiter": delimiter, "mapping": {"Nr": "sku", "Titel": "name"}}
    profile = make_profile(options=options, header=header)
    services().profiles.create(profile)
    text = api.get(f"/profiles/{profile.profile_id}/template").body.decode()
    used = delimiter or ","
    raw = text + used.join(["1", "Lamp", *[""] * (3 if header else 6)][: 4 if header else 7])
    head = b64encode(raw.encode()).decode()
    body = {"size_bytes": len(raw.encode()), "head": head, "profile": profile.profile_id}
    found = api.post("/imports/preview", body).json_body
    assert found["error"] is None
    assert [column["field"] for column in found["columns"][:2]] == ["sku", "name"]
    assert [record["reject"] for record in found["records"]] == [None]
