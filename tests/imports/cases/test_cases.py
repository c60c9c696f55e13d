"""Small files that other importers are known to misread, and what they must give."""

import json
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from tests.imports.outcomes import complete, run_import

FOLDER = Path(__file__).parent
CASES: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_file_becomes_the_expected_products(case: str, connection: Connection) -> None:
    expected = CASES[case]
    if "before" in expected:
        run_import(connection, expected["before"].encode(), {}, {"products": {}})
    raw = (FOLDER / case.partition(", ")[0]).read_bytes()
    _, found = run_import(connection, raw, expected.get("options", {}), expected)
    assert found == complete(expected)


def test_every_file_is_a_case() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in {".csv", ".txt"}}
    assert files == {case.partition(", ")[0] for case in CASES}
