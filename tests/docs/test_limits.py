"""The numbers in docs/LIMITS.md and the README are those of the code and the template."""

import importlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.packaging.resources import read_resources
from tests.architecture.tree import ROOT, name_of
from tests.docs.pages import read_rows

_PAGE = ROOT / "docs" / "LIMITS.md"
_TEMPLATE = read_resources(ROOT)
PARAMETERS, RESOURCES = _TEMPLATE["Parameters"], _TEMPLATE["Resources"]
_UNITS = {
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "KB": 1000,
    "MB": 1000**2,
    "s": 1,
    "minutes": 60,
    "hour": 3600,
    "hours": 3600,
}
_SOURCE = re.compile(r"\[`([\w.]+)`\]\(\.\./([^)]+)\)")
_AMOUNT = re.compile(r"([\d,.]+) ?([A-Za-z]*)")
_CODE = re.compile(r"`([a-z]+(?:_[a-z0-9]+)+)`")
# `internal_error` is a code of requests and of jobs: see errors.md.
_NOT_CODES = {"next_cursor", "internal_error"}


def limits() -> Iterator[tuple[str, str, str, str]]:
    """Yield limit, value, source name and source file of each row with a source."""
    for row in read_rows(_PAGE):
        if len(row) == 5 and (found := _SOURCE.fullmatch(row[3])):
            yield row[0], row[1], found[1], found[2]


def read_amount(text: str) -> float:
    """Return the number of a text such as "8 MiB", "1,000" or "15 minutes"."""
    found = _AMOUNT.match(text)
    assert found, text
    return float(found[1].replace(",", "")) * _UNITS.get(found[2], 1)


def read_source(name: str, path: str) -> Any:
    """Return the value of a constant, a parameter's default or a resource's property."""
    if path.endswith(".py"):
        value = getattr(importlib.import_module(name_of(Path(ROOT, path))), name)
        return value.total_seconds() if isinstance(value, timedelta) else value
    if "." in name and (owner := name.partition("."))[0] in RESOURCES:
        return RESOURCES[owner[0]]["Properties"][owner[2]]
    return PARAMETERS[name]["Default"]


_NUMBERS = [
    row for row in limits() if row[3].endswith((".py", ".yaml")) and "Pattern" not in row[2]
]


@pytest.mark.parametrize(("what", "number", "name", "path"), _NUMBERS)
def test_a_limit_equals_its_source(what: str, number: str, name: str, path: str) -> None:
    assert read_amount(number) == float(read_source(name, path)), what


def test_most_limits_name_their_source() -> None:
    assert len(_NUMBERS) > 30


def test_the_maximum_of_workers_matches_the_parameter() -> None:
    pattern = PARAMETERS["Workers"]["AllowedPattern"]
    assert re.fullmatch(pattern, "999")
    assert not re.fullmatch(pattern, "1000")


def test_the_lease_expires_after_the_documented_time() -> None:
    text = (ROOT / "chalicelib/products/sql/lease.sql").read_text(encoding="utf-8")
    assert "interval '30 minutes'" in text


def test_codes_at_a_limit_are_documented() -> None:
    errors = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    named = {code for row in read_rows(_PAGE) for code in _CODE.findall(row[-1])}
    assert len(named) > 5
    assert {code for code in named - _NOT_CODES if f"`{code}`" not in errors} == set()


def test_amounts_are_parsed() -> None:
    written = {"8 MiB": 8388608, "10,000": 10_000, "3.2 MB": 3_200_000, "30 minutes": 1800}
    assert {text: read_amount(text) for text in written} == written
