"""What the rows of a file mean: short, blank and skipped ones, and those that belong together."""

from collections.abc import Sequence

import pytest

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.cutting import KEPT_BYTES
from chalicelib.imports.csv.outcomes import BLANK, Reject, Skip, make_reject
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.rows import Condition, RowRules, SkipRule, with_sku_from
from chalicelib.products.rules import ValueProblem, make_rules
from tests.imports.reading import make_reading, name_columns

COLUMNS = name_columns("handle", "sku", "name", "brand", "option")
IMAGE_ROW = SkipRule(
    reason="image_row",
    conditions=(
        Condition(columns=(1, 2), test="blank"),
        Condition(columns=(4,), test="one_of", words=("", "image")),
    ),
)
SHOP = RowRules(
    group=(0,),
    filled=(2, 3),
    name_parts=(4,),
    sku_from=(0, 4),
    omitted=("default title",),
    skips=(IMAGE_ROW,),
)


def make_reader(rows: RowRules, **values: object) -> RecordReader:
    reading = make_reading(COLUMNS).model_copy(update={"rows": rows} | values)
    return RecordReader(Reading.from_json(reading.to_json()), make_rules(128, 512))


def read_all(records: Sequence[bytes], rows: RowRules = SHOP, **values: object) -> list[object]:
    """Read records in order: the values by column, or the code of the reject or skip."""
    reader = make_reader(rows, **values)
    found = [reader.read(raw, line) for line, raw in enumerate(records, start=2)]
    return [
        one.code if isinstance(one, Reject) else one.reason if isinstance(one, Skip) else one
        for one in found
    ]


def test_variants_take_the_texts_of_the_first_row_of_their_product() -> None:
    assert read_all(
        [
            b"tee,TEE-S,Tee,Acme,S",
            b"tee,TEE-M,,,M",
            b"tee,,,,",
            b"tee,TEE-L,,Other,L",
            b"mug,,Mug,,Default Title",
        ]
    ) == [
        ("tee", "TEE-S", "Tee - S", "Acme", "S"),
        ("tee", "TEE-M", "Tee - M", "Acme", "M"),
        "image_row",
        ("tee", "TEE-L", "Tee - L", "Other", "L"),
        ("mug", "mug", "Mug", None, "Default Title"),
    ]


@pytest.mark.parametrize("text", ["Total", "SUMME:", "Gesamt :", "Итого"])
def test_totals_below_a_list_are_skipped(text: str) -> None:
    records = [b"tee,A,Tee,,", f",,{text},,12".encode(), f"x,T,{text},,".encode()]
    assert read_all(records, RowRules()) == [
        ("tee", "A", "Tee", None, None),
        "total_row",
        ("x", "T", text, None, None),
    ]


def test_row_whose_cell_contains_a_text_is_skipped() -> None:
    condition = Condition(columns=(1,), test="contains", words=(",",))
    rows = RowRules(skips=(SkipRule(reason="variant_list", conditions=(condition,)),))
    found = read_all([b'x,"A,B",Tee,,', b"x,C,Cap,,"], rows)
    assert found == ["variant_list", ("x", "C", "Cap", None, None)]


def test_listed_options_belong_to_the_name_of_later_rows_only() -> None:
    rows = SHOP.model_copy(update={"listed": (4,)})
    found = read_all([b"mug,,Mug,Acme,Black;White", b"mug,,,,Black"], rows)
    assert [values[1:3] for values in found if isinstance(values, tuple)] == [
        ("mug", "Mug"),
        ("mug-Black", "Mug - Black"),
    ]


def test_row_without_a_key_belongs_to_the_group_before_it() -> None:
    found = read_all([b"tee,A,Tee,Acme,S", b",B,,,M", b"cap,C,,,"])
    assert found[:2] == [("tee", "A", "Tee - S", "Acme", "S"), (None, "B", "Tee - M", "Acme", "M")]
    assert found[2] == "name_missing"


def test_key_that_appears_again_later_starts_a_new_group() -> None:
    assert read_all([b"tee,A,Tee,,", b"mug,B,Mug,,", b"tee,C,,,"])[2] == "name_missing"


def test_marked_row_begins_a_group_even_if_the_row_before_has_the_same_name() -> None:
    marked = Condition(columns=(4,), test="one_of", words=("product",))
    rows = RowRules(starts=(marked,), filled=(2, 3))
    found = read_all(
        [b"x,A,Tee,Acme,Product", b"y,A-S,,,", b"z,B,Tee,,product", b",B-S,,,", b",B-M,Other,,"],
        rows,
    )
    assert found == [
        ("x", "A", "Tee", "Acme", "Product"),
        ("y", "A-S", "Tee", "Acme", None),
        ("z", "B", "Tee", None, "product"),
        (None, "B-S", "Tee", None, None),
        (None, "B-M", "Other", None, None),
    ]


