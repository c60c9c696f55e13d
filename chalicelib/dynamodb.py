"""DynamoDB tables: values in and out, conditions as boto3 has them, errors by class.

The one place that builds DynamoDB's expressions and knows its error codes. A store builds on
`Table` and on the mapping in `items`; `Attr` and `Key` are boto3's conditions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder
from botocore.exceptions import ClientError

from chalicelib.aws import error_code
from chalicelib.errors import TryAgainError
from chalicelib.items import Values, deserialize, serialize

_CONDITION_FAILED, _CONFLICT = "ConditionalCheckFailed", "TransactionConflict"


class LostRaceError(Exception):
    """Another writer was first; nothing is written."""


class ConditionFailedError(LostRaceError):
    """The item doesn't meet the condition of a write; nothing is written."""


class WriteConflictError(LostRaceError, TryAgainError):
    """Another transaction is writing the item; nothing is written, whatever the condition."""


class Write(NamedTuple):
    """One write, to be done alone or in a transaction."""

    kind: Literal["Put", "Update", "Delete"]
    request: dict[str, Any]


class Page(NamedTuple):
    """What a query read; `last_key` is where the next one starts, None at the end."""

    items: list[Values]
    last_key: Values | None


class Table:
    """One table. Its reads return values that `items.from_values` makes dataclasses of."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    def get(self, key: Mapping[str, Any]) -> Values | None:
        """Return the item, by a consistent read."""
        found = self._client.get_item(TableName=self._name, Key=serialize(key), ConsistentRead=True)
        return deserialize(found["Item"]) if "Item" in found else None

    def put(self, values: Mapping[str, Any], condition: ConditionBase | None = None) -> None:
        """Write a whole item, in place of one that has its key. Raises LostRaceError."""
        self._do(self.make_put(values, condition))

    def update(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        add: Mapping[str, int] | None = None,
        condition: ConditionBase | None = None,
    ) -> Values:
        """Change single attributes, and return the item as it is then. Raises LostRaceError.

        `values` are set, or removed where they are None; the numbers of `add` are added. Without a
        condition, an item that doesn't exist is created.
        """
        write = self.make_update(key, values, add=add, condition=condition)
        return deserialize(self._do(write, ReturnValues="ALL_NEW")["Attributes"])

    def delete(self, key: Mapping[str, Any], condition: ConditionBase | None = None) -> None:
        """Delete the item if it exists. Raises LostRaceError."""
        self._do(self.make_delete(key, condition))

    def make_put(self, values: Mapping[str, Any], condition: ConditionBase | None = None) -> Write:
        """Return what `put` does, for a transaction."""
        request = _Expressions().request(ConditionExpression=condition)
        return Write("Put", {"TableName": self._name, "Item": serialize(values)} | request)

    def make_update(
        self,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        add: Mapping[str, int] | None = None,
        condition: ConditionBase | None = None,
    ) -> Write:
        """Return what `update` does, for a transaction."""
        expressions = _Expressions()
        update = expressions.update(values, add or {})
        request = expressions.request(ConditionExpression=condition) | {"UpdateExpression": update}
        return Write("Update", {"TableName": self._name, "Key": serialize(key)} | request)

    def make_delete(self, key: Mapping[str, Any], condition: ConditionBase | None = None) -> Write:
        """Return what `delete` does, for a transaction."""
        request = _Expressions().request(ConditionExpression=condition)
        return Write("Delete", {"TableName": self._name, "Key": serialize(key)} | request)

    def query(
        self,
        key: ConditionBase,
        *,
        index: str | None = None,
        condition: ConditionBase | None = None,
        limit: int | None = None,
        start: Mapping[str, Any] | None = None,
        descending: bool = False,
        consistent: bool = False,
    ) -> Page:
        """Return the items whose key meets `key`, by their sort key, from after `start` on.

        DynamoDB reads at most `limit` items (1 MB) and then drops those that don't meet
        `condition`. Indexes are eventually consistent.
        """
        request = _Expressions().request(KeyConditionExpression=key, FilterExpression=condition)
        request |= {"ScanIndexForward": not descending, "ConsistentRead": consistent}
        if index:
            request["IndexName"] = index
        if limit:
            request["Limit"] = limit
        if start:
            request["ExclusiveStartKey"] = serialize(start)
        return _read_page(self._client.query(TableName=self._name, **request))

    def query_pages(
        self,
        key: ConditionBase,
        *,
        most_queries: int,
        start: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Iterator[Page]:
        """Yield one page a query, until the end or for `most_queries`; `options` are query's."""
        for _ in range(most_queries):
            page = self.query(key, start=start, **options)
            yield page
            start = page.last_key
            if start is None:
                return

    def scan(self, condition: ConditionBase | None = None) -> Page:
        """Return the items of the whole table (1 MB) that meet `condition`, consistently read."""
        request = _Expressions().request(FilterExpression=condition)
        return _read_page(self._client.scan(TableName=self._name, ConsistentRead=True, **request))

    def write_all(self, writes: Sequence[Write]) -> None:
        """Do all the writes, of any tables, in one transaction, or none. Raises LostRaceError.

        A single write is done without a transaction, which would cost twice as much.
        """
        if len(writes) == 1:
            self._do(writes[0])
            return
        with _translating():
            self._client.transact_write_items(
                TransactItems=[{write.kind: write.request} for write in writes]
            )

    def _do(self, write: Write, **options: Any) -> Any:
        do = getattr(self._client, f"{write.kind.lower()}_item")
        with _translating():
            return do(**write.request, **options)


