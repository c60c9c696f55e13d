"""How a source is cut: into spans, then ranges, and its keys into key ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imports.blank_options import BlankOptions
from chalicelib.imports.csv.plan import (
    MOST_KEY_RANGES,
    MOST_SPANS,
    Plan,
    Range,
    SpansMissingError,
    check_spans,
    choose_boundaries,
    count_key_ranges,
    cut_ranges,
    cut_spans,
    sample_windows,
)
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.scan import scan_span
from chalicelib.imports.options import ImportOptions
from tests.imports.oracle import read_records
from tests.imports.reading import name_columns
from tests.imports.strategies import csv_text, delimiters


@given(st.integers(0, 10**6), st.integers(0, 10**13), st.integers(1, 10**9))
def test_spans_partition_the_bytes_and_are_never_too_many(
    start: int, size_bytes: int, span_bytes: int
) -> None:
    spans = cut_spans(start, start + size_bytes, span_bytes)
    assert len(spans) <= MOST_SPANS
    edges = [start, *(end for _, end in spans)]
    assert [begin for begin, _ in spans] == edges[:-1]
    assert edges[-1] == start + size_bytes
    assert all(begin < end for begin, end in spans)


def test_spans_of_a_file_have_one_size_and_a_file_of_megabytes_has_a_few() -> None:
    mib = 1024 * 1024
    assert [end - start for start, end in cut_spans(0, 9 * mib, 8 * mib)] == [9 * mib // 4] * 4
    assert len(cut_spans(0, 65 * mib, 8 * mib)) == 9
    assert len(cut_spans(0, mib, 8 * mib)) == 1


def test_file_without_records_has_no_spans() -> None:
    assert cut_spans(9, 9, 8) == []
    assert cut_ranges([], 2) == ((), True)


def test_spans_with_a_gap_or_an_early_end_are_rejected() -> None:
    spans = [scan_span([b"a\n"], at, ",", after_cr=False) for at in (0, 2, 4)]
    check_spans(spans, 0, 6)
    check_spans([], 9, 9)
    for missing in ([], spans[:2], spans[1:], [spans[0], spans[2]]):
        with pytest.raises(SpansMissingError):
            check_spans(missing, 0, 6)


def plan_text(text: str, delimiter: str, span_bytes: int, line: int) -> list[Range]:
    raw = text.encode()
    summaries = [
        scan_span([raw[a:b]], a, delimiter, after_cr=raw[a - 1 : a] == b"\r")
        for a, b in cut_spans(0, len(raw), span_bytes)
    ]
    return list(cut_ranges(summaries, line)[0])


@given(csv_text(), delimiters, st.integers(1, 40), st.integers(1, 1000))
def test_ranges_start_with_records_on_their_lines_and_cover_the_source(
    text: str, delimiter: str, span_bytes: int, line: int
) -> None:
    raw, records = text.encode(), read_records(text, delimiter)
    ranges = plan_text(text, delimiter, span_bytes, line)
    assert sum(planned.records for planned in ranges) == len(records)
    assert [planned.end for planned in ranges[:-1]] == [planned.start for planned in ranges[1:]]
    if ranges:
        assert raw[: ranges[0].start].strip(b"\r\n") == b""
        assert ranges[-1].end == len(raw)
    following = iter(records)
    for planned in ranges:
        own = [next(following) for _ in range(planned.records)]
        assert planned.first_line == own[0].line + line - 1
        assert (
            read_records(raw[planned.start : planned.end].decode(), delimiter)[0].fields
            == own[0].fields
        )


def test_record_longer_than_spans_makes_one_range() -> None:
    (planned,) = plan_text('a,"' + "x\n" * 50 + '",c\n', ",", 10, 1)
    assert (planned.start, planned.end, planned.records) == (0, 107, 1)


keys = st.lists(st.text("aåzZ-\0日\U0001f4a1", max_size=3), max_size=60)


@given(keys, st.integers(1, 9))
def test_boundaries_are_distinct_sorted_by_bytes_and_few_enough(
    sample: list[str], key_ranges: int
) -> None:
    boundaries = choose_boundaries(sample, key_ranges)
    encoded = [key.encode() for key in boundaries]
    assert encoded == sorted(set(encoded))
    assert len(boundaries) < key_ranges
    assert set(boundaries) <= set(sample)
    assert not [key for key in boundaries if not key or "\0" in key]


def test_boundaries_cut_a_sample_into_parts_of_about_the_same_size() -> None:
    sample = [f"sku-{i:05}" for i in range(1000)]
    first, second, third = choose_boundaries(sample, 4)
    assert (first, second, third) == ("sku-00250", "sku-00500", "sku-00750")


@pytest.mark.parametrize("sample", [[], [""], ["a"], ["a", "a"]])
def test_small_sample_gives_one_key_range(sample: list[str]) -> None:
    assert choose_boundaries(sample, 5) == ()


def test_boundary_is_at_most_as_long_as_a_sku() -> None:
    # Every table has its name and bounds in one row of PostgreSQL's catalogue, of 8 KB.
    boundaries = choose_boundaries(["a", "b" * 50_000, "c" * 50_000], 3)
    assert all(len(key) <= 1024 for key in boundaries)


@pytest.mark.parametrize(
    ("records", "record_bytes", "number"),
    [
        (0, 0, 1),
        (1, 100, 1),
        (60_000, 100, 1),
        (500_000, 100, 8),
        (500_000, 1_000, 20),
        (10**9, 100, MOST_KEY_RANGES),
    ],
)
def test_number_of_key_ranges_grows_with_records_and_bytes_up_to_a_limit(
    records: int, record_bytes: int, number: int
) -> None:
    assert count_key_ranges(records, records * record_bytes) == number


def test_windows_of_a_sample_are_spread_over_the_file_and_bounded() -> None:
    windows = sample_windows(7, 100_007, 64, 30)
    assert 32 < len(windows) <= 64
    assert all(end - start == 30 for start, end in windows)
    assert windows[0][0] == 7
    assert windows[-1][0] > 90_000


def test_windows_of_a_small_file_do_not_overlap() -> None:
    assert sample_windows(0, 70, 64, 30) == [(0, 30), (30, 60), (60, 70)]


def test_plan_round_trips_through_json() -> None:
    ranges = (Range(9, 20, 2, 1), Range(20, 31, 3, 1))
    columns = name_columns("sku", "name", "color")
    options = ImportOptions(
        blank=BlankOptions.model_validate({"price": "keep"}), max_reject_rate=0.25
    )
    reading = Reading(delimiter=";", columns=columns)
    plan = Plan(
        reading,
        options,
        2,
        ranges,
        is_closed=True,
        boundaries=("m",),
    )
    assert Plan.from_json(plan.to_json(), plan.options) == plan
    assert plan.key_ranges == 2


def test_plan_stored_by_version_0_4_is_read_with_the_options_of_its_job() -> None:
    stored = {
        "delimiter": ";",
        "columns": {"names": ["sku", "name"], "fields": ["sku", "name"], "ignored": [False, False]},
        "blank": {"price": "keep"},
        "records": 0,
        "ranges": [],
        "is_closed": True,
        "boundaries": [],
    }
    options = ImportOptions.from_json({"blank": {"price": "keep"}, "decimal_mark": ","})
    reading = Reading(delimiter=";", columns=name_columns("sku", "name"), numbers=options.numbers)
    plan = Plan(
        reading,
        options,
        0,
        (),
        is_closed=True,
        boundaries=(),
    )
    assert Plan.from_json(stored, options) == plan
    assert plan.to_json().keys() == {*stored, "reading"}
    assert plan.to_json()["blank"] == stored["blank"]
