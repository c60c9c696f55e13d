"""A generated catalogue matches its description and is reproducible."""

import csv
import io
from pathlib import Path

import pytest

from bench.generate import Catalogue, expect, read_blocks, write_csv

RECORDS = 30_000


def read_bytes(catalogue: Catalogue) -> bytes:
    return b"".join(read_blocks(catalogue))


def read_fields(raw: bytes) -> list[list[str]]:
    text = raw.decode("utf-8", "surrogateescape")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.fixture(scope="module")
def records() -> list[list[str]]:
    return read_fields(read_bytes(Catalogue(RECORDS)))


def part(records: list[list[str]], has: str) -> float:
    return sum(any(c in field for c in has for field in r) for r in records) / len(records)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    size_bytes = write_csv(Catalogue(25_000), tmp_path / "catalogue.csv")
    written = (tmp_path / "catalogue.csv").read_bytes()
    assert written == read_bytes(Catalogue(25_000))
    assert size_bytes == len(written)
    assert written != read_bytes(Catalogue(25_000, seed=2))


def test_a_longer_file_starts_with_the_shorter_one() -> None:
    assert read_bytes(Catalogue(12_345)).startswith(read_bytes(Catalogue(123)))


def test_records_have_the_described_mixture(records: list[list[str]]) -> None:
    assert len(records) == RECORDS
    assert part(records, ',"\n') == pytest.approx(0.20, abs=0.015)
    assert part(records, "\n") == pytest.approx(0.03, abs=0.005)
    foreign = sum(not "".join(r).isascii() for r in records) / RECORDS
    assert foreign == pytest.approx(0.10, abs=0.01)
    good = [r for r in records if len(r) == 6]
    assert sum(len(r[1]) for r in good) / len(good) == pytest.approx(30, abs=4)
    assert sum(len(r[2]) for r in good) / len(good) == pytest.approx(80, abs=6)


def test_five_percent_repeat_a_sku_half_of_them_in_another_case() -> None:
    raw = read_bytes(Catalogue(RECORDS, with_rejects=False))
    skus = [r[0] for r in read_fields(raw)]
    distinct, exact = len({s.lower() for s in skus}), len(set(skus))
    assert (len(skus) - distinct) / len(skus) == pytest.approx(0.05, abs=0.006)
    assert (exact - distinct) / (len(skus) - distinct) == pytest.approx(0.5, abs=0.06)


def test_expected_outcomes_match_the_file(records: list[list[str]]) -> None:
    expected = expect(Catalogue(RECORDS))
    good = read_fields(read_bytes(Catalogue(RECORDS, with_rejects=False)))
    assert len({r[0].lower() for r in good}) == expected.products
    assert len(good) == expected.products + expected.duplicate
    assert len(records) == len(good) + expected.rejected
    assert expected.rejected == pytest.approx(RECORDS / 1000, abs=15)
    assert expect(Catalogue(RECORDS, with_rejects=False)).rejected == 0


def test_a_changed_variant_differs_in_the_requested_share_of_records() -> None:
    plain = Catalogue(RECORDS, with_rejects=False)
    changed = Catalogue(RECORDS, changed_rate=0.3, with_rejects=False)
    pairs = list(zip(read_fields(read_bytes(plain)), read_fields(read_bytes(changed)), strict=True))
    assert all(before[:3] == after[:3] for before, after in pairs)
    differ = sum(before != after for before, after in pairs)
    assert differ / len(pairs) == pytest.approx(0.3, abs=0.01)
