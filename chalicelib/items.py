"""Dataclasses as items of DynamoDB, and back: the one mapping that every store uses.

| Python                      | stored as                                                    |
|-----------------------------|--------------------------------------------------------------|
| datetime                    | text, as `format_time` writes it, so that texts sort by time |
| int, float, Decimal         | number                                                       |
| dataclass, mapping          | map                                                          |
| tuple, list                 | list                                                         |
| None in a dataclass         | nothing; reading an absent field is its default, or None     |
| None in a mapping or a list | null                                                         |

A field of type Any, or of a union of several types, is read as plain JSON values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.times import format_time

Values = dict[str, Any]  # of an item, as Python has them: numbers are Decimals
Item = dict[str, Any]  # as the client sends it: {"name": {"S": "text"}}
DataT = TypeVar("DataT")

_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()
_Read = Callable[[Any], Any]


def serialize(values: Mapping[str, Any]) -> Item:
    """Return the item of `values`. A value that is None is left out."""
    return {
        name: _SERIALIZER.serialize(_to_plain(value))
        for name, value in values.items()
        if value is not None
    }


def deserialize(item: Mapping[str, Any]) -> Values:
    """Return the values of an item; `from_values` makes a dataclass of them."""
    return {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}


def to_values(data: Any) -> Values:
    """Return the fields of a dataclass as an item stores them, without those that are None.

    Raises ValueError for a None that would be read as another default.
    """
    values = {}
    for field in fields(data):
        value = getattr(data, field.name)
        if value is not None:
            values[field.name] = _to_plain(value)
        elif _has_default(field) and field.default is not None:
            raise ValueError(f"{type(data).__name__}.{field.name} can't store None")
    return values


def from_values(kind: type[DataT], values: Mapping[str, Any]) -> DataT:
    """Return the dataclass of an item's values; values that aren't fields are ignored.

    Raises TypeError when a field is absent that has no default and can't be None.
    """
    readers, absent = _fields_of(kind)  # type: ignore[arg-type]
    read = {
        name: read(values[name]) for name, read in readers.items() if values.get(name) is not None
    }
    return kind(**absent | read)


def _to_plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _to_plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(inner) for inner in value]
    if is_dataclass(value):
        return to_values(value)
    return value


@cache
def _fields_of(kind: type) -> tuple[dict[str, _Read], dict[str, None]]:
    """Return what reads each field, and the fields that are None where they are absent."""
    hints = get_type_hints(kind)
    readers = {field.name: _find_reader(hints[field.name]) for field in fields(kind)}
    absent = {
        field.name: None
        for field in fields(kind)
        if not _has_default(field) and NoneType in get_args(hints[field.name])
    }
    return readers, absent


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _find_reader(hint: Any) -> _Read:
    """Return what makes a value of type `hint` of a deserialized one."""
    if isinstance(hint, type) and is_dataclass(hint):
        return partial(from_values, hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _optional_reader(arguments)
    if origin in (tuple, list, Sequence):
        return _sequence_reader(list if origin is list else tuple, arguments)
    return _mapping_reader(arguments) if origin in (dict, Mapping) else _to_json


def _optional_reader(arguments: Sequence[Any]) -> _Read:
    others = [argument for argument in arguments if argument is not NoneType]
    read = _find_reader(others[0]) if len(others) == 1 else _to_json
    return lambda value: None if value is None else read(value)


def _sequence_reader(make: Callable[[Any], Any], arguments: Sequence[Any]) -> _Read:
    if make is list or arguments[1:] in ((), (Ellipsis,)):
        read = _find_reader(arguments[0])
        return lambda value: make(read(inner) for inner in value)
    readers = [_find_reader(argument) for argument in arguments]
    return lambda value: tuple(read(inner) for read, inner in zip(readers, value, strict=True))


def _mapping_reader(arguments: Sequence[Any]) -> _Read:
    read = _find_reader(arguments[1])
    return lambda value: {name: read(inner) for name, inner in value.items()}


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _to_json(inner) for name, inner in value.items()}
    return [_to_json(inner) for inner in value] if isinstance(value, list) else value


_SIMPLE: dict[Any, _Read] = {
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
    int: int,
    float: float,
    str: str,
    bool: bool,
}
