"""Triage calls a value plain only if the rules and PostgreSQL read it alike."""

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from functools import partial

import numpy as np
import psycopg2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.structure import Bytes, Mask, Positions
from chalicelib.imports.csv.values import ARE_PLAIN, are_plain_decimals, are_plain_integers
from chalicelib.products.fields import FIELDS, Kind, ProductField
from chalicelib.products.numbers import DecimalMark, NumberStyle
from chalicelib.products.rules import ValueProblem, make_rule

ArePlain = Callable[[Bytes, Positions, Positions], Mask]
CHECKED = [field for field in FIELDS if field.kind in ARE_PLAIN]
WORDS = ["true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0", "active", "of"]
# A NUL never comes here: a record that has one is doubtful before its values are looked at.
CHARACTERS = "0123456789.+-eE_,' \t\r\n\"tTfFyYnNoOuUrRsS٣é\x01\x7f"

texts = st.one_of(
    st.text(CHARACTERS, max_size=16),
    st.from_regex(r"[0-9]{1,12}(\.[0-9]{0,3})?", fullmatch=True),
    st.sampled_from(WORDS).flatmap(
        lambda word: st.sampled_from([word, word.upper(), word.title(), word + "x", word[:-1]])
    ),
)


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        opened.autocommit = True
        yield opened


def plain_of(are_plain: ArePlain, values: list[str]) -> list[str]:
    """Return those of `values` that are plain, with the values one after another in a column."""
    encoded = [value.encode() for value in values]
    data = np.frombuffer(b",".join(encoded) + b"\n", np.uint8)
    lengths = np.array([len(value) for value in encoded], np.intp)
    ends = np.cumsum(lengths + 1) - 1
    mask = are_plain(data, ends - lengths, ends)
    return [value for value, is_plain in zip(values, mask.tolist(), strict=True) if is_plain]


def cast(connection: Connection, values: list[str], kind: str) -> list[object]:
    """Return what PostgreSQL reads the values as; raises where it refuses one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unnest(%s::text[])::{kind}", (values,))
        return [value for (value,) in cursor]


@pytest.mark.parametrize("field", CHECKED, ids=lambda field: field.name)
@given(values=st.lists(texts, min_size=1, max_size=20))
@example(values=["9999999999.99", "99999999999", "10000000000", "1.", ".5", "1.999"])
@example(values=["2147483648", "999999999", "9999999999", "-1", "+1"])
@example(values=["TRUE", "tRuE", "tr", "truee", "active", "2", "01", "of", "ON"])
def test_rules_and_postgresql_read_plain_values_alike(
    connection: Connection, field: ProductField, values: list[str]
) -> None:
    plain, rule = plain_of(ARE_PLAIN[field.kind], values), make_rule(field)
    by_rule = [rule(value) for value in plain]
    assert not [value for value in by_rule if isinstance(value, ValueProblem)]
    assert cast(connection, plain, field.sql_type) == by_rule


numbers = st.one_of(texts, st.from_regex(r"[0-9]{1,11}([.,][0-9]{0,3}){0,2}", fullmatch=True))


@given(values=st.lists(numbers, min_size=1, max_size=20), mark=st.sampled_from([None, ".", ","]))
@example(values=["1,234", "1.234", "12.50", "12,5", "1.234,5", "12.500"], mark=None)
@example(values=["1,234", "12.5", "12,5", "0,125"], mark=",")
def test_rules_of_a_file_read_plain_numbers_as_they_are(
    values: list[str], mark: DecimalMark | None
) -> None:
    style, read = NumberStyle(mark), {field.kind: field for field in CHECKED}
    price, quantity = make_rule(read["decimal"], style), make_rule(read["integer"], style)
    plain = plain_of(partial(are_plain_decimals, mark=style.mark), values)
    assert [price(value) for value in plain] == [
        Decimal(value.replace(style.mark, ".")) for value in plain
    ]
    plain = plain_of(are_plain_integers, values)
    assert [quantity(value) for value in plain] == [int(value) for value in plain]


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        ("decimal", ["0", "7", "12.5", "12.50", "9999999999.99", "0.01"]),
        ("integer", ["0", "7", "007", "999999999"]),
        ("boolean", ["true", "FALSE", "Yes", "no", "1", "0", "on", "Off", "t", "N"]),
    ],
)
def test_usual_values_are_plain(kind: Kind, usual: list[str]) -> None:
    assert plain_of(ARE_PLAIN[kind], usual) == usual


@pytest.mark.parametrize("are_plain", ARE_PLAIN.values(), ids=ARE_PLAIN)
def test_empty_value_at_the_very_end_is_not_plain(are_plain: ArePlain) -> None:
    assert plain_of(are_plain, ["", "1", ""]) == ["1"]


def test_plain_prices_keep_their_decimals(connection: Connection) -> None:
    assert cast(connection, plain_of(ARE_PLAIN["decimal"], ["0.10"]), "numeric(12, 2)") == [
        Decimal("0.10")
    ]