class _Expressions:
    """Expressions of one request, which share their placeholders for names and values."""

    def __init__(self) -> None:
        self._builder = ConditionExpressionBuilder()
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def update(self, values: Mapping[str, Any], add: Mapping[str, int]) -> str:
        """Return an update expression."""
        removed = [name for name, value in values.items() if value is None]
        set_to = [
            f"{self._name(name)} = {self._value(value)}"
            for name, value in values.items()
            if value is not None
        ]
        clauses = {
            "SET": set_to,
            "REMOVE": [self._name(name) for name in removed],
            "ADD": [f"{self._name(name)} {self._value(more)}" for name, more in add.items()],
        }
        return " ".join(f"{verb} {', '.join(terms)}" for verb, terms in clauses.items() if terms)

    def request(self, **conditions: ConditionBase | None) -> dict[str, Any]:
        """Return the arguments of a request: its conditions, and all names and values so far."""
        request: dict[str, Any] = {}
        for argument, condition in conditions.items():
            if condition is not None:
                is_key = argument == "KeyConditionExpression"
                built = self._builder.build_expression(condition, is_key_condition=is_key)
                request[argument] = built.condition_expression
                self._names |= built.attribute_name_placeholders
                self._values |= built.attribute_value_placeholders
        if self._names:
            request["ExpressionAttributeNames"] = self._names
        if self._values:
            request["ExpressionAttributeValues"] = serialize(self._values)
        return request

    def _name(self, name: str) -> str:
        placeholder = f"#u{len(self._names)}"
        self._names[placeholder] = name
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":u{len(self._values)}"
        self._values[placeholder] = value
        return placeholder


@contextmanager
def _translating() -> Iterator[None]:
    """Raise a lost race as LostRaceError; other errors of AWS pass."""
    try:
        yield
    except ClientError as error:
        codes = _codes_of(error)
        if _CONFLICT in codes:
            raise WriteConflictError("another transaction is writing the item") from error
        if _CONDITION_FAILED in codes:
            raise ConditionFailedError from error
        raise


def _codes_of(error: ClientError) -> set[str]:
    """Return the error's code, and in a cancelled transaction that of each write."""
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = [error_code(error), *(str(reason.get("Code")) for reason in reasons)]
    return {code.removesuffix("Exception") for code in codes}


def _read_page(found: Mapping[str, Any]) -> Page:
    last = found.get("LastEvaluatedKey")
    return Page([deserialize(item) for item in found["Items"]], deserialize(last) if last else None)
