"""How the text of a cell is changed before it is read, and which cells the triage must doubt."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.column_options import ColumnOptions
from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.changes import change_cells, change_numbers
from chalicelib.imports.csv.spreadsheets import note_of_sku, unprotect
from chalicelib.imports.csv.values import find_changed_skus, may_be_changed
from chalicelib.imports.formats.applying import apply_format
from chalicelib.imports.formats.catalogue import load_formats
from chalicelib.products.fields import find_field
from chalicelib.products.limits import FIELD_MAX_BYTES
from chalicelib.products.numbers import NumberStyle, Price, read_price
from tests.imports.reading import name_columns

COLUMNS = name_columns("sku", "name", "price", "quantity", "color")


def rule_of(**options: Any) -> CellRule:
    """Return the rule that options of the column "color" make."""
    return change_cells({}, COLUMNS, {"color": ColumnOptions.model_validate(options)})[4]


@pytest.mark.parametrize(
    ("options", "text", "read"),
    [
        ({}, "red", "red"),
        ({"case": "upper"}, "straße", "STRASSE"),
        ({"case": "lower"}, "Red", "red"),
        ({"case": "title"}, "o'neill RED-brown", "O'neill Red-Brown"),
        ({"prefix": "A-", "suffix": "-Z"}, "1", "A-1-Z"),
        ({"prefix": "A-", "suffix": "-Z"}, "", ""),
        ({"remove_prefix": "SKU ", "remove_suffix": " pcs"}, "SKU 7 pcs", "7"),
        ({"remove_prefix": "SKU"}, "SKU", ""),
        ({"replace": [{"find": ".", "with": ","}]}, "1.2.3", "1,2,3"),
        ({"replace": [{"find": "a", "with": "b"}, {"find": "b", "with": ""}]}, "abc", "c"),
        ({"values": {"Rot": "red"}}, "ROT", "red"),
        ({"values": {"Rot": "red"}}, "Rotwein", "Rotwein"),
        ({"values": {"n/a": ""}, "default": "none"}, "N/A", "none"),
        ({"default": "none"}, "", "none"),
        ({"default": "none", "case": "upper", "prefix": "x"}, "", "none"),
        ({"values": {"a": "b"}, "replace": [{"find": "b", "with": "c"}], "prefix": "d"}, "A", "dc"),
    ],
)
def test_changes_are_made_in_their_order(options: dict[str, Any], text: str, read: str) -> None:
    assert rule_of(**options).apply(text) == read


def test_replacing_text_cannot_make_a_cell_of_any_length() -> None:
    grow = [{"find": "a", "with": "a" * 255}] * 20
    assert FIELD_MAX_BYTES < len(rule_of(replace=grow).apply("a" * 100)) < 2 * FIELD_MAX_BYTES


def test_options_come_before_the_values_of_a_format() -> None:
    by_format = {4: CellRule(words={"rot": "red", "blau": "blue"})}
    chosen = ColumnOptions.model_validate({"values": {"R": "ROT"}, "remove_prefix": "x-"})
    rule = change_cells(by_format, COLUMNS, {" color ": chosen})[4]
    assert [rule.apply(text) for text in ("r", "x-Blau", "x-lila")] == ["red", "blue", "lila"]


@pytest.mark.parametrize(
    ("options", "text", "read"),
    [
        ({}, "ja", "false"),
        ({"values": {"gesperrt": "ja", "frei": "nein"}}, "Gesperrt", "false"),
        ({"values": {"gesperrt": "ja", "frei": "nein"}}, "frei", "true"),
        ({"values": {"s": "true"}}, "S", "false"),
        ({"default": "ja"}, "", "false"),
        ({"default": "nein"}, "", "true"),
        ({"values": {"-": ""}, "default": "nein"}, "-", "true"),
        ({"remove_prefix": "Status: "}, "Status: ja", "false"),
        ({"replace": [{"find": "gesperrt am", "with": "x"}]}, "gesperrt am", "false"),
    ],
)
def test_changes_make_a_text_of_the_file_which_a_column_such_as_blocked_then_inverts(
    options: dict[str, Any], text: str, read: str
) -> None:
    names = ("Artikelnummer", "Bezeichnung", "Gesperrt")
    columns = replace(name_columns("sku", "name", "active"), names=names)
    by_format, _ = apply_format(load_formats()["generic_german"], columns)
    rules = change_cells(by_format, columns, {"Gesperrt": ColumnOptions.model_validate(options)})
    assert rules[2].apply(text) == read


def test_list_that_a_format_adds_up_is_also_added_up_in_changed_cells() -> None:
    by_format = {3: CellRule(adds_up=True)}
    chosen = ColumnOptions.model_validate({"remove_suffix": " pcs", "default": "default=0"})
    rule = change_cells(by_format, COLUMNS, {"quantity": chosen})[3]
    texts = ("default=12 pcs", "a=7,b=05", "7", "", "a=7,b", "a=-1")
    assert [rule.apply(text) for text in texts] == ["12", "12", "7", "0", "a=7,b", "a=-1"]
    assert rule.changes_plain


def test_text_that_means_blank_in_a_format_has_the_default() -> None:
    by_format = {4: CellRule(values={"__empty__value__": ""}, words={"rot": "red"})}
    chosen = ColumnOptions.model_validate({"default": "Rot", "prefix": "x"})
    rule = change_cells(by_format, COLUMNS, {"color": chosen})[4]
    assert [rule.apply(text) for text in ("__EMPTY__VALUE__", "", "a")] == ["red", "red", "xa"]


def test_unknown_column_ends_the_import() -> None:
    with pytest.raises(JobEndedError) as caught:
        change_cells({}, COLUMNS, {"Farbe": ColumnOptions(case="upper")})
    assert caught.value.code == "columns_unknown_column"


@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("color", {"multiply": "1.19"}),
        ("quantity", {"multiply": "2"}),
        ("name", {"round": 1}),
        ("price", {"negative": "zero"}),
    ],
)
def test_change_of_another_kind_of_column_ends_the_import(
    column: str, options: dict[str, Any]
) -> None:
    with pytest.raises(JobEndedError) as caught:
        change_numbers(NumberStyle(), COLUMNS, {column: ColumnOptions.model_validate(options)})
    assert caught.value.code == "columns_wrong_field"


@pytest.mark.parametrize(
    ("options", "text", "price"),
    [
        ({"multiply": "1.19"}, "10", "11.90"),
        ({"multiply": "1.19"}, "9.99", "too_precise"),
        ({"multiply": "1.19", "round": 2}, "9.99", "11.89"),
        ({"multiply": "1.19", "round": 0}, "9.99", "12"),
        ({"multiply": "0.01"}, "1295", "12.95"),
        ({"multiply": "0.01"}, "12.50", "too_precise"),
        ({"multiply": "0.01"}, "999999999999", "9999999999.99"),
        ({"multiply": "100"}, "100000000", "too_large"),
        ({"round": 1}, "2.25", "2.3"),
        ({"round": 0}, "2.4999", "2"),
        ({"round": 2}, "0.1250", "0.13"),
    ],
)
def test_prices_are_multiplied_and_rounded_exactly(
    options: dict[str, Any], text: str, price: str
) -> None:
    chosen = {"price": ColumnOptions.model_validate(options)}
    found = read_price(text, change_numbers(NumberStyle("."), COLUMNS, chosen))
    assert (str(found.value) if isinstance(found, Price) else found.name) == price
    assert change_cells({}, COLUMNS, chosen)[2].changes_plain


@pytest.mark.parametrize(
    ("text", "field", "read"),
    [
        ('="00123"', "sku", "00123"),
        ('="00123"', None, "00123"),
        ('="say ""hi"""', "name", 'say "hi"'),
        ('=""', "sku", ""),
        ('="a"&"b"', "name", '="a"&"b"'),
        ("=A1", "name", "=A1"),
        ("'00456", "sku", "00456"),
        ("'A-1", "sku", "A-1"),
        ("'12.50", "price", "12.50"),
        ("'5", "quantity", "5"),
        ("'1", "active", "1"),
        ("'0850064060010", None, "0850064060010"),
        ("'s-Hertogenbosch", None, "'s-Hertogenbosch"),
        ("'s-Hertogenbosch", "name", "'s-Hertogenbosch"),
        ("'47", "name", "'47"),
        ("'47", "brand", "'47"),
        ("''1", "sku", "'1"),
        ("it's", "sku", "it's"),
    ],
)
def test_protection_of_a_text_is_dropped(text: str, field: str | None, read: str) -> None:
    assert unprotect(text, find_field(field) if field else None) == read


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        ("6.93217E+12", "sku_scientific"),
        ("6,93E+12", "sku_scientific"),
        ("1e+12", "sku_scientific"),
        ("Mar-26", "sku_date"),
        ("26-Mar", "sku_date"),
        ("1-dez", "sku_date"),
        ("1. Mrz", "sku_date"),
        ("26. Okt", "sku_date"),
        ("Okt 24", "sku_date"),
        ("2026-03-01", "sku_date"),
        ("2026-03-01T00:00:00", "sku_date"),
        ("2026-03-01-A", None),
        ("2026-3-1", None),
        ("26.Okt", None),
        ("LED-26", None),
        ("26-LED", None),
        ("12E12", None),
        ("A-1", None),
        ("MAR-2026", None),
    ],
)
def test_sku_that_a_spreadsheet_changed_is_noted(sku: str, code: str | None) -> None:
    assert note_of_sku(sku) == code


