"""If-None-Match, If-Match and Accept."""

from typing import Any

import pytest
from chalice.app import Request

from chalicelib.errors import ProblemError
from chalicelib.http.accept import prefers
from chalicelib.http.conditional import matches, read_if_match


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


@pytest.mark.parametrize("given", ['"3"', '"1", "3"', 'W/"1","3"', "*", " * ", None])
def test_the_version_that_is_named_may_be_changed(given: str | None) -> None:
    headers = {} if given is None else {"if-match": given}
    read_if_match(_request(**headers)).check('"3"')


@pytest.mark.parametrize("given", ['"1"', 'W/"3"', '"33"', "3", "", '"1", W/"3"', '"*"'])
def test_another_version_may_not(given: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_if_match(_request(**{"if-match": given})).check('"3"')
    assert (caught.value.status, caught.value.code) == (412, "precondition_failed")
    assert caught.value.headers["ETag"] == '"3"'


def test_a_version_must_be_named_where_that_is_required() -> None:
    with pytest.raises(ProblemError) as caught:
        read_if_match(_request(), is_required=True)
    assert (caught.value.status, caught.value.code) == (428, "precondition_required")
    read_if_match(_request(**{"if-match": "*"}), is_required=True).check('"3"')


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
