"""One product as a client creates, reads, changes and deletes it, over a real PostgreSQL."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chalice.test import HTTPResponse
from psycopg2.extensions import connection as Connection

from chalicelib.jobs.store import get_job_store
from chalicelib.products.lease import leave_lease, take_lease
from chalicelib.settings import get_settings
from chalicelib.webhooks.store import get_webhook_store
from chalicelib.webhooks.wanted import get_wanted_types
from infra.local.postgres import Database
from tests.fakes.api import Api, fields_of, problem_of
from tests.fakes.jobs import NOW, make_bulk_delete
from tests.fakes.webhooks import make_webhook
from tests.products.shelves import differences, empty, lease_holder, open_catalogue, put

JSON = "application/json"
LAMP: dict[str, Any] = {"sku": "LAMP-1", "name": "Desk lamp"}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> Iterator[Connection]:
    with open_catalogue(database.dsn) as connection:
        empty(connection)
        yield connection


def send(
    api: Api, method: str, path: str, body: Any = None, media: str = JSON, **headers: str
) -> HTTPResponse:
    content = b"" if body is None else json.dumps(body).encode()
    return api.send(method, path, content, {"Content-Type": media, **headers})


def make(api: Api, **values: Any) -> tuple[str, dict[str, Any], str]:
    """Create a product; return its path, itself and its ETag."""
    answer = send(api, "POST", "/products", LAMP | values)
    assert answer.status_code == 201, answer.body
    product = dict(answer.json_body)
    return f"/products/{product['id']}", product, answer.headers["ETag"]


def patch(api: Api, path: str, body: Any, **headers: str) -> HTTPResponse:
    return send(api, "PATCH", path, body, "application/merge-patch+json", **headers)


def test_a_product_is_created_with_defaults_and_read(api: Api, catalogue: Connection) -> None:
    path, product, etag = make(api)
    read = api.get(path)
    assert (read.status_code, read.json_body, read.headers["ETag"]) == (200, product, etag)
    assert read.headers["Cache-Control"] == "no-cache"
    for name in ("id", "created_at", "updated_at"):
        assert product.pop(name)
    assert product == LAMP | {
        "description": "",
        "price": "0.00",
        "quantity": 0,
        "active": True,
        "attributes": {},
        "source": None,
    }
    assert differences(catalogue) == []


def test_values_are_read_as_an_import_reads_them(api: Api) -> None:
    _, product, _ = make(
        api,
        sku="\t Lämp ",
        name="\u00a0Desk ",
        description=" two\nlines ",
        price=" +007.5 ",
        attributes={"colour": " red ", "size": "  "},
    )
    assert product["sku"] == "Lämp"
    assert product["name"] == "Desk"
    assert product["description"] == "two\nlines"
    assert product["price"] == "7.50"
    assert product["attributes"] == {"colour": "red"}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"sku": " "}, "sku", "sku_missing"),
        ({"name": ""}, "name", "name_missing"),
        ({"sku": "x" * 129}, "sku", "sku_too_long"),
        ({"name": "x" * 513}, "name", "name_too_long"),
        ({"sku": None}, "sku", "string_type"),
        ({"price": "1,50"}, "price", "price_not_decimal"),
        ({"price": ""}, "price", "price_not_decimal"),
        ({"price": "1e3"}, "price", "price_not_decimal"),
        ({"price": "-1"}, "price", "price_negative"),
        ({"price": "1.001"}, "price", "price_too_precise"),
        ({"price": "10000000000"}, "price", "price_too_large"),
        ({"price": 12.5}, "price", "price_not_text"),
        ({"quantity": -1}, "quantity", "quantity_negative"),
        ({"quantity": 2**31}, "quantity", "quantity_too_large"),
        ({"quantity": 10**400}, "quantity", "quantity_too_large"),
        ({"quantity": "3"}, "quantity", "int_type"),
        ({"quantity": 1.5}, "quantity", "int_type"),
        ({"active": "yes"}, "active", "bool_type"),
        ({"description": "a\0b"}, "description", "nul_byte"),
        ({"description": "x" * (1024 * 1024 + 1)}, "description", "field_too_long"),
        ({"attributes": {"a": 1}}, "attributes.a", "string_type"),
        ({"attributes": {"": "x"}}, "attributes.", "too_short"),
        ({"attributes": {str(n): "x" for n in range(301)}}, "attributes", "too_long"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_bad_value_is_refused_by_the_rule_of_imports(
    api: Api, method: str, values: dict[str, Any], field: str, code: str
) -> None:
    if method == "POST":
        answer = send(api, "POST", "/products", LAMP | values)
    else:
        path, product, _ = make(api)
        body = values if method == "PATCH" else LAMP | values
        answer = send(api, method, path, body, **{"If-Match": "*"})
        assert api.get(path).json_body == product
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}


def test_a_taken_sku_names_the_other_product(api: Api) -> None:
    path, product, _ = make(api, sku="A-1")
    other, _, _ = make(api, sku="B-2")
    for answer in (
        send(api, "POST", "/products", LAMP | {"sku": " a-1 "}),
        patch(api, other, {"sku": "a-1"}),
        send(api, "PUT", other, LAMP | {"sku": "a-1"}, **{"If-Match": "*"}),
    ):
        assert problem_of(answer) == (409, "sku_taken")
        assert answer.json_body["product"] == {"id": product["id"], "sku": "A-1"}
    assert patch(api, path, {"sku": "a-1"}).status_code == 200  # its own, in another case


def test_the_same_sku_at_the_same_time_makes_one_product(api: Api) -> None:
    def create(_: int) -> int:
        return send(api, "POST", "/products", LAMP).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == [201, 409, 409, 409]


def test_a_patch_changes_what_it_names(api: Api, catalogue: Connection) -> None:
    path, before, etag = make(
        api, price="5.00", quantity=3, description="d", attributes={"a": "1", "b": "2"}
    )
    asked = {
        "name": "New",
        "price": None,
        "quantity": None,
        "description": None,
        "attributes": {"a": None, "c": "3"},
    }
    answer = patch(api, path, asked)
    assert answer.status_code == 200
    changed = dict(answer.json_body)
    assert answer.headers["ETag"] != etag
    assert changed.pop("updated_at") > before.pop("updated_at")
    assert changed == before | {
        "name": "New",
        "price": None,
        "quantity": None,
        "description": "",
        "attributes": {"b": "2", "c": "3"},
    }
    assert differences(catalogue) == []
    assert patch(api, path, {"attributes": None}).json_body["attributes"] == {}


@pytest.mark.parametrize("body", [{}, {"name": "Desk lamp"}, {"price": "0"}, {"attributes": {}}])
def test_a_patch_that_changes_nothing_writes_nothing(api: Api, body: dict[str, Any]) -> None:
    path, product, etag = make(api)
    answer = patch(api, path, body)
    assert (answer.status_code, answer.headers["ETag"]) == (200, etag)
    assert answer.json_body == product


def test_a_put_replaces_the_whole(api: Api, catalogue: Connection) -> None:
    path, before, _ = make(api, price="5.00", quantity=3, attributes={"a": "1"})
    answer = send(api, "PUT", path, {"sku": "X", "name": "Y"}, **{"If-Match": "*"})
    assert answer.status_code == 200
    changed = answer.json_body
    assert (changed["sku"], changed["name"], changed["price"]) == ("X", "Y", "0.00")
    assert (changed["quantity"], changed["attributes"]) == (0, {})
    assert changed["id"] == before["id"]
    assert differences(catalogue) == []


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


def test_a_deleted_product_is_gone(api: Api, catalogue: Connection) -> None:
    path, _, _ = make(api)
    answer = send(api, "DELETE", path)
    assert (answer.status_code, answer.body) == (204, b"")
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert problem_of(send(api, method, path, body)) == (404, "product_not_found")
    assert differences(catalogue) == []
    assert make(api)[0] != path


@pytest.mark.parametrize("name", ["x", "-1", "1.0", "99999999999999999999", "9223372036854775808"])
def test_what_is_no_id_is_not_found(api: Api, name: str) -> None:
    assert problem_of(api.get(f"/products/{name}")) == (404, "product_not_found")


def test_an_unchanged_product_is_not_sent_again(api: Api) -> None:
    path, _, etag = make(api)
    answer = api.get(path, If_None_Match=etag)
    assert (answer.status_code, answer.body, answer.headers["ETag"]) == (304, b"", etag)


def test_a_repeated_post_makes_one_product(api: Api) -> None:
    first = send(api, "POST", "/products", LAMP, **{"Idempotency-Key": "once"})
    again = send(api, "POST", "/products", LAMP, **{"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json_body == again.json_body


def test_a_patch_has_its_own_media_type(api: Api) -> None:
    path, _, _ = make(api)
    assert send(api, "PATCH", path, {"name": "New"}).status_code == 200
    answer = send(api, "PATCH", path, {"name": "New"}, "application/json-patch+json")
    assert problem_of(answer) == (415, "unsupported_media_type")
    assert "application/merge-patch+json" in answer.headers["Accept-Patch"]


def test_an_imported_product_keeps_its_source(api: Api, catalogue: Connection) -> None:
    product_id = put(catalogue, sku="A", job_id="job_a")
    answer = patch(api, f"/products/{product_id}", {"price": "3.00"})
    assert answer.json_body["source"] == {"job_id": "job_a", "line": 1}
    assert answer.json_body["price"] == "3.00"


def test_limits_are_those_of_the_settings(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKU_MAX_LENGTH", "3")
    get_settings.cache_clear()
    try:
        answer = send(api, "POST", "/products", LAMP)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert fields_of(answer) == {"sku": "sku_too_long"}


def _begin_job(catalogue: Connection) -> str:
    """Have a job change the catalogue; return its id."""
    job = make_bulk_delete()
    get_job_store().create(job)
    assert take_lease(catalogue, job.job_id)
    catalogue.commit()
    return job.job_id


def test_no_product_gets_another_sku_while_a_job_changes_the_catalogue(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    job_id = _begin_job(catalogue)
    answer = patch(api, path, {"sku": "B-2"})
    assert problem_of(answer) == (409, "catalogue_busy")
    assert answer.headers["Retry-After"]
    assert patch(api, path, {"sku": "a-1", "name": "Same"}).status_code == 200
    leave_lease(catalogue, job_id)
    catalogue.commit()
    assert patch(api, path, {"sku": "B-2"}).status_code == 200


def test_a_job_that_ended_without_giving_back_its_lease_keeps_no_edit_out(
    api: Api, catalogue: Connection
) -> None:
    path, _, _ = make(api, sku="A-1")
    job_id = _begin_job(catalogue)
    get_job_store().request_cancel(job_id, NOW)
    assert patch(api, path, {"sku": "B-2"}).json_body["sku"] == "B-2"
    assert lease_holder(catalogue) is None


class Invoked(list[str]):
    """Lambda, as far as an edit asks it to run functions."""

    def invoke(self, FunctionName: str, InvocationType: str) -> None:  # noqa: N803  # as boto3 does
        assert InvocationType == "Event"
        self.append(FunctionName)


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> Invoked:
    fake = Invoked()
    monkeypatch.setattr("chalicelib.events.drain.get_client", lambda name, tries: fake)
    get_wanted_types.cache_clear()
    return fake


def drain(catalogue: Connection) -> None:
    with catalogue.cursor() as cursor:
        cursor.execute("DELETE FROM events")
    catalogue.commit()


def test_the_drain_is_hastened_only_for_what_a_webhook_asked_for_by_name(
    api: Api, catalogue: Connection, invoked: Invoked
) -> None:
    store, everything = get_webhook_store(), make_webhook()
    store.create(everything)
    path, _, _ = make(api)
    drain(catalogue)
    assert patch(api, path, {"price": "1.00"}).status_code == 200
    assert invoked == []
    by_name = make_webhook(event_types=("product.updated",))
    store.create(by_name)
    get_wanted_types.cache_clear()  # a second has gone by
    try:
        drain(catalogue)
        assert patch(api, path, {"price": "1.00"}).status_code == 200  # as it is
        assert invoked == []
        assert patch(api, path, {"price": "2.00"}).status_code == 200
        assert invoked == ["drain-events"]
        assert patch(api, path, {"price": "3.00"}).status_code == 200  # told together
        assert invoked == ["drain-events"]
        drain(catalogue)
        assert send(api, "DELETE", path).status_code == 204  # which nobody asked for
        assert invoked == ["drain-events"]
    finally:
        for webhook in (everything, by_name):
            store.delete(webhook.webhook_id)


def test_a_patch_leaves_no_more_attributes_than_a_product_may_have(api: Api) -> None:
    path, _, _ = make(api, attributes={f"a{n}": "x" for n in range(200)})
    answer = patch(api, path, {"attributes": {f"b{n}": "x" for n in range(101)}})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"attributes": "too_many_attributes"}
