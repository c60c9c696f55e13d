"""If-None-Match and Accept."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib.errors import ProblemError
from chalicelib.http.accept import prefers
from chalicelib.http.conditional import check_if_match, check_if_match_sent, is_not_modified


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
    assert is_not_modified(_request(**{"if-none-match": given}), '"3"') is is_known


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


@pytest.mark.parametrize("given", [None, "*", ' "3"', '"1", "3"', 'W/"3", "3"'])
def test_what_is_as_it_was_read_passes(given: str | None) -> None:
    headers = {} if given is None else {"if-match": given}
    check_if_match(_request(**headers), '"3"')


@pytest.mark.parametrize("given", ["", '"1"', 'W/"3"', "3", '"1", "2"', '"1" "3'])
def test_what_has_another_version_is_refused(given: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check_if_match(_request(**{"if-match": given}), '"3"')
    assert (refused.value.status, refused.value.headers["ETag"]) == (412, '"3"')


def test_a_version_may_have_to_be_named() -> None:
    with pytest.raises(ProblemError) as refused:
        check_if_match_sent(_request())
    assert refused.value.status == 428
    check_if_match_sent(_request(**{"if-match": "*"}))
