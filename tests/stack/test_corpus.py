"""Every sample of a format and every small case, through the deployed stack by its API."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.imports.formats.catalogue import list_names
from tests.imports.cases.test_cases import CASES
from tests.imports.cases.test_cases import FOLDER as CASES_FOLDER
from tests.imports.formats.test_formats import find_sample, read_expected
from tests.imports.outcomes import complete
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.outcome import describe_job

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("name", list_names())
def test_sample_of_a_format_needs_no_option(name: str, api: Api, catalogue: Catalogue) -> None:
    expected = read_expected(name)
    job, found = _import(api, catalogue, find_sample(name), expected)
    assert found == complete(expected)
    assert job["detected"]["format"] == name
    assert job["detected"]["evidence"]["format"] == expected["evidence"]


@pytest.mark.parametrize("case", CASES)
def test_case_becomes_the_expected_products(case: str, api: Api, catalogue: Catalogue) -> None:
    expected = CASES[case]
    if "before" in expected:
        api.complete(expected["before"].encode())
    _, found = _import(api, catalogue, CASES_FOLDER / case.partition(", ")[0], expected)
    assert found == complete(expected)


def test_compressed_export_needs_no_option(api: Api, catalogue: Catalogue) -> None:
    raw = gzip.compress(find_sample("shopify_products").read_bytes())
    job = api.run(raw)
    assert (job["status"], job["detected"]["format"]) == ("COMPLETED", "shopify_products"), job
    assert {*catalogue.names()} == {*read_expected("shopify_products")["products"]}


def _import(
    api: Api, catalogue: Catalogue, path: Path, expected: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Import a file; return the job, and what it left of what `expected` describes."""
    job = api.run(path.read_bytes(), expected.get("options", {}))
    assert job["status"] == "COMPLETED", json.dumps(job, indent=1)
    return job, describe_job(api, catalogue, job, expected)
