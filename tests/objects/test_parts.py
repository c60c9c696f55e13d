"""A file of pieces is cut into parts that S3 accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.objects import parts as limits
from chalicelib.objects.parts import cut_parts

MiB = 1024**2


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
        assert sum(segment.size_bytes for segment in part) >= limits.LEAST_PART_BYTES


@pytest.mark.parametrize("megabytes", [255, 256, 257, 400, 5_000])
def test_pieces_larger_than_a_part_are_cut(megabytes: int) -> None:
    size = megabytes * MiB + 1
    for part in cut_parts([100, size])[:-1]:
        assert limits.LEAST_PART_BYTES <= sum(s.size_bytes for s in part) <= limits.MOST_PART_BYTES


def test_large_pieces_are_copied_and_only_small_ones_are_read() -> None:
    parts = cut_parts([100, *[8 * MiB] * 50])
    read = sum(s.size_bytes for part in parts if len(part) > 1 for s in part)
    assert read <= 10 * MiB
