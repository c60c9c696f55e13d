"""How an export is divided: ranges of ids, and parts that S3 accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exports import plan
from chalicelib.exports.plan import IdRange, cut_parts, join_groups, percent_of

MiB = 1024**2


def test_ranges_are_adjacent_and_end_above_the_last_id() -> None:
    assert join_groups([(3, 10), (20, 10), (50, 4)], 100, most=9) == [
        IdRange(3, 20, 10),
        IdRange(20, 50, 10),
        IdRange(50, 100, 4),
    ]


def test_groups_are_joined_when_there_are_too_many() -> None:
    groups = [(n * 10, 2) for n in range(7)]
    found = join_groups(groups, 99, most=3)
    assert found == [IdRange(0, 30, 6), IdRange(30, 60, 6), IdRange(60, 99, 2)]


def test_no_products_have_no_range() -> None:
    assert join_groups([], 1, most=3) == []


@given(st.lists(st.integers(0, 12 * MiB), max_size=30))
def test_parts_have_every_byte_once_and_sizes_that_s3_accepts(sizes: list[int]) -> None:
    parts = cut_parts(sizes)
    position = [0] * len(sizes)
    places = [(segment.piece, segment.start) for part in parts for segment in part]
    assert places == sorted(places)
    for part in parts:
        for segment in part:
            assert segment.start == position[segment.piece]
            assert segment.start < segment.end
            position[segment.piece] = segment.end
    assert position == sizes
    for part in parts[:-1]:
        assert sum(segment.size_bytes for segment in part) >= plan.LEAST_PART_BYTES


@pytest.mark.parametrize("megabytes", [255, 256, 257, 400, 5_000])
def test_pieces_larger_than_a_part_are_cut(megabytes: int) -> None:
    size = megabytes * MiB + 1
    for part in cut_parts([100, size])[:-1]:
        assert plan.LEAST_PART_BYTES <= sum(s.size_bytes for s in part) <= plan.MOST_PART_BYTES


def test_large_pieces_are_copied_and_only_small_ones_are_read() -> None:
    parts = cut_parts([100, *[8 * MiB] * 50])
    read = sum(s.size_bytes for part in parts if len(part) > 1 for s in part)
    assert read <= 10 * MiB


def test_progress_grows_from_the_plan_to_the_assembly() -> None:
    assert [percent_of(done, 10) for done in (0, 5, 10, 12)] == [5, 50, 95, 95]
    assert percent_of(0, 0) == 5
