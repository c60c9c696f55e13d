"""If-None-Match and Accept."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib.http.accept import prefers
from chalicelib.http.conditional import matches


def _request(**headers: str) -> Request:
    event: dict[str, Any] = {
        "multiValueQueryStringParameters": None,
        "headers": headers,
        "pathParameters": {},
        "requestContext": {"httpMethod": "GET", "resourcePath": "/"},
        "body": None,
        "stageVariables": None,
    }
    return Request(event)


@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        ('"3"', True),
        ('W/"3"', True),
        ('"1", "3"', True),
        ("*", True),
        ('"33"', False),
        ("3", False),
        ("", False),
    ],
)
def test_an_answer_the_client_has_is_known_by_its_tag(given: str, is_known: bool) -> None:
    assert matches(_request(**{"if-none-match": given}), '"3"') is is_known


@pytest.mark.parametrize(
    ("accept", "wants_csv"),
    [
        ("text/csv", True),
        ("text/csv;q=0.9, application/json;q=0.5", True),
        ("text/*, */*;q=0.1", True),
        ("TEXT/CSV", True),
        ("*/*", False),
        ("application/json", False),
        ("text/csv, application/json", False),
        ("text/csv;q=0", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("text/csv;q=x", True),
        ("", False),
    ],
)
def test_csv_is_answered_to_who_would_rather_have_it(accept: str, wants_csv: bool) -> None:
    assert prefers(_request(accept=accept), "text/csv", "application/json") is wants_csv
