"""Keys are sampled from all over a file, so that key ranges are alike in size."""

from bisect import bisect_right
from itertools import pairwise
from typing import Any

from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.head import Inspection, inspect_head
from chalicelib.imports.csv.plan import RECORDS_PER_KEY_RANGE, Range
from chalicelib.imports.csv.sampling import sample_boundaries
from chalicelib.imports.options import ImportOptions
from tests.fakes.source import MemorySource

HEADER = b"name,sku\n"


def sample(body: bytes, ranges: int, records: int, **options: Any) -> tuple[str, ...]:
    """Sample a file cut into ranges of about the same size, as if it had so many records."""
    source = MemorySource(HEADER + body)
    chosen = ImportOptions.model_validate({"delimiter": ","} | options)
    found: Inspection = inspect_head(source, Encoding("utf-8", 0), chosen, 8)
    lines = body.splitlines(keepends=True)
    step, at, cut = -(-len(lines) // ranges), found.data_start, []
    for i in range(0, len(lines), step):
        end = at + len(b"".join(lines[i : i + step]))
        cut.append(Range(at, end, i + 2, min(step, len(lines) - i)))
        at = end
    return sample_boundaries(source, found, cut, records)


def test_small_file_is_one_key_range_and_is_not_sampled() -> None:
    assert sample(b"Lamp,A\n", 1, RECORDS_PER_KEY_RANGE) == ()


def test_key_ranges_of_a_sorted_file_have_about_the_same_size() -> None:
    keys = [f"sku-{i:06}" for i in range(40_000)]
    body = "".join(f"Lamp {key},{key.upper()}\n" for key in keys).encode()
    boundaries = sample(body, 50, 8 * RECORDS_PER_KEY_RANGE)
    assert len(boundaries) == 7
    edges = [0, *(bisect_right(keys, boundary) for boundary in boundaries), len(keys)]
    sizes = [b - a for a, b in pairwise(edges)]
    assert max(sizes) < 2 * min(sizes)


def test_key_ranges_of_a_sorted_file_in_few_ranges_have_about_the_same_size() -> None:
    keys = [f"sku-{i:06}" for i in range(100_000)]
    body = "".join(f"Lamp {key},{key}\n" for key in keys).encode()
    boundaries = sample(body, 2, 8 * RECORDS_PER_KEY_RANGE)
    edges = [0, *(bisect_right(keys, boundary) for boundary in boundaries), len(keys)]
    sizes = [b - a for a, b in pairwise(edges)]
    assert len(sizes) == 8
    assert max(sizes) < 2 * min(sizes)


def test_bytes_that_are_not_text_are_skipped() -> None:
    body = b"".join(b"La\xffmp,\xfe%d\n" % i for i in range(1000)) + b'"open,\n\0' * 50
    boundaries = sample(body, 5, 3 * RECORDS_PER_KEY_RANGE)
    assert all("\0" not in key for key in boundaries)


def test_records_of_another_width_are_skipped() -> None:
    assert sample(b"one\n" * 1000, 5, 3 * RECORDS_PER_KEY_RANGE) == ()


def test_composed_skus_are_sampled_where_there_are_no_others() -> None:
    body = b"".join(b"Lamp %06d,\n" % n for n in range(40_000))
    boundaries = sample(body, 50, 4 * RECORDS_PER_KEY_RANGE, sku_from=["name"])
    assert len(boundaries) == 3


def test_changed_skus_are_sampled_as_they_will_be() -> None:
    body = b"".join(b'Lamp,"=""%06d""",,\n' % n for n in range(40_000))
    columns = {"sku": {"prefix": "SUP-"}}
    boundaries = sample(body, 50, 4 * RECORDS_PER_KEY_RANGE, columns=columns)
    assert len(boundaries) == 3
    assert all(boundary.startswith("sup-0") for boundary in boundaries)
