"""The currency of a source's prices: beside them, or in a column that only names it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.headers import find_headers
from chalicelib.products.currencies import Currency, describe_mismatch, find_currency
from chalicelib.products.numbers import NumberStyle, Price, read_price
from chalicelib.products.rules import WHITE_SPACE, Noted, ValueProblem

_HEADERS = (  # the best first, reduced as `csv/headers.py` does
    *("pricecurrency", "pricecurrencycode", "currencyofprice", "currency", "currencycode"),
    *("currencyid", "currencyiso", "isocurrency", "wahrung", "waehrung", "wahrungscode"),
    *("devise", "monnaie", "moneda", "divisa", "valuta", "moeda", "waluta", "mena", "валюта"),
)
_NOTE = "currency"
Rows = Sequence[tuple[int, Sequence[str]]]  # the line and the cells of each record


class CurrencyColumn(BaseModel):
    """The column that names the currency of each price. It is an attribute as well."""

    model_config = ConfigDict(frozen=True)

    column: int  # its position
    price: int  # that of the prices
    usual: str = ""  # what most of the first records have; blank if all are to be rejected

    def read(
        self, values: Sequence[Any], chosen: str | None
    ) -> list[tuple[int, Noted]] | ValueProblem:
        """Return the column and the currency that a record names, or why its price is rejected.

        `values`: those of the record by column. `chosen`: the currency of the options.
        """
        if values[self.price] is None or values[self.column] is None:
            return []
        found = find_currency(values[self.column])
        if mismatch := describe_mismatch(found, chosen):
            return ValueProblem("price_currency", "price", f"Price {mismatch}")
        return [(self.column, Noted(values[self.column], _NOTE, found.name))] if found else []


def find_currency_column(columns: Columns, rows: Rows, chosen: str | None) -> CurrencyColumn | None:
    """Return the column that names the currency; None if the first records name none in it.

    `chosen`: the currency of the options. A column that the mapping leaves out isn't read.
    """
    if "price" not in columns.fields:
        return None
    found = (i for header in _HEADERS for i in find_headers(header, columns.names))
    column = next((i for i in found if i in columns.attributes), None)
    if column is None:
        return None
    price = columns.fields.index("price")
    priced = [cells for _, cells in rows if _text(cells, price)]
    texts = Counter(_text(cells, column) for cells in priced).most_common()
    named = [(text, currency) for text, _ in texts if (currency := find_currency(text))]
    fitting = (text for text, currency in named if not describe_mismatch(currency, chosen))
    usual = next(fitting, "")
    return CurrencyColumn(column=column, price=price, usual=usual) if named else None


def explain_currency(
    columns: Columns, style: NumberStyle, named_in: CurrencyColumn | None, rows: Rows
) -> tuple[str | None, str | None]:
    """Return the currency of the options, or the one of all prices, and why."""
    if style.currency:
        return style.currency, "Set in options.currency."
    if "price" not in columns.fields:
        return None, None
    price = columns.fields.index("price")
    priced = [(line, cells) for line, cells in rows if _text(cells, price)]
    named = [(n, c) for n, cells in priced for c in _currencies(cells, price, named_in, style)]
    if not named:
        return None, None
    common = named[0][1]
    for line, currency in named:
        narrowed = common.narrow(currency)
        if narrowed is None:
            return None, f"Line {named[0][0]} has {common.name}, line {line} {currency.name}."
        common = narrowed
    where = f"for example in line {named[0][0]}"
    count = len({line for line, _ in named})
    return common.name, f"{count} of {len(priced)} prices are in {common.name}, {where}."


def _currencies(
    cells: Sequence[str], price: int, named_in: CurrencyColumn | None, style: NumberStyle
) -> Iterator[Currency]:
    """Yield the currencies beside a record's price and in its own column."""
    found = read_price(_text(cells, price), style)
    beside = found.currency if isinstance(found, Price) else None
    named = find_currency(_text(cells, named_in.column)) if named_in else None
    yield from (currency for currency in (beside, named) if currency)


def _text(cells: Sequence[str], column: int) -> str:
    return cells[column].strip(WHITE_SPACE) if column < len(cells) else ""