@pytest.mark.parametrize(
    "between", [b",,,,", b"handle,sku,name,brand,option", b'"",,,,', b"tee,B\xff,,,S"]
)
def test_group_of_marked_rows_continues_after_a_row_that_isnt_a_record(between: bytes) -> None:
    rows = RowRules(starts=(Condition(columns=(4,), test="blank"),), filled=(2,))
    assert read_all([b"tee,A,Tee,,", between, b"tee,C,,,S"], rows)[2] == (
        *("tee", "C", "Tee", None, "S"),
    )


def test_second_column_of_the_key_counts_where_the_first_is_blank() -> None:
    rows = SHOP.model_copy(update={"group": (0, 3), "name_parts": ()})
    records = [b"tee,A,Tee,Acme,", b",B,,Acme,", b",C,,Other,"]
    assert read_all(records, rows)[1:] == ["name_missing", "name_missing"]
    assert read_all([b",A,Tee,Acme,", b",B,,Acme,"], rows)[1] == (None, "B", "Tee", "Acme", None)


def test_rejected_first_row_still_fills_its_group() -> None:
    found = read_all([b"tee," + b"s" * 129 + b",Tee,,", b"tee,B,,,"])
    assert found == ["sku_too_long", ("tee", "B", "Tee", None, None)]


@pytest.mark.parametrize("broken", [b"tee,A,T\xffe,,", b"tee,A,T\0e,,", b"tee,A,Tee,,,x"])
def test_nothing_is_filled_from_a_first_row_that_cannot_be_read(broken: bytes) -> None:
    assert read_all([b"mug,M,Mug,,", broken, b"tee,B,,,"])[2] == "name_missing"


@pytest.mark.parametrize(
    "between", [b",,,,", b"tee,B\xff,,,", b"handle,sku,name,brand,option", b'"", ,,\xc2\xa0,,,']
)
def test_group_continues_after_a_row_that_isnt_a_record(between: bytes) -> None:
    assert read_all([b"tee,A,Tee,,", between, b"tee,C,,,"])[2] == ("tee", "C", "Tee", None, None)


def test_group_continues_after_a_record_that_is_too_long_to_hold() -> None:
    reader = make_reader(SHOP)
    reader.read(b"tee,A,Tee,,", 2)
    long = b"tee,B," + b"x" * KEPT_BYTES
    reader.pass_over(make_reject(long, 3, ValueProblem("record_too_long", None, "")))
    assert reader.read(b"tee,C,,,", 4) == ("tee", "C", "Tee", None, None)
    reader.pass_over(make_reject(b"mug" + long, 5, ValueProblem("record_too_long", None, "")))
    assert isinstance(reader.read(b"mugtee,C,,,", 6), Reject)


def test_sku_that_nothing_makes_is_missing() -> None:
    assert read_all([b",,Lamp,,", b"Default Title,,Lamp,,default title"]) == ["sku_missing"] * 2


def test_name_has_all_parts_that_are_given() -> None:
    rows = RowRules(name_parts=(3, 0, 4))
    assert read_all([b",A,Tee,Red,S", b",B,,Red,S"], rows) == [
        (None, "A", "Tee - Red / S", "Red", "S"),
        "name_missing",
    ]


def test_cells_are_changed_after_rows_are_completed() -> None:
    rule = {3: CellRule(values={"acme": "Acme Ltd"}, default="None")}
    found = read_all([b"tee,A,Tee,ACME,", b"tee,B,,,", b"cap,C,Cap,,"], SHOP, cells=rule)
    assert [one[3] for one in found] == ["Acme Ltd", "Acme Ltd", "None"]  # type: ignore[index]


def test_changes_of_a_column_apply_before_its_cells_complete_a_name_or_a_sku() -> None:
    rules = {
        0: CellRule(remove_prefix="t"),
        1: CellRule(prefix="X-"),
        2: CellRule(case="upper"),
        4: CellRule(values={"s": "Small"}),
    }
    assert read_all([b"tee,,Tee,,S", b"tee,B,,,M"], SHOP, cells=rules) == [
        ("ee", "X-ee-Small", "TEE - SMALL", None, "Small"),
        ("ee", "X-B", "TEE - M", None, "M"),
    ]


def test_sku_that_a_change_leaves_blank_is_composed_before_it_has_the_default() -> None:
    rules = {1: CellRule(values={"n/a": ""}, prefix="X-", default="none")}
    found = read_all([b"tee,N/A,Tee,,M", b"tee,,Tee,,", b",n/a,Mug,,"], SHOP, cells=rules)
    assert [one[1] for one in found] == ["X-tee-M", "X-tee", "none"]  # type: ignore[index]


