"""The count of UTF-8 characters is the same however a file is cut."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.imports.csv.evidence import (
    Count,
    SpanText,
    count_spans,
    count_text,
    find_invalid_lines,
)

pieces = st.one_of(
    st.text("a\né€😀", max_size=4).map(str.encode), st.binary(max_size=4), st.just(b"\x80\x80")
)
texts = st.lists(pieces, max_size=8).map(b"".join)


def watch(raw: bytes, chunk_bytes: int) -> SpanText:
    span = SpanText()
    chunks = [raw[i : i + chunk_bytes] for i in range(0, len(raw), chunk_bytes)]
    assert list(span.watch(chunks)) == chunks
    return SpanText.from_json(span.to_json())


@given(texts)
def test_count_is_that_of_a_decoder_that_keeps_invalid_bytes(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    invalid = sum("\udc80" <= char <= "\udcff" for char in text)
    assert count_text(raw)[0] == Count(sum(char > "\x7f" for char in text) - invalid, invalid)


@given(texts, st.lists(st.integers(0, 100), max_size=6), st.integers(1, 5))
@example("€".encode(), [1, 2], 1)
@example(b"\x80\x80\x80\x80", [1], 1)
def test_count_is_the_same_for_any_spans_and_chunks(
    raw: bytes, cuts: list[int], chunk_bytes: int
) -> None:
    edges = sorted([0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)])
    spans = [watch(raw[a:b], chunk_bytes) for a, b in pairwise(edges)]
    assert count_spans(spans) == count_text(raw)[0]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_sample_has_the_lines_that_are_not_utf8(end: bytes) -> None:
    lines = [b"plain", "größe".encode(), b"gr\xf6\xdfe", b"caf\xe9", "café".encode()]
    raw = end.join(lines)
    assert [line for _, line in find_invalid_lines(raw)] == lines[2:4]
    assert watch(raw, 7).sample


def test_sample_is_bounded_whatever_the_file_has() -> None:
    for raw in (b"caf\xe9\n" * 100_000, b"\xe9" * 1_000_000):
        assert sum(map(len, watch(raw, 300_000).sample)) < 5000
