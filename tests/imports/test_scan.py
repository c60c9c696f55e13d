"""A scan of any spans, joined, finds the records that csv.reader finds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imports.csv.scan import SpanSummary, join, scan_span
from chalicelib.imports.csv.structure import State
from tests.imports.oracle import read_records
from tests.imports.strategies import csv_text, delimiters


def split(raw: bytes, cuts: list[int]) -> list[tuple[int, bytes]]:
    """Cut `raw` at the offsets `cuts`; return the pieces with their offsets."""
    edges = sorted({0, len(raw), *(c % (len(raw) + 1) for c in cuts)})
    return [(a, raw[a:b]) for a, b in pairwise(edges)]


def scan(raw: bytes, start: int, piece: bytes, delimiter: str, chunk: int) -> SpanSummary:
    chunks = [piece[i : i + chunk] for i in range(0, len(piece), chunk)]
    return scan_span(chunks, start, delimiter, after_cr=raw[start - 1 : start] == b"\r")


@given(csv_text(), delimiters, st.lists(st.integers(0, 10_000), max_size=8), st.integers(1, 9))
def test_joined_spans_count_records_and_lines_as_csv_reader_does(
    text: str, delimiter: str, cuts: list[int], chunk: int
) -> None:
    raw = text.encode()
    records = read_records(text, delimiter)
    whole = scan(raw, 0, b"", delimiter, chunk)
    for start, piece in split(raw, cuts):
        span = scan(raw, start, piece, delimiter, chunk)
        assert SpanSummary.from_json(span.to_json()) == span
        whole = join(whole, span)
    found = whole.stretches[State.RECORD]
    assert found.records == len(records)
    assert whole.lines == len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
    if records:
        assert found.lines_before == records[0].line - 1


@given(csv_text(), csv_text(), delimiters, st.integers(1, 9))
def test_span_entered_in_any_state_equals_reading_from_that_state(
    before: str, text: str, delimiter: str, chunk: int
) -> None:
    for state, lead in {
        State.FIELD: f"x{delimiter}",
        State.UNQUOTED: "x",
        State.QUOTED: '"',
        State.RECORD: "",
    }.items():
        span = scan_span(
            [text.encode()[i : i + chunk] for i in range(0, len(text.encode()), chunk)],
            0,
            delimiter,
            after_cr=False,
        )
        expected = len(read_records(lead + text, delimiter)) - (1 if lead else 0)
        assert span.stretches[state].records == expected
