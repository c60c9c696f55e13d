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


_IMPORTS, _WEBHOOKS = "chalicelib/imports", "chalicelib/webhooks"
_RECORDS, _LIMITS = f"{_IMPORTS}/csv/cutting.py", "chalicelib/products/limits.py"
_INSPECT = f"{_IMPORTS}/csv/head.py"
_PARTS, _SENDER = f"{_IMPORTS}/api/parts.py", f"{_WEBHOOKS}/sending/sender.py"
_RESOURCES, _ERRORS = "infra/resources", "docs/errors.md"
# A phrase of a page, with the constant or parameter that its NUMBER comes from.
_MENTIONED = [
    ("README.md", "up to NUMBER are one presigned", "SinglePutLimitBytes", _RESOURCES),
    ("README.md", "original record (up to NUMBER)", "KEPT_BYTES", _RECORDS),
    ("README.md", "revokes a key within NUMBER", "KEPT_SECONDS", "chalicelib/keys/authorizer.py"),
    ("README.md", "a few TB: at most NUMBER workers", "MOST_SPANS", f"{_IMPORTS}/csv/plan.py"),
    ("README.md", "| record / field | NUMBER /", "RECORD_MAX_BYTES", _RECORDS),
    ("README.md", "| record / field | 8 MiB / NUMBER;", "FIELD_MAX_BYTES", _LIMITS),
    ("README.md", "| header row | NUMBER,", "HEAD_BYTES", _INSPECT),
    ("README.md", "| header row | 1 MiB, NUMBER columns", "MOST_COLUMNS", _LIMITS),
    ("README.md", "| `sku` / `name` | NUMBER /", "SkuMaxLength", _RESOURCES),
    ("README.md", "| `sku` / `name` | 128 / NUMBER characters", "NameMaxLength", _RESOURCES),
    ("README.md", "| attribute name | NUMBER characters", "ATTRIBUTE_NAME_MAX_LENGTH", _LIMITS),
    ("README.md", "| `price` | NUMBER digits before", "DECIMAL_DIGITS", _LIMITS),
    ("README.md", "before the point, NUMBER after it", "DECIMAL_PLACES", _LIMITS),
    ("README.md", "| `quantity` | 0 to NUMBER |", "INTEGER_MAX", _LIMITS),
    ("README.md", "| NUMBER per second and bursts", "ThrottleRate", _RESOURCES),
    ("README.md", "bursts of NUMBER on each route", "ThrottleBurst", _RESOURCES),
    ("README.md", "bodies up to NUMBER |", "MAX_BODY_BYTES", "chalicelib/http/parsing.py"),
    ("README.md", "| search text | NUMBER characters", "SEARCH_MAX_LENGTH", _LIMITS),
    ("docs/API.md", "Files up to NUMBER are uploaded", "SinglePutLimitBytes", _RESOURCES),
    ("docs/API.md", "(at least NUMBER) requests smaller", "LEAST_PART_BYTES", _PARTS),
    ("docs/API.md", "at most NUMBER per request", "MOST_PARTS_A_CALL", _PARTS),
    ("docs/API.md", "when it reaches NUMBER.", "MAX_PAGE_BYTES", "chalicelib/http/sizes.py"),
    ("docs/API.md", '`{"skus": […]}` (at most NUMBER)', "MOST_SKUS", _LIMITS),
    ("docs/API.md", "There can be NUMBER webhooks", "MOST_WEBHOOKS", f"{_WEBHOOKS}/store.py"),
    ("docs/API.md", "An attempt has NUMBER seconds", "TIMEOUT_SECONDS", _SENDER),
    (_ERRORS, "first; at most NUMBER are allowed", "MOST_WEBHOOKS", f"{_WEBHOOKS}/store.py"),
    (_ERRORS, "at most NUMBER can sign", "MAX_SECRETS", f"{_WEBHOOKS}/sending/signing.py"),
    (_ERRORS, "answer within NUMBER seconds", "TIMEOUT_SECONDS", _SENDER),
    (_ERRORS, "the header row may have NUMBER;", "HEAD_BYTES", _INSPECT),
    (_ERRORS, "remove columns; the header row may have NUMBER |", "MOST_COLUMNS", _LIMITS),
    (_ERRORS, "attribute names have at most NUMBER c", "ATTRIBUTE_NAME_MAX_LENGTH", _LIMITS),
    (_ERRORS, "a product has at most NUMBER attributes", "MOST_ATTRIBUTES", _LIMITS),
    (_ERRORS, "fill at most NUMBER attribute columns", "MOST_ATTRIBUTES", _LIMITS),
    (_ERRORS, "use at most NUMBER and 512 characters", "SkuMaxLength", _RESOURCES),
    (_ERRORS, "use at most 128 and NUMBER characters", "NameMaxLength", _RESOURCES),
    (_ERRORS, "use at most NUMBER decimals", "DECIMAL_PLACES", _LIMITS),
    (_ERRORS, "use at most NUMBER digits before the point", "DECIMAL_DIGITS", _LIMITS),
    (_ERRORS, "| quantity | use at most NUMBER |", "INTEGER_MAX", _LIMITS),
    (_ERRORS, "the value to at most NUMBER |", "FIELD_MAX_BYTES", _LIMITS),
    (_ERRORS, "it to at most NUMBER bytes, counted", "DESCRIPTION_MAX_BYTES", _LIMITS),
    (_ERRORS, "them to at most NUMBER bytes in total", "ATTRIBUTES_MAX_BYTES", _LIMITS),
    (_ERRORS, "leave the product more than NUMBER attributes", "MOST_ATTRIBUTES", _LIMITS),
    (_ERRORS, "attributes of more than NUMBER bytes", "ATTRIBUTES_MAX_BYTES", _LIMITS),
    (_ERRORS, "it to at most NUMBER; look for", "RECORD_MAX_BYTES", _RECORDS),
]


@pytest.mark.parametrize(("what", "number", "name", "path"), _NUMBERS)
def test_a_limit_equals_its_source(what: str, number: str, name: str, path: str) -> None:
    assert read_amount(number) == float(read_source(name, path)), what


@pytest.mark.parametrize(("page", "phrase", "name", "path"), _MENTIONED)
def test_a_limit_in_prose_equals_its_source(page: str, phrase: str, name: str, path: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    found = re.findall(re.escape(phrase).replace("NUMBER", f"({_AMOUNT.pattern})"), text)
    assert found, f"{page} does not say: {phrase}"
    assert {read_amount(amount) for amount, *_ in found} == {float(read_source(name, path))}


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
