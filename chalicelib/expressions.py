"""The expressions of DynamoDB's requests, with placeholders for names and values."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder

from chalicelib.items import serialize


class Expressions:
    """Expressions of one request, which share their placeholders for names and values."""

    def __init__(self) -> None:
        self._builder = ConditionExpressionBuilder()
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def update(self, values: Mapping[str, Any], add: Mapping[str, int]) -> str:
        """Return an update expression."""
        removed = [name for name, value in values.items() if value is None]
        set_to = [
            f"{self.name(name)} = {self._value(value)}"
            for name, value in values.items()
            if value is not None
        ]
        clauses = {
            "SET": set_to,
            "REMOVE": [self.name(name) for name in removed],
            "ADD": [f"{self.name(name)} {self._value(more)}" for name, more in add.items()],
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

    def name(self, name: str) -> str:
        """Return the placeholder of an attribute's name."""
        placeholder = f"#u{len(self._names)}"
        self._names[placeholder] = name
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":u{len(self._values)}"
        self._values[placeholder] = value
        return placeholder
