"""A range is read as csv.reader reads it, wherever its bytes are cut into pieces."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.cutting import KEPT_BYTES, RECORD_MAX_BYTES
from chalicelib.imports.csv.outcomes import Reject, Skip
from chalicelib.imports.csv.plan import Range
from chalicelib.products.rules import WHITE_SPACE
from tests.imports.oracle import ends_in_quotes, read_records
from tests.imports.reading import cut, cut_at, make_triage, name_columns, read_range
from tests.imports.strategies import csv_text, delimiters, write_record

COLUMNS = name_columns("sku", "name", "color")

# Records of the right width, as often as not, so that some are plain.
_texts = st.sampled_from(["A", "b c", "Läufer", '"q,;"', '"two\nlines"', '"say ""x"""', "", " p "])
_records = st.lists(_texts, min_size=3, max_size=3)
_ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\r"])


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, str]:
    """Text of records, and its delimiter."""
    delimiter = draw(delimiters)
    record = st.sampled_from([_records.map(delimiter.join)] * 3 + [csv_text(8)]).flatmap(
        lambda s: s
    )
    found = draw(st.lists(st.tuples(record, _ends), max_size=12))
    return "".join(text + end for text, end in found), delimiter


def summed_up(outcome: list[str] | Reject | Skip) -> list[str] | str:
    if isinstance(outcome, Skip):
        return outcome.reason
    return outcome.code if isinstance(outcome, Reject) else outcome


def expected(text: str, delimiter: str) -> list[tuple[int, list[str] | str]]:
    """Say what becomes of each record of `text`."""
    records = read_records(text, delimiter)
    found: list[tuple[int, list[str] | str]] = []
    for i, record in enumerate(records):
        fields = [field.strip(WHITE_SPACE) for field in record.fields]
        is_open = i == len(records) - 1 and ends_in_quotes(text, delimiter)
        if outcome := "quote_never_closed" if is_open else expected_of(fields):
            found.append((record.line, outcome))
    return found


def expected_of(fields: list[str]) -> list[str] | str | None:
    """Say what becomes of a record with these fields; None for a blank one."""
    sku, name, color, *more = *fields, *[""] * 3
    if not any(fields):
        return None
    if any(more) or (sku and len(fields) < 2):  # too many, or the name is cut off
        return "wrong_field_count"
    if not (sku and name):
        return "name_missing" if sku else "sku_missing"
    return [sku, name, color]


@given(ranges(), st.lists(st.integers(0, 10_000), max_size=10), st.integers(1, 10_000))
@example(("a,b,c\r\nd,e,f", ","), [6], 1)
@example(('a,"b"",",c\nd,e,f', ","), [5, 6, 7], 1)
@example(('a,b,c\na,b,"c""', ","), [], 1)  # as if it were closed
def test_pieces_cut_anywhere_give_the_records_and_lines_of_csv_reader(
    text_and_delimiter: tuple[str, str], cuts: list[int], line: int
) -> None:
    text, delimiter = text_and_delimiter
    found = read_range(COLUMNS, cut_at(text.encode(), cuts), line, delimiter)
    outcomes = [(at, summed_up(outcome)) for at, outcome in found]
    assert outcomes == [(at + line - 1, outcome) for at, outcome in expected(text, delimiter)]


def test_rejects_have_correct_lines_after_quoted_newlines_and_every_line_end() -> None:
    raw = b'a,"1\r\n2\r3\n4",c\r\nbad\rbad\n\r\nbad'
    found = read_range(COLUMNS, cut(raw, 2), line=10)
    assert [line for line, _ in found] == [10, 14, 15, 17]


def test_unclosed_quote_makes_the_rest_of_the_file_one_reject() -> None:
    raw = b'a,b,c\nd,"oops\ne,f,g\nh,i,j\n'
    (_, (line, reject)) = read_range(COLUMNS, cut(raw, 5))
    assert isinstance(reject, Reject)
    assert (line, reject.code) == (2, "quote_never_closed")
    assert reject.record == b'd,"oops\ne,f,g\nh,i,j\n'


def test_only_the_record_with_invalid_bytes_is_rejected() -> None:
    raw = b"a,b,c\nd,\xff\xfe,f\ng,h,i\nj,\xc3,l\nm,n,o"
    found = read_range(COLUMNS, cut(raw, 3))
    assert [summed_up(outcome) for _, outcome in found] == [
        ["a", "b", "c"],
        "invalid_encoding",
        ["g", "h", "i"],
        "invalid_encoding",
        ["m", "n", "o"],
    ]


