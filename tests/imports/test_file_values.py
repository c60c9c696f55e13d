"""Whole files whose values are written as shops and spreadsheets write them."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.dialect import Encoding
from chalicelib.imports.csv.head import inspect_head
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.summing import NoteSum, check_currency, sum_notes
from chalicelib.imports.options import ImportOptions
from chalicelib.products.rules import make_rules
from tests.fakes.source import MemorySource
from tests.imports.pipeline import Pipeline, read_catalogue, read_rejects
from tests.imports.reading import cut, read_range_as
from tests.imports.test_preview import look

UTF8 = Encoding("utf-8", 0)


@pytest.fixture
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened


def run(connection: Connection, text: str, **options: Any) -> tuple[dict[str, Any], dict[int, str]]:
    """Import a file; return the products by sku, and the codes of the rejects by line."""
    chosen = ImportOptions.model_validate(options)
    pipeline = Pipeline("", text.encode(), options=chosen, connection=connection)
    pipeline.run()
    products = {product["sku"]: product for product in read_catalogue(connection).values()}
    rejects = read_rejects(connection, "job_test")
    return products, {line: refused.code for line, refused in rejects.items()}


def notes_of(connection: Connection, text: str, **options: Any) -> dict[str, Any]:
    """Stage a file and return what was noted about it."""
    chosen = ImportOptions.model_validate(options)
    pipeline = Pipeline("", text.encode(), options=chosen, connection=connection)
    pipeline.prepare()
    for number in range(len(pipeline.plan.ranges)):
        pipeline.stage(number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT notes FROM import_ranges")
        return sum_notes(note for (notes,) in cursor for note in notes)


def prices_of(products: dict[str, Any]) -> dict[str, str]:
    return {sku: str(product["price"]) for sku, product in products.items()}


def test_decimal_commas_are_read(connection: Connection) -> None:
    text = 'SKU;Name;Preis\nA-1;Lampe;"12,90"\nA-2;Stuhl;1.234,50\nA-3;Tisch;89,00\n'
    products, rejects = run(connection, text)
    assert prices_of(products) == {"A-1": "12.90", "A-2": "1234.50", "A-3": "89.00"}
    assert not rejects


CURRENCIES = 'sku,name,price\nB-1,Mug,$12.50\nB-2,Cup,"$1,299.00"\nB-3,Jug,USD 8.00\nB-4,Pot,9\n'


def test_currencies_are_removed_and_noted(connection: Connection) -> None:
    products, rejects = run(connection, CURRENCIES)
    assert list(prices_of(products).values()) == ["12.50", "1299.00", "8.00", "9.00"]
    assert not rejects


def test_currency_is_noted_with_its_first_line(connection: Connection) -> None:
    found = notes_of(connection, CURRENCIES)
    assert found["currency"].values == {"$": 2, "USD": 4}
    assert found["currency"].count == 3


def test_prices_in_another_currency_than_the_option_are_rejected(connection: Connection) -> None:
    products, rejects = run(connection, CURRENCIES.replace("USD 8", "EUR 8"), currency="USD")
    assert set(products) == {"B-1", "B-2", "B-4"}
    assert rejects == {4: "price_currency"}


def test_protected_texts_of_spreadsheets_are_read(connection: Connection) -> None:
    rows = ['"=""00123""",Bolt,1.00,=""x""', "'00456,'s-Hertogenbosch,'2.00,'0850064060010"]
    rows += ['="00789",Nut,3,\'s-Hertogenbosch']
    products, rejects = run(connection, "sku,name,price,Code\n" + "\n".join(rows))
    assert prices_of(products) == {"00123": "1.00", "00456": "2.00", "00789": "3.00"}
    assert products["00456"]["name"] == "'s-Hertogenbosch"
    assert products["00456"]["attributes"] == {"Code": "0850064060010"}
    assert products["00789"]["attributes"] == {"Code": "'s-Hertogenbosch"}
    assert not rejects


def test_quantities_with_decimals_are_whole_numbers(connection: Connection) -> None:
    text = 'sku,name,qty\nF-1,Cable,10.0\nF-2,Wire,"1,200"\nF-3,Hose,5.00\nF-4,Pipe,2.5\n'
    products, rejects = run(connection, text)
    assert [product["quantity"] for product in products.values()] == [10, 1200, 5]
    assert rejects == {5: "quantity_not_integer"}