def columns_of(cells: list[str]) -> tuple[Any, Any, Any]:
    """Return the bytes of a column's cells, and where they start and end."""
    encoded = [cell.encode() for cell in cells]
    lengths = np.array([len(cell) for cell in encoded], np.intp)
    ends = np.cumsum(lengths + 1) - 1
    return np.frombuffer(b",".join(encoded) + b"\n", np.uint8), ends - lengths, ends


skus = st.one_of(
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T00:00:00)?[0-9]?", fullmatch=True),
    st.text("0129.,eE+-MarJn", max_size=9),
    st.from_regex(r"[0-9](\.[0-9]{1,5})?E\+[0-9]{2}"),
    st.from_regex(r"[0-9]{1,2}(-|\. | )[A-Za-z]{3}|[A-Za-z]{3}[ -][0-9]{2}"),
    st.sampled_from(["Mar-26", "6-Okt", "26-dez", "26. Mrz", "1 Feb", "Okt 24", "é-Mar"]),
    st.sampled_from(["6.93217E+12", "1E+100"]),
)


@given(st.lists(skus, min_size=1, max_size=20))
@example(["Mar-26", "26-Mar", "6-mar", "1E+12"])
@example(["2026-03-01"])
def test_every_sku_with_a_note_is_found_in_a_column(cells: list[str]) -> None:
    data, starts, ends = columns_of(cells)
    data = data[: max(1, int(ends[-1]))]  # as at the end of a file without a line end
    found = set(find_changed_skus(data, starts, ends).tolist())
    assert {i for i, sku in enumerate(cells) if note_of_sku(sku)} <= found


