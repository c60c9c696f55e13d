"""The table: conditions, updates, queries and transactions, against an emulated DynamoDB."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from chalicelib.dynamodb import (
    ConditionFailedError,
    LostRaceError,
    Table,
    WriteConflictError,
)
from chalicelib.errors import TryAgainError
from tests.fakes.aws import JOBS_TABLE, TABLES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = {"job_id": "a"}
IS_NEW = Attr("job_id").not_exists()


@pytest.fixture
def table(account: None) -> Table:
    """The jobs table: its key is job_id, and its index by_created is of listing and job_id."""
    return Table(boto3.client("dynamodb"), JOBS_TABLE)


@pytest.fixture
def other(account: None) -> Table:
    """Another table, whose key is event_id."""
    return Table(boto3.client("dynamodb"), TABLES["OutboxTable"])


def _fill(table: Table, count: int) -> list[str]:
    names = [f"job-{number:02}" for number in range(count)]
    for number, name in enumerate(names):
        table.put({"job_id": name, "listing": "job", "number": number})
    return names


def test_an_item_is_got_as_it_was_put(table: Table) -> None:
    table.put(KEY | {"size": 3, "share": 0.5, "at": NOW, "none": None, "flags": [True, None]})
    assert table.get(KEY) == {
        "job_id": "a",
        "size": 3,
        "share": Decimal("0.5"),
        "at": "2026-03-01T12:00:00.000Z",
        "flags": [True, None],
    }
    assert table.get({"job_id": "b"}) is None


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    table.put(KEY | {"size": 3})
    table.put(KEY | {"count": 1})
    assert table.get(KEY) == {"job_id": "a", "count": 1}


def test_a_conditional_put_is_done_once(table: Table) -> None:
    table.put(KEY | {"size": 3}, IS_NEW)
    with pytest.raises(ConditionFailedError):
        table.put(KEY | {"size": 4}, IS_NEW)
    assert table.get(KEY) == {"job_id": "a", "size": 3}


def test_an_update_sets_removes_and_adds(table: Table) -> None:
    table.put(KEY | {"size": 3, "name": "x", "status": "NEW", "at": NOW})
    changes = {"size": 4, "status": "OLD", "name": None, "at": NOW + timedelta(hours=1)}
    updated = table.update(KEY, changes, add={"count": 2, "ttl": -1})
    assert updated == table.get(KEY)
    assert updated == {
        "job_id": "a",
        "size": 4,
        "status": "OLD",
        "at": "2026-03-01T13:00:00.000Z",
        "count": 2,
        "ttl": -1,
    }


def test_an_update_may_do_any_one_thing(table: Table) -> None:
    assert table.update(KEY, {"size": 4}) == {"job_id": "a", "size": 4}
    assert table.update(KEY, {"size": None}) == KEY
    assert table.update(KEY, {}, add={"count": 1}) == {"job_id": "a", "count": 1}


def test_a_conditional_update_compares_times_and_the_values_it_sets(table: Table) -> None:
    table.put(KEY | {"due_at": NOW, "version": 1})
    due = Attr("due_at").lte(NOW) & Attr("version").eq(1)
    later = NOW + timedelta(seconds=1)
    table.update(KEY, {"due_at": later}, add={"version": 1}, condition=due)
    with pytest.raises(ConditionFailedError):
        table.update(KEY, {"due_at": NOW}, condition=due)
    assert table.get(KEY) == {"job_id": "a", "due_at": "2026-03-01T12:00:01.000Z", "version": 2}


def test_an_update_of_a_missing_item_needs_a_condition_not_to_create_it(table: Table) -> None:
    with pytest.raises(ConditionFailedError):
        table.update(KEY, {"size": 4}, condition=Attr("job_id").exists())
    assert table.get(KEY) is None


def test_a_delete_is_idempotent_without_a_condition(table: Table) -> None:
    table.put(KEY)
    table.delete(KEY, Attr("job_id").exists())
    table.delete(KEY)
    with pytest.raises(ConditionFailedError):
        table.delete(KEY, Attr("job_id").exists())


def test_a_query_pages_in_either_order(table: Table) -> None:
    names = _fill(table, 5)
    listed = Key("listing").eq("job")
    first = table.query(listed, index="by_created", limit=2)
    assert [item["job_id"] for item in first.items] == names[:2]
    rest = table.query(listed, index="by_created", start=first.last_key)
    assert ([item["job_id"] for item in rest.items], rest.last_key) == (names[2:], None)
    start = {"listing": "job", "job_id": names[3]}
    newest = table.query(listed, index="by_created", limit=2, start=start, descending=True)
    assert [item["job_id"] for item in newest.items] == [names[2], names[1]]


def test_a_query_filters_after_its_limit(table: Table) -> None:
    names = _fill(table, 6)
    pages = table.query_pages(
        Key("listing").eq("job"),
        index="by_created",
        limit=2,
        condition=Attr("number").gte(3),
        most_queries=9,
    )
    assert [[item["job_id"] for item in page.items] for page in pages][:3] == [
        [],
        names[3:4],
        names[4:],
    ]


def test_pages_end_after_so_many_queries(table: Table) -> None:
    _fill(table, 6)
    pages = table.query_pages(Key("listing").eq("job"), index="by_created", limit=1, most_queries=2)
    assert [len(page.items) for page in pages] == [1, 1]


def test_a_query_takes_a_range_of_keys(table: Table) -> None:
    names = _fill(table, 5)
    key = Key("listing").eq("job") & Key("job_id").between(names[1], names[2])
    assert [i["job_id"] for i in table.query(key, index="by_created").items] == names[1:3]


def test_a_scan_filters(table: Table) -> None:
    names = _fill(table, 5)
    assert {item["job_id"] for item in table.scan().items} == set(names)
    assert [item["job_id"] for item in table.scan(Attr("number").lt(1)).items] == names[:1]


def test_a_transaction_writes_all_or_nothing(table: Table, other: Table) -> None:
    table.put({"job_id": "b"})
    writes = [
        table.make_put(KEY | {"size": 1}, IS_NEW),
        table.make_delete({"job_id": "b"}, Attr("job_id").exists()),
        table.make_update({"job_id": "count"}, {}, add={"amount": 1}),
        other.make_put({"event_id": "e"}),
    ]
    table.write_all(writes)
    assert table.get(KEY) == {"job_id": "a", "size": 1}
    assert table.get({"job_id": "b"}) is None
    other.delete({"event_id": "e"})
    with pytest.raises(ConditionFailedError):
        table.write_all(writes)
    assert table.get({"job_id": "count"}) == {"job_id": "count", "amount": 1}
    assert other.get({"event_id": "e"}) is None


def _error(operation: str, code: str, *reasons: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "m"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, operation)


class FailingClient:
    """Fails every call with one error."""

    def __init__(self, error: ClientError) -> None:
        self._error = error

    def put_item(self, **request: Any) -> None:
        raise self._error

    transact_write_items = put_item


_DO: dict[str, Callable[[Table], None]] = {
    "PutItem": lambda table: table.put(KEY),
    "TransactWriteItems": lambda table: table.write_all([table.make_put(KEY)] * 2),
}
_CANCELLED = "TransactionCanceledException"


@pytest.mark.parametrize(
    ("operation", "codes", "expected"),
    [
        ("PutItem", ["ConditionalCheckFailedException"], ConditionFailedError),
        ("PutItem", ["TransactionConflictException"], WriteConflictError),
        ("PutItem", ["ThrottlingException"], ClientError),
        (
            "TransactWriteItems",
            [_CANCELLED, "None", "ConditionalCheckFailed"],
            ConditionFailedError,
        ),
        ("TransactWriteItems", [_CANCELLED, "TransactionConflict", "None"], WriteConflictError),
        (
            "TransactWriteItems",
            [_CANCELLED, "ConditionalCheckFailed", "TransactionConflict"],
            WriteConflictError,
        ),
        ("TransactWriteItems", [_CANCELLED, "ThrottlingError"], ClientError),
    ],
)
def test_errors_of_aws_are_translated(
    operation: str, codes: list[str], expected: type[Exception]
) -> None:
    table = Table(FailingClient(_error(operation, *codes)), "table")
    with pytest.raises(expected) as caught:
        _DO[operation](table)
    assert type(caught.value) is expected


def test_a_conflict_is_a_lost_race_and_worth_another_try() -> None:
    assert issubclass(WriteConflictError, LostRaceError)
    assert issubclass(WriteConflictError, TryAgainError)
    assert not issubclass(ConditionFailedError, TryAgainError)