@pytest.mark.parametrize(
    ("options", "prices", "codes"),
    [
        ({}, {"G-1": "12.50"}, {3: "price_too_precise"}),
        ({"rounding": "half_up"}, {"G-1": "12.50", "G-2": "0.13"}, {}),
    ],
)
def test_price_with_four_decimals_needs_rounding(
    connection: Connection, options: dict[str, Any], prices: dict[str, str], codes: dict[int, str]
) -> None:
    text = "sku,name,price\nG-1,Screw,12.5000\nG-2,Nail,0.1250\n"
    products, rejects = run(connection, text, **options)
    assert (prices_of(products), rejects) == (prices, codes)


def test_words_of_shops_make_products_active_or_inactive(connection: Connection) -> None:
    text = "sku,name,Published\nJ-1,A,-1\nJ-2,B,TRUE\nJ-3,C,published\nJ-4,D,draft\n"
    products, _ = run(connection, text)
    assert [product["active"] for product in products.values()] == [False, True, True, False]


def test_skus_that_a_spreadsheet_changed_are_imported_and_noted(connection: Connection) -> None:
    text = "sku,name\n6.93217E+12,A\nMar-26,B\nLED-26,C\n26-Mar,D\n"
    found = notes_of(connection, text)
    assert (found["sku_scientific"].count, found["sku_scientific"].lines) == (1, [2])
    assert (found["sku_date"].count, found["sku_date"].lines) == (2, [3, 5])


def test_match_values_that_a_spreadsheet_changed_are_noted(connection: Connection) -> None:
    text = "GTIN,price\n4006381333931,1\n4.00638E+12,2\n2026-03-01,3\n"
    found = notes_of(connection, text, mode="update", match="attributes.GTIN")
    assert (found["sku_scientific"].columns, found["sku_scientific"].lines) == (["GTIN"], [3])
    assert found["sku_date"].lines == [4]


NAMED = "sku,name,price,Currency\nA,Mug,5,EUR\nB,Cup,8,EUR\nC,Jug,,USD\nD,Pot,1,\nE,Can,2,USD\n"


def test_currencies_of_a_column_are_noted(connection: Connection) -> None:
    noted = notes_of(connection, NAMED)["currency"]
    assert (noted.columns, noted.values) == (["Currency"], {"EUR": 2, "USD": 6})


def test_preview_and_import_of_a_column_with_two_currencies_end_alike(
    connection: Connection,
) -> None:
    with pytest.raises(JobEndedError) as caught:
        check_currency(notes_of(connection, NAMED), None)
    assert caught.value.code == "currencies_mixed"
    response = look(NAMED.encode())
    assert response.error is not None
    assert response.error.message == caught.value.message


def test_price_of_another_currency_than_the_chosen_is_rejected(connection: Connection) -> None:
    products, rejects = run(connection, NAMED, currency="EUR")
    assert (set(products), rejects) == ({"A", "B", "C", "D"}, {6: "price_currency"})
    assert products["A"]["attributes"] == {"Currency": "EUR"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["5", "7.25", "", "x", "$5"]),
            st.sampled_from(["EUR", "EUR", "eur", "USD", "", " EUR", "?"]),
        ),
        min_size=1,
    ),
    st.integers(1, 40),
)
def test_currencies_are_noted_as_a_serial_reader_would(
    pairs: list[tuple[str, str]], piece_bytes: int
) -> None:
    rows = "".join(f"A-{n},Lamp,{price},{code}\n" for n, (price, code) in enumerate(pairs))
    raw = f"sku,name,price,currency\n{rows}".encode()
    found = inspect_head(MemorySource(raw), UTF8, ImportOptions(), 8)
    reader = RecordReader(found.reading, make_rules(128, 512, found.reading.numbers))
    serial: dict[str, int] = {}
    for line, (price, code) in enumerate(pairs, start=2):
        named = [
            {"EUR": "EUR", "USD": "USD"}.get(code.strip().upper()),
            "$" if "$" in price else "",
        ]
        for currency in named if price not in ("", "x") and found.reading.currency else named[1:]:
            if currency:
                serial.setdefault(currency, line)
    pieces = cut(raw[found.data_start :], piece_bytes)
    read_range_as(found.reading, pieces, found.data_line, reader)
    noted = sum_notes(reader.notes.to_json()).get("currency", NoteSum())
    assert noted.values == serial


