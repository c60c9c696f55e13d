"""On a real server, imports load a catalogue and every kind of request is answered."""

from pathlib import Path

import pytest

from bench.catalogue.questions import KINDS
from bench.catalogue.results import CatalogueResults
from bench.catalogue.session import CatalogueSession
from bench.quiet import Quiet

pytestmark = pytest.mark.slow


def measure(folder: Path, part: str) -> CatalogueResults:
    found = CatalogueResults()
    quiet = lambda: Quiet(tries=1, wait=lambda: None)  # noqa: E731
    CatalogueSession(folder, 300, found, lambda _: None, quiet, samples=5).measure([part], 1)
    return found


def test_every_kind_of_request_is_measured_at_both_sizes(tmp_path: Path) -> None:
    found = measure(tmp_path, "catalogue-database")
    for part, products in (("database", 300), ("database-large", 3_000)):
        timings = [timing for timing in found.timings if timing.part == part]
        assert [timing.kind for timing in timings] == [kind.name for kind in KINDS]
        assert all(t.products >= products and 0 < t.p50_ms <= t.p95_ms for t in timings)
        loads = [load for load in found.loads if load.part == part]
        assert [load.scenario for load in loads] == ["initial", "changed", "small"]


def test_an_import_is_measured_with_and_without_recording(tmp_path: Path) -> None:
    found = measure(tmp_path, "catalogue-import")
    assert [(s.scenario, s.way) for s in found.price] == [
        ("initial", "unnoted"),
        ("initial", "noted"),
        ("changed", "unnoted"),
        ("changed", "noted"),
    ]
