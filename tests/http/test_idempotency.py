"""Idempotency-Key: a POST that is sent again is done once."""

from collections.abc import Iterator

import boto3
import pytest
from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.idempotency import do_once
from chalicelib.http.operations import Operation, ResponseSpec
from chalicelib.http.parsing import Body, read_body
from chalicelib.http.routing import Routes, make_response
from chalicelib.http.scopes import ANY_KEY
from tests.fakes.api import Api, problem_of
from tests.fakes.aws import IDEMPOTENCY_TABLE, open_account
from tests.fakes.keys import make_app


class _Thing(Body):
    name: str = ""
    fails: bool = False
    calls_again: bool = False


_SAID = Operation(tag="service", responses={201: ResponseSpec()})


class _Shop:
    """Makes things, and counts them."""

    def __init__(self) -> None:
        self.made = 0
        routes = Routes(__name__)
        for path in ("/things", "/others"):
            register = routes.route(
                path, methods=["POST"], scope=ANY_KEY, name=path, operation=_SAID
            )
            register(self._make_view(path))
        self.api = Api(make_app(routes))

    def _make_view(self, path: str):  # type: ignore[no-untyped-def]  # a view, as routes take it
        def view(request: Request) -> Response:
            asked = read_body(request, _Thing)
            kept = services().idempotency
            made = do_once(kept, request, f"POST {path}", asked, lambda: self._make(asked))
            return make_response(made, 201)

        return view

    def _make(self, asked: _Thing) -> dict[str, int]:
        if asked.fails:
            raise ProblemError(409, "not_now", "Not now.")
        if asked.calls_again:
            body = {"name": asked.name, "calls_again": True}
            found = self.api.post("/things", body, Idempotency_Key="k")
            assert problem_of(found) == (409, "request_in_progress")
        self.made += 1
        return {"number": self.made}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Shop]:
    with open_account(monkeypatch):
        yield _Shop()


def test_without_a_key_every_request_counts(shop: _Shop) -> None:
    numbers = [shop.api.post("/things", {"name": "a"}).json_body["number"] for _ in range(2)]
    assert numbers == [1, 2]


def test_with_a_key_a_request_is_done_once(shop: _Shop) -> None:
    first = shop.api.post("/things", {"name": "a", "fails": False}, Idempotency_Key="k")
    again = shop.api.post("/things", {"name": "a"}, Idempotency_Key="k")
    assert (first.status_code, first.json_body) == (again.status_code, again.json_body)
    assert shop.made == 1


def test_another_key_is_another_request(shop: _Shop) -> None:
    for key in ("k", "K", "l" * 255):
        shop.api.post("/things", {"name": "a"}, Idempotency_Key=key)
    assert shop.made == 3


def test_a_key_with_another_body_is_refused(shop: _Shop) -> None:
    shop.api.post("/things", {"name": "a"}, Idempotency_Key="k")
    found = shop.api.post("/things", {"name": "b"}, Idempotency_Key="k")
    assert problem_of(found) == (422, "idempotency_key_reused")
    assert shop.made == 1


def test_a_key_counts_for_its_route_alone(shop: _Shop) -> None:
    shop.api.post("/things", {"name": "a"}, Idempotency_Key="k")
    assert shop.api.post("/others", {"name": "b"}, Idempotency_Key="k").status_code == 201


def test_failed_request_can_be_retried(shop: _Shop) -> None:
    failed = shop.api.post("/things", {"fails": True}, Idempotency_Key="k")
    assert problem_of(failed) == (409, "not_now")
    assert shop.api.post("/things", {"fails": False}, Idempotency_Key="k").status_code == 201


def test_second_request_waits_while_the_first_is_running(shop: _Shop) -> None:
    body = {"name": "a", "calls_again": True}
    assert shop.api.post("/things", body, Idempotency_Key="k").status_code == 201
    assert shop.made == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ä", "a b", "a\tb"])
def test_a_key_that_is_none_is_refused(shop: _Shop, key: str) -> None:
    found = shop.api.post("/things", {"name": "a"}, Idempotency_Key=key)
    assert problem_of(found) == (400, "invalid_idempotency_key")


def test_what_is_kept_expires(shop: _Shop) -> None:
    shop.api.post("/things", {"name": "a"}, Idempotency_Key="k")
    [item] = boto3.client("dynamodb").scan(TableName=IDEMPOTENCY_TABLE)["Items"]
    assert set(item) >= {"id", "expiration", "status", "validation"}
    assert item["id"]["S"].startswith("POST /things#")


def test_a_store_that_does_not_answer_passes(shop: _Shop) -> None:
    boto3.client("dynamodb").delete_table(TableName=IDEMPOTENCY_TABLE)
    found = shop.api.post("/things", {"name": "a"}, Idempotency_Key="k")
    assert problem_of(found) == (503, "temporarily_unavailable")
    assert shop.made == 0
