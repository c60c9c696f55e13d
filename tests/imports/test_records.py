"""One record: its values, or the one reason why it is refused."""

from decimal import Decimal

import pytest

from chalicelib.imports.csv.cutting import KEPT_BYTES, RECORD_MAX_BYTES
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.products.limits import FIELD_MAX_BYTES
from tests.imports.reading import make_reader, name_columns

COLUMNS = name_columns("sku", "name", "price", "quantity", "active", "color")
READER = make_reader(COLUMNS)


def read(raw: bytes) -> object:
    return READER.read(raw, 7)


def refuse(raw: bytes, *, is_closed: bool = True) -> Reject:
    found = READER.read(raw, 7, is_closed=is_closed)
    assert isinstance(found, Reject)
    return found


def test_values_are_read_by_column_and_blanks_are_none() -> None:
    assert read(b"A-1,Lamp,12.50,3,yes,red") == ("A-1", "Lamp", Decimal("12.50"), 3, True, "red")
    assert read(b'A-1,Lamp,,"",  ,') == ("A-1", "Lamp", None, None, None, None)


def test_white_space_around_values_is_trimmed_even_within_quotes() -> None:
    found = read('" A-1\u00a0",\t Lamp \v," 5 ",\u00a07, ON ,"\n red"'.encode())
    assert found == ("A-1", "Lamp", Decimal(5), 7, True, "red")


def test_white_space_within_a_value_is_kept() -> None:
    assert read(b'A  1,"two\r\nlines",1,1,1,')[:2] == ("A  1", "two\r\nlines")  # type: ignore[index]


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (b",Lamp,1,1,1,", "sku_missing", "sku"),
        (b'" ",Lamp,1,1,1,', "sku_missing", "sku"),
        (b"A,,1,1,1,", "name_missing", "name"),
        (b"s" * 129 + b",Lamp,1,1,1,", "sku_too_long", "sku"),
        (b"A," + b"n" * 513 + b",1,1,1,", "name_too_long", "name"),
        (b"A,Lamp,1.999,1,1,", "price_too_precise", "price"),
        (b"A,Lamp,1,-1,1,", "quantity_negative", "quantity"),
        (b"A,Lamp,1,1,perhaps,", "active_not_boolean", "active"),
        (b"A,Lamp,1,1,1,red,,x", "wrong_field_count", None),
        (b"A,La\0mp,1,1,1,", "nul_byte", None),
        (b"A,L\xe4mp,1,1,1,", "invalid_encoding", None),
        (b"A,L\xed\xa0\x80,1,1,1,", "invalid_encoding", None),  # a surrogate isn't valid UTF-8
        (b"A,Lamp,1,1,1," + b"x" * (FIELD_MAX_BYTES + 1), "field_too_long", "color"),
        (b"A," + b"x" * (FIELD_MAX_BYTES + 1) + b",1,1,1,", "field_too_long", "name"),
        (b"A,Lamp,1,1,1," + b"x" * RECORD_MAX_BYTES, "record_too_long", None),
        (b"A,Lamp,1,1,1," + b"\x01" * 400_001, "attributes_too_long", "attributes"),
    ],
)
def test_invalid_record_is_rejected_with_code_field_and_line(
    raw: bytes, code: str, field: str | None
) -> None:
    found = refuse(raw)
    assert (found.code, found.field, found.line) == (code, field, 7)
    assert found.message


def test_field_may_have_one_mebibyte() -> None:
    assert not isinstance(read(b"A,Lamp,1,1,1," + b"x" * FIELD_MAX_BYTES), Reject)


def test_field_length_is_measured_in_bytes() -> None:
    many = "é".encode() * (FIELD_MAX_BYTES // 2 + 1)
    assert refuse(b"A,Lamp,1,1,1," + many).code == "field_too_long"


def test_unclosed_quote_is_the_reject_code_whatever_else_is_wrong() -> None:
    assert refuse(b'A,"Lamp\0', is_closed=False).code == "quote_never_closed"


def test_reject_keeps_the_original_record() -> None:
    raw = b'"A ""\r\n",L\xff\0,x'
    assert refuse(raw).record == raw
    assert not refuse(raw).truncated


def test_reject_keeps_the_start_of_a_long_record() -> None:
    found = refuse(b"A," + b"x" * KEPT_BYTES)
    assert len(found.record) == KEPT_BYTES
    assert found.truncated
    assert not refuse(b"A," + b"x" * (KEPT_BYTES - 2)).truncated


def test_no_message_quotes_the_record() -> None:
    for raw in (b"s3cret,,1,1,1,", b"s3cret", b"s3cret\xff", b"s3cret\0", b"A,B,s3cret,1,1,1"):
        assert "s3cret" not in refuse(raw).message
