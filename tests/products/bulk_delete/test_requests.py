"""What clients may ask for, and which products that means."""

import json
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from chalicelib.http.faults import field_problems
from chalicelib.products.batches import ledger
from chalicelib.products.bulk_delete.deletion import count_selected
from chalicelib.products.bulk_delete.requests import BulkDeleteRequest, Selection
from chalicelib.products.limits import MOST_SKUS
from tests.products.bulk_delete.deletion import ALL, add_products, by_filter, by_skus

PRODUCTS = [
    ("A-1", "Lamp", 1.0, True),
    ("a-2", "Desk", 2.5, False),
    ("B-1", "Sofa", 10.0, True),
    ("Ä-ПРИВЕТ-Ω", "Pipe", 0.0, False),
]


def read(body: Any) -> BulkDeleteRequest:
    return BulkDeleteRequest.model_validate_json(json.dumps(body))


def refused(body: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        read(body)
    return {problem.field: problem.code for problem in field_problems(caught.value, body)}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dry_run": True},
        {"all": True, "skus": ["A"]},
        {"filter": {"active": False}, "all": True},
        {"filter": None, "skus": None, "all": None},
    ],
)
def test_exactly_one_selection_is_required(body: Any) -> None:
    assert refused(body) == {"": "value_error"}


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"all": False}, {"all": "not_a_choice"}),
        ({"filter": {}}, {"filter": "value_error"}),
        ({"filter": {"active": None}}, {"filter": "value_error"}),
        ({"filter": {"colour": "red"}}, {"filter.colour": "unknown"}),
        ({"filter": {"active": "yes"}}, {"filter.active": "not_boolean"}),
        ({"filter": {"price_from": "1"}}, {"filter.price_from": "unknown"}),
        ({"filter": {"updated_at[gte]": "2026-01-01"}}, {"filter.updated_at[gte]": "not_time"}),
        ({"filter": {"updated_at[gte]": 1767225600}}, {"filter.updated_at[gte]": "not_time"}),
        ({"skus": []}, {"skus": "empty"}),
        ({"filter": {"price[lte]": 0}}, {"filter.price[lte]": "price_not_text"}),
        ({"filter": {"sku[prefix]": " "}}, {"filter.sku[prefix]": "value_error"}),
        ({"skus": ["A", " \u00a0"]}, {"skus.1": "value_error"}),
        ({"skus": ["A\0"]}, {"skus.0": "nul_byte"}),
        ({"skus": [1]}, {"skus.0": "not_text"}),
        ({"skus": ["A"] * (MOST_SKUS + 1)}, {"skus": "too_many"}),
        ({"all": True, "expected_count": -1}, {"expected_count": "too_low"}),
        ({"all": True, "force": True}, {"force": "unknown"}),
    ],
)
def test_what_does_not_fit_is_refused(body: Any, problems: dict[str, str]) -> None:
    assert refused(body) == problems


def test_most_skus_fit_with_room() -> None:
    assert read({"skus": [f"S-{n}" for n in range(MOST_SKUS)]}).describe() == {
        "sku_count": MOST_SKUS
    }


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (ALL, 4),
        (by_filter(active=False), 2),
        (by_filter(sku=" a-1 "), 1),
        (by_filter(**{"sku[prefix]": "A-"}), 2),
        (by_filter(**{"price[gte]": "1", "price[lte]": "2.50"}), 2),
        (by_filter(**{"updated_at[gte]": "2999-01-01T00:00:00Z"}), 0),
        (by_filter(**{"updated_at[lte]": "2999-01-01T00:00:00+01:00"}), 4),
        (by_filter(job_id="job_0000000000000000000000000x"), 0),
        (by_skus("A-2", "b-1", " B-1 ", "nothing"), 2),
        (by_skus("ä-привет-ω"), 1),
        (by_skus('it\'s \\ %s {} "quoted"'), 0),
    ],
)
def test_a_selection_means_the_products_it_says(
    connection: Connection, selection: Selection, count: int
) -> None:
    add_products(connection, PRODUCTS)
    assert count_selected(connection, selection) == count


@pytest.mark.parametrize(
    "selection",
    [
        ALL,
        by_skus("A", "ä", "'{\\"),
        by_filter(
            active=True,
            sku="%s",
            **{"price[gte]": "1.50", "updated_at[lte]": "2026-03-01T12:00:00.123456+01:00"},
        ),
    ],
)
def test_a_selection_is_read_as_it_was_kept(connection: Connection, selection: Selection) -> None:
    ledger.keep_request(connection, "job_1", selection.to_json())
    kept = Selection.from_json(ledger.read_request(connection, "job_1"))
    assert kept == selection
    assert kept.condition().as_string(connection) == selection.condition().as_string(connection)


def test_a_job_shows_the_filter_and_of_skus_their_number() -> None:
    assert by_skus("A", "B", "A ").describe() == {"sku_count": 2}
    assert by_filter(active=True).describe() == {"filter": {"active": True}}
    assert ALL.describe() == {"all": True}
