"""Edits and reads of a product as it was read before: If-Match and If-None-Match."""

import pytest

from tests.fakes.api import Api, problem_of
from tests.products.editing import LAMP, make, send

pytestmark = pytest.mark.usefixtures("catalogue")


def test_a_put_says_what_it_replaces(api: Api) -> None:
    path, _, etag = make(api)
    assert problem_of(send(api, "PUT", path, LAMP)) == (428, "precondition_required")
    assert send(api, "PUT", path, LAMP, **{"If-Match": etag}).status_code == 200


@pytest.mark.parametrize("given", ['"0"', 'W/"1"', "1", "", '"0", "7"'])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_was_changed_since_is_left_alone(api: Api, method: str, given: str) -> None:
    path, product, etag = make(api)
    body = None if method == "DELETE" else LAMP | {"name": "Other"}
    answer = send(api, method, path, body, **{"If-Match": given})
    assert problem_of(answer) == (412, "precondition_failed")
    assert answer.headers["ETag"] == etag
    assert api.get(path).json_body == product


@pytest.mark.parametrize("given", ["{etag}", '"0", {etag}', "*", "{etag} , W/{etag}"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_is_as_it_was_read_is_changed(api: Api, method: str, given: str) -> None:
    path, _, etag = make(api)
    body = None if method == "DELETE" else LAMP | {"name": "Other"}
    answer = send(api, method, path, body, **{"If-Match": given.format(etag=etag)})
    assert answer.status_code == (204 if method == "DELETE" else 200)


def test_an_unchanged_product_is_not_sent_again(api: Api) -> None:
    path, _, etag = make(api)
    answer = api.get(path, If_None_Match=etag)
    assert (answer.status_code, answer.body, answer.headers["ETag"]) == (304, b"", etag)