@pytest.mark.parametrize("sku", ["2026-03-01", "ABCDEFGHIJ", "Mar-26"])
def test_sku_at_the_end_of_a_file_may_have_any_length(sku: str) -> None:
    data, starts, ends = columns_of(["A-1", sku])
    found = find_changed_skus(data[:-1], starts, ends).tolist()  # without a line end
    assert found == ([] if sku.startswith("A") else [1])


def test_common_skus_are_not_taken_for_changed_ones() -> None:
    cells = ["LED-10", "A-1", "10-LED", "SKU-000001", "", "4006381333931"]
    assert find_changed_skus(*columns_of(cells)).tolist() == []


words = st.one_of(
    st.sampled_from(["ja", "JA", "Nein", "ẞ", "ß", "ä", "Ä", "\u212a", "k", "", "draft", "Drafts"]),
    st.text(max_size=4),
)


@given(
    values=st.dictionaries(words.map(str.lower), words, max_size=4),
    meanings=st.dictionaries(words.map(str.lower), words, max_size=4),
    default=st.sampled_from(["", "x"]),
    cells=st.lists(words.filter(lambda word: "," not in word), min_size=1, max_size=10),
)
def test_every_cell_that_a_rule_changes_is_found_in_a_column(
    values: dict[str, str], meanings: dict[str, str], default: str, cells: list[str]
) -> None:
    rule = CellRule(values=values, default=default, words=meanings)
    found = np.broadcast_to(may_be_changed(rule, *columns_of(cells)), len(cells)).tolist()
    for cell, is_found in zip(cells, found, strict=True):
        assert is_found or rule.apply(cell) == cell
