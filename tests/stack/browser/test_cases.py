"""Every small case that other importers misread gives its result on the page too."""

import pytest
from playwright.sync_api import Page, expect

from tests.imports.cases.test_cases import CASES, FOLDER
from tests.imports.outcomes import complete
from tests.stack.browser.visitor import LONG_MS, Visitor, job_of
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json
from tests.stack.outcome import describe_job

pytestmark = pytest.mark.stack

_LABELS = {
    "mode": "Mode",
    "rounding": "Prices with more than 2 decimals",
    "decimal_mark": "Decimal mark",
}
# test_column_values.py changes the values of columns, in their dialog.
_CASES = [name for name, case in CASES.items() if "columns" not in case.get("options", {})]


@pytest.mark.parametrize("case", _CASES)
def test_case_becomes_the_expected_products(
    case: str, visitor: Visitor, page: Page, api: Api, catalogue: Catalogue
) -> None:
    expected = CASES[case]
    if "before" in expected:
        api.complete(expected["before"].encode())
    visitor.choose(FOLDER / case.partition(", ")[0])
    _set(page, expected.get("options", {}))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
    job = api.get(f"/jobs/{job_of(page)}")
    assert describe_job(api, catalogue, job, expected) == complete(expected)
    _check_shown(page, job)


def _set(page: Page, options: dict[str, str]) -> None:
    if options.keys() - {"mode"}:
        page.get_by_text("More options").click()
    for name, value in options.items():
        page.get_by_label(_LABELS[name]).select_option(value=value)


def _check_shown(page: Page, job: Json) -> None:
    """Check that the page shows the counts, and a row for each rejected and skipped record."""
    outcomes = page.get_by_role("region", name="Outcomes").get_by_role("listitem")
    for outcome in job["counts"].keys() - {"missing"}:  # of products, not of records
        number = job["counts"][outcome]
        shown = outcomes.filter(has_text=outcome.capitalize()).locator("strong")
        expect(shown).to_have_text(str(number))
    for outcome in ("rejected", "skipped"):
        table = page.get_by_role("region", name=f"{outcome.capitalize()} records", exact=True)
        rows = table.get_by_role("row")
        number = job["counts"][outcome]
        expect(rows).to_have_count(number + 1 if number else 0)