def test_truncated_character_at_the_end_of_a_record_does_not_affect_the_next() -> None:
    found = read_range(COLUMNS, [b"a,b,\xc3\n\xa9,b,c\nd,e,f\n"])
    assert [summed_up(outcome) for _, outcome in found] == [
        "invalid_encoding",
        "invalid_encoding",
        ["d", "e", "f"],
    ]


def test_empty_range_has_no_records() -> None:
    assert read_range(COLUMNS, []) == []
    assert read_range(COLUMNS, [b"", b"\n\r\n", b""]) == []


LONG = RECORD_MAX_BYTES + 1024 * 1024
PIECE = 1024 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\n\r\n\n"])
@pytest.mark.parametrize(
    ("open_quote", "close_quote"), [(b"", b""), (b'"', b'"'), (b'"x""\n\r\n', b'""\n"')]
)
def test_record_over_the_limit_is_one_reject_and_the_rest_is_read(
    open_quote: bytes, close_quote: bytes, end: bytes
) -> None:
    long = b"L," + open_quote + b"x" * LONG + close_quote + b",c"
    text = (b"a,b,c\n" + long + end + b"d,e,f\nbad\n").decode()
    found = read_range(COLUMNS, cut(text.encode(), PIECE), line=3)
    lines = [record.line + 2 for record in read_records(text)]
    assert [line for line, _ in found] == lines
    outcomes = [summed_up(outcome) for _, outcome in found]
    assert outcomes == [["a", "b", "c"], "record_too_long", ["d", "e", "f"], "wrong_field_count"]
    reject = found[1][1]
    assert isinstance(reject, Reject)
    assert reject.truncated
    assert reject.record == long[:KEPT_BYTES]


@pytest.mark.slow
def test_record_over_the_limit_is_rejected_at_the_end_of_the_file_too() -> None:
    closed = read_range(COLUMNS, cut(b"a,b,c\nL," + b"x" * LONG, PIECE))
    assert [summed_up(outcome) for _, outcome in closed] == [["a", "b", "c"], "record_too_long"]
    unclosed = read_range(COLUMNS, cut(b'a,b,c\nL,"\n' + b"x\n" * (LONG // 2), PIECE))
    assert [summed_up(outcome) for _, outcome in unclosed] == [
        ["a", "b", "c"],
        "quote_never_closed",
    ]


@pytest.mark.slow
def test_long_record_is_rejected_in_one_piece_and_in_many() -> None:
    raw = b"L," + b"x" * LONG + b",c\nd,e,f"
    assert read_range(COLUMNS, [raw]) == read_range(COLUMNS, cut(raw, PIECE))


def test_product_too_large_for_a_response_is_rejected() -> None:
    columns = name_columns("sku", "name", "a", "b", "c", "description")
    some, half = "x" * 900_000, '"' * 1_900_000  # which are written twice in a file
    raw = f"sku-1,n,{some},{some},{some},\nsku-2,n,{some},{some},{some},{some}\n"
    raw += f'sku-3,n,{some},{some},{some},"{half}"\nsku-4,n,{some},{some},{some}{some},\n'
    found = read_range(columns, [raw.encode()])
    refused = [read.code if isinstance(read, Reject) else None for _, read in found]
    assert refused == [None, None, "description_too_long", "field_too_long"]
    names = name_columns("sku", "name", *(chr(0x4E00 + n) * 255 for n in range(298)))
    row = "s,n," + ",".join(["\u8a9e" * 1400] * 298)
    [(_, reject)] = read_range(names, [f"{row}\n".encode()])
    assert isinstance(reject, Reject)
    assert (reject.code, reject.field) == ("attributes_too_long", "attributes")


@pytest.mark.slow
def test_memory_does_not_grow_with_an_unclosed_record() -> None:
    piece = b"x" * PIECE

    read: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for part in (b'L,"', *[piece] * 64):
            read.append(part)
            yield part

    planned = Range(0, 3 + 64 * PIECE, 1, 1)
    (found,) = read_chunks(make_triage(COLUMNS), pieces(), planned, is_closed=False)
    assert isinstance(found, Reject)
    assert found.code == "quote_never_closed"
    assert len(found.record) == KEPT_BYTES
    assert sum(map(len, read)) < 2 * LONG, "the rest of the file tells nothing more"


def test_header_written_for_these_tests_is_read_back() -> None:
    assert read_records(write_record(["a\nb", 'c"', ""], ";"), ";")[0].fields == ["a\nb", 'c"', ""]