def test_text_that_a_format_leaves_out_of_names_is_left_out_however_it_is_changed() -> None:
    rules = {4: CellRule(prefix="Size ")}
    found = read_all([b"tee,A,Tee,,Default Title", b"tee,B,,,M"], SHOP, cells=rules)
    assert [one[2] for one in found] == ["Tee", "Tee - Size M"]  # type: ignore[index]


def test_sku_composed_of_the_name_has_none_of_what_completes_the_name() -> None:
    rows = SHOP.model_copy(update={"sku_from": (2, 4)})
    assert read_all([b"tee,,Tee,,S"], rows) == [("tee", "Tee-S", "Tee - S", None, "S")]


def test_conditions_see_the_cells_of_the_file() -> None:
    def skip(test: str, *words: str) -> RowRules:
        condition = Condition.model_validate({"columns": (2, 3), "test": test, "words": words})
        return SHOP.model_copy(
            update={"skips": (SkipRule(reason="no_product", conditions=(condition,)),)}
        )

    first, second = b"tee,A,Tee,Acme,", b"tee,B,,Acme,"

    def is_skipped(rows: RowRules) -> list[bool]:
        return [found == "no_product" for found in read_all([first, second], rows)]

    assert is_skipped(skip("blank")) == [False, False]
    assert is_skipped(skip("given")) == [True, True]
    assert is_skipped(skip("one_of", "acme", "tee")) == [True, False]
    assert is_skipped(skip("one_of", "acme", "")) == [False, True]
    assert is_skipped(skip("none_of", "tee")) == [False, True]


def test_skip_has_the_line_and_the_sku_of_the_file() -> None:
    rows = RowRules(
        sku_from=(0,),
        skips=(SkipRule(reason="total_row", conditions=(Condition(columns=(2,), test="blank"),)),),
    )
    assert make_reader(rows).read(b"a, X ,,,", 7) == Skip(7, "total_row", "X")
    assert make_reader(rows).read(b"a,,,,", 8) == Skip(8, "total_row", None)


def test_header_that_is_repeated_is_skipped() -> None:
    plain = make_reader(RowRules())
    assert plain.read(b'handle, sku ,"name",brand,option,', 9) == Skip(9, "header_row", None)
    assert plain.read(b"HANDLE,SKU,Name,Brand,option", 9) == Skip(9, "header_row", None)
    assert isinstance(plain.read(b"handle,sku,name,brand,", 9), tuple)


@pytest.mark.parametrize("raw", [b",,,,", b'" ",\xc2\xa0', b",,,,,,,", b'""', b" "])
def test_record_of_blank_cells_isnt_a_record(raw: bytes) -> None:
    assert make_reader(RowRules()).read(raw, 2) is BLANK
    assert make_reader(RowRules(), fills_short_rows=False).read(raw, 2) is BLANK


def test_short_record_is_filled_with_blanks() -> None:
    assert read_all([b"a,A,Lamp"], RowRules()) == [("a", "A", "Lamp", None, None)]


def test_short_record_is_rejected_for_its_length_only_if_a_required_cell_is_cut_off() -> None:
    assert read_all([b"a,A"], RowRules()) == ["wrong_field_count"]
    assert read_all([b"a," + b"s" * 129 + b",Lamp"], RowRules()) == ["sku_too_long"]


def test_short_record_is_rejected_if_the_options_say_so() -> None:
    found = read_all([b"a,A,Lamp", b"a,A,Lamp,,"], RowRules(), fills_short_rows=False)
    assert found == ["wrong_field_count", ("a", "A", "Lamp", None, None)]


def test_blank_cells_at_the_end_are_dropped() -> None:
    found = read_all([b'a,A,Lamp,,,,"", ,', b"a,A,Lamp,,,,x"], RowRules())
    assert found == [("a", "A", "Lamp", None, None), "wrong_field_count"]


def test_sku_columns_of_the_options_replace_those_of_the_format() -> None:
    found = with_sku_from(SHOP, COLUMNS.names, ["name", " option "])
    assert found == SHOP.model_copy(update={"sku_from": (2, 4)})
    assert with_sku_from(SHOP, COLUMNS.names, []) == SHOP


def test_unknown_sku_column_ends_the_import() -> None:
    with pytest.raises(JobEndedError, match="'Color'") as raised:
        with_sku_from(RowRules(), COLUMNS.names, ["name", "Color"])
    assert raised.value.code == "sku_from_unknown_column"