def test_plain_values_are_changed_by_the_options_of_their_column(connection: Connection) -> None:
    text = "sku,name,price,active,Color\nA,lamp,10,1,rt\nB,desk,9.99,0,\nC,sofa,,1,blue\n"
    columns = {
        "sku": {"prefix": "X-"},
        "name": {"case": "title"},
        "price": {"multiply": "1.19", "round": 2},
        "active": {"values": {"1": "false", "0": "true"}},
        "Color": {"values": {"RT": "red"}, "default": "none"},
    }
    products, rejects = run(connection, text, columns=columns)
    assert prices_of(products) == {"X-A": "11.90", "X-B": "11.89", "X-C": "0.00"}
    assert [product["name"] for product in products.values()] == ["Lamp", "Desk", "Sofa"]
    assert [product["active"] for product in products.values()] == [False, True, False]
    colors = [product["attributes"]["Color"] for product in products.values()]
    assert colors == ["red", "none", "blue"]
    assert not rejects


def test_negative_quantities_are_zero_where_the_column_says_so(connection: Connection) -> None:
    text = "sku,name,qty\nA,Lamp,-2\nB,Desk,3\n"
    options = {"columns": {"qty": {"negative": "zero"}}}
    products, rejects = run(connection, text, **options)
    assert [product["quantity"] for product in products.values()] == [0, 3]
    assert not rejects


def test_negative_quantities_are_zero_in_the_formats_of_shops(connection: Connection) -> None:
    text = "ID,Type,SKU,Name,Published,Stock,Regular price\n1,simple,A,Lamp,1,-2,5\n"
    products, rejects = run(connection, text, format="woocommerce")
    assert (products["A"]["quantity"], rejects) == (0, {})


def test_negative_quantities_are_rejected_by_default(connection: Connection) -> None:
    products, rejects = run(connection, "sku,name,qty\nA,Lamp,-2\nB,Desk,3\n")
    assert (set(products), rejects) == ({"B"}, {2: "quantity_negative"})


def test_price_without_decimals_is_exact(connection: Connection) -> None:
    products, _ = run(connection, "sku,name,price\nA,Lamp,0012\n")
    assert products["A"]["price"] == Decimal(12)


UNSEEN = (
    "sku,na\u200bme,Größe\u00a0cm\nA-1,A,1\nA\u200b-2\ufeff,B,2\nA\u00a03,C,3\n"
    "\u3000A\u00ad-4,D,4\n\u2060,E,5\n"
)


def test_skus_and_headers_lose_what_is_not_seen(connection: Connection) -> None:
    products, rejects = run(connection, UNSEEN)
    assert {product["sku"] for product in products.values()} == {"A-1", "A-2", "A 3", "A-4"}
    assert {name for product in products.values() for name in product["attributes"]} == {"Größe cm"}
    assert rejects == {6: "sku_missing"}
    found = notes_of(connection, UNSEEN)
    assert found["sku_invisible"].lines == [3, 4, 5]


def test_skus_of_an_export_are_read_as_they_are(connection: Connection) -> None:
    products, _ = run(connection, "sku,name,product_importer_id\nA\u200b-2,B,1\n")
    assert [product["sku"] for product in products.values()] == ["A\u200b-2"]


@pytest.mark.parametrize("text", ["10 pcs", "10 Stk.", "10Stück", "10 шт.", "10.0 EA", "1 0 x"])
def test_quantity_may_have_a_unit_of_pieces(connection: Connection, text: str) -> None:
    products, rejects = run(connection, f"sku,name,quantity\nA,Lamp,{text}\n")
    found = [product["quantity"] for product in products.values()]
    assert (found, rejects) == (([], {2: "quantity_not_integer"}) if "x" in text else ([10], {}))
