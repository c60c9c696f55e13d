"""The mapper between dataclasses and items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.items import deserialize, from_values, serialize, to_values
from chalicelib.times import format_time

Json = dict[str, Any]
NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@dataclass(frozen=True)
class Inner:
    """Nested in another."""

    at: datetime
    count: int = 0
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A field of every type that the stores use."""

    name: str
    until: datetime | None  # without a default
    at: datetime
    count: int
    share: float
    price: Decimal
    is_on: bool
    state: Literal["on", "off"]
    names: tuple[str, ...]
    inners: tuple[Inner, ...]
    pair: tuple[int, datetime]
    numbers: list[float]
    inner: Inner | None = None
    by_name: Mapping[str, Inner] = field(default_factory=dict)
    texts: Mapping[str, str] | None = None
    json: Json | None = None
    either: int | str | None = None


# Times are kept in milliseconds, and numbers to 38 digits, not as near to 0 as a float comes.
_TIMES = st.integers(0, 250_000_000_000_000).map(
    lambda milliseconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
_INTS = st.integers(-(10**30), 10**30)
_FLOATS = st.floats(-(2.0**53), 2.0**53).filter(lambda number: not 0 < abs(number) < 1e-100)
_JSON = st.recursive(
    st.none() | st.booleans() | st.text() | _INTS | _FLOATS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_INNERS = st.builds(Inner, at=_TIMES, count=_INTS, until=st.none() | _TIMES)
_OUTERS = st.builds(
    Outer,
    name=st.text(),
    until=st.none() | _TIMES,
    at=_TIMES,
    count=_INTS,
    share=_FLOATS,
    price=st.decimals(-(10**9), 10**9, places=4),
    is_on=st.booleans(),
    state=st.sampled_from(["on", "off"]),
    names=st.lists(st.text(), max_size=3).map(tuple),
    inners=st.lists(_INNERS, max_size=2).map(tuple),
    pair=st.tuples(_INTS, _TIMES),
    numbers=st.lists(_FLOATS, max_size=3),
    inner=st.none() | _INNERS,
    by_name=st.dictionaries(st.text(), _INNERS, max_size=2),
    texts=st.none() | st.dictionaries(st.text(), st.text(), max_size=2),
    json=st.none() | st.dictionaries(st.text(), _JSON, max_size=3),
    either=st.none() | _INTS | st.text(),
)


@given(_OUTERS)
def test_a_dataclass_is_read_back_as_it_was_written(outer: Outer) -> None:
    found = from_values(Outer, deserialize(serialize(to_values(outer))))
    assert found == outer
    types = (type(found.count), type(found.share), type(found.price), type(found.pair[0]))
    assert types == (int, float, Decimal, int)


@given(_TIMES, _TIMES)
def test_stored_times_sort_as_the_times_do(first: datetime, second: datetime) -> None:
    item = serialize({"first": first, "second": second})
    assert item["first"] == {"S": format_time(first)}
    assert (item["first"]["S"] < item["second"]["S"]) == (first < second)


def test_times_are_stored_in_utc() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert serialize({"at": there}) == {"at": {"S": "2026-03-01T12:00:00.250Z"}}


def test_none_is_not_stored_but_null_in_json_is() -> None:
    assert serialize({"a": None, "b": {"c": None}}) == {"b": {"M": {"c": {"NULL": True}}}}
    assert to_values(Inner(NOW)) == {"at": "2026-03-01T12:00:00.250Z", "count": 0}


def test_an_absent_field_is_its_default_or_none() -> None:
    assert from_values(Inner, {"at": format_time(NOW)}) == Inner(NOW, 0, None)
    assert from_values(Inner, {"at": format_time(NOW), "count": None}) == Inner(NOW)


def test_an_absent_field_that_cannot_be_none_is_an_error() -> None:
    with pytest.raises(TypeError, match="at"):
        from_values(Inner, {"count": 1})


def test_attributes_without_a_field_are_ignored() -> None:
    assert from_values(Inner, {"at": format_time(NOW), "ttl": Decimal(1)}) == Inner(NOW)


def test_a_none_that_would_be_read_as_another_default_is_not_written() -> None:
    @dataclass
    class Limit:
        most: int | None = 5

    with pytest.raises(ValueError, match=r"Limit.most can't store None"):
        to_values(Limit(None))
