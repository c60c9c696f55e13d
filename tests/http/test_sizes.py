"""Answers are measured as Lambda takes them, and a page holds what fits."""

import json

import pytest
from chalice.app import Response
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.http.routing import make_response
from chalicelib.http.sizes import (
    MAX_ESCAPED_BYTE,
    MAX_ESCAPED_CHARACTER,
    MAX_PAGE_BYTES,
    PageBudget,
    measure,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
QUOTES = 6  # around a text, written in a text


def handed_over(response: Response) -> str:
    """Return a response as Lambda's runtime for Python 3.11 writes it; later ones write less."""
    return json.dumps(response.to_dict())


@given(TEXTS)
def test_a_value_takes_what_its_answer_grows_by(text: str) -> None:
    empty, written = (len(handed_over(make_response([value]))) for value in ("", text))
    assert measure(text) == written - empty + QUOTES


@given(TEXTS)
def test_no_text_takes_more_than_its_bytes_and_characters_may(text: str) -> None:
    assert measure(text) <= MAX_ESCAPED_BYTE * len(text.encode()) + QUOTES
    assert measure(text) <= MAX_ESCAPED_CHARACTER * len(text) + QUOTES


def test_the_most_is_taken_by_some() -> None:
    assert measure("\x01" * 10) == MAX_ESCAPED_BYTE * 10 + QUOTES
    assert measure("\U0001f600" * 10) == MAX_ESCAPED_CHARACTER * 10 + QUOTES


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [
        ([], 0),
        ([1] * 5, 5),
        ([1] * 6, 5),
        ([MAX_PAGE_BYTES - 1, 1, 1], 2),
        ([MAX_PAGE_BYTES, 0, 1], 2),
        ([2 * MAX_PAGE_BYTES, 1], 1),
        ([1, MAX_PAGE_BYTES, 1], 1),
    ],
)
def test_a_page_takes_what_fits_and_always_its_first_item(sizes: list[int], taken: int) -> None:
    assert PageBudget(5).take(sizes) == taken


def test_a_page_that_is_full_takes_nothing_more() -> None:
    room = PageBudget(5)
    assert (room.take([1, 1]), room.is_full) == (2, False)
    assert (room.take([MAX_PAGE_BYTES]), room.is_full) == (0, True)
    assert room.take([1]) == 0
    assert (room.items, PageBudget(1).take([1])) == (3, 1)
