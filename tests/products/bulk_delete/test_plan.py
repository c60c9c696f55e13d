"""How many workers and transactions a bulk delete is cut into."""

import pytest

from chalicelib.products.batches.plan import (
    BATCHES_PER_KEY_RANGE,
    MOST_KEY_RANGES,
    cut_key_ranges,
    find_missing,
    progress_of_batches,
    progress_of_plan,
)


@pytest.mark.parametrize("batches", [0, 1, 3, 4, 5, 100, 800, 801, 10_001, 123_456])
def test_key_ranges_have_every_batch_once_and_are_no_more_than_allowed(batches: int) -> None:
    key_ranges = cut_key_ranges(batches)
    assert [batch for key_range in key_ranges for batch in key_range] == list(range(batches))
    assert len(key_ranges) <= MOST_KEY_RANGES
    assert all(key_ranges)


def test_key_ranges_grow_before_they_become_too_many() -> None:
    at_most = MOST_KEY_RANGES * BATCHES_PER_KEY_RANGE
    assert len(cut_key_ranges(at_most)) == MOST_KEY_RANGES
    assert len(cut_key_ranges(at_most)[0]) == BATCHES_PER_KEY_RANGE
    assert len(cut_key_ranges(at_most + 1)[0]) == BATCHES_PER_KEY_RANGE + 1


def test_key_ranges_with_a_missing_batch_are_missing() -> None:
    key_ranges = [range(4), range(4, 8), range(8, 9)]
    assert find_missing(key_ranges, {0, 3, 8}) == [0, 2]
    assert find_missing(key_ranges, set()) == []


def test_progress_grows_to_the_last_product_and_is_not_yet_complete() -> None:
    percents = [progress_of_plan(1000)["percent"]]
    percents += [progress_of_batches(done, 1000)["percent"] for done in range(0, 1001, 10)]
    assert percents == sorted(percents)
    assert percents[-1] == 99
    assert progress_of_batches(0, 0) == {"records_total": 0, "percent": 5}
