"""Find columns that look like a product field which no column of the file is."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from chalicelib.imports.csv.columns import Columns, Use
from chalicelib.imports.csv.header import Row
from chalicelib.imports.csv.headers import clean_name, reduce_name
from chalicelib.imports.formats.catalogue import load_formats
from chalicelib.products.fields import find_field

_THINGS = {"sku": "SKU", "price": "price", "quantity": "stock", "active": "status of products"}
# Parts of header names in common languages, reduced as `headers.py` does.
_WORDS = {
    "sku": r"sku|art(icle|ikel|iculo|icolo)?(nr|no|num|cod)|itemn|productn|referen|mpn|артикул",
    "price": r"price|preis|prix|preci|prezz|preco|prijs|pris\b|cena|цена|fiyat|amount|betrag",
    "quantity": r"stock|quant|qty|lager|bestand|menge|inventor|onhand|voorraad|giacenz|cantidad"
    r"|existenc|inventar|estoque|lagersaldo|verfugbar|vorrat|disponib|scort|magazz|остат|колич"
    r"|налич",
    "active": r"status|state$|sellable|^forsale|^live$|canbesold|aktiv|activ|actif|attiv|published"
    r"|publi|visib|enabled|online|статус",
}
# Parts of headers of columns that mark the products which aren't active.
_REVERSED = re.compile(
    r"inactiv|inaktiv|obsolet|disabled|hidden|hide|archiv|delet|discontin|block|draft|notforsale"
    r"|endoflife|suspend|onhold|sperr|auslauf|ausgelist|ausgeblend|gelosch|ensommeil|bloqu|blocc"
)
REVERSED = "products that aren't active"
_OTHER_WORDS = re.compile(
    r"compare|cost|purchase|einkauf|ekpreis|achat|compra|acquist|inkoop|tax|date|inaktiv|inactiv"
)
_PRICE = re.compile(r"(?:[A-Z]{3}|[^\w\s.,-])?\s?\d{1,7}[.,]\d{2}\s?(?:[A-Z]{3}|[^\w\s.,-])?")
_FEWEST_VALUES = 3
_LEAST_SHARE = 0.9


def find_lookalikes(
    columns: Columns, mapping: Mapping[str, Use | None], rows: Sequence[Row]
) -> dict[str, tuple[str, list[str]]]:
    """Return, by field, what it is called and the headers that look like it.

    Only fields without a column have some, and only of columns that aren't mapped by the user. A
    column without values looks like nothing.
    """
    chosen = {clean_name(name) for name in mapping}
    free = [i for i in columns.attributes if columns.names[i] not in chosen]
    filled = {i: values for i in free if (values := _read_values(i, rows))}
    found: dict[str, tuple[str, list[str]]] = {}
    for name, thing in _THINGS.items():
        if name in columns.fields:
            continue
        named = [i for i in filled if _is_named(columns.names[i], name)]
        if not named and name == "price":
            named = [i for i, values in filled.items() if _are_prices(values)]
        is_reversed = not named and name == "active"
        if is_reversed:
            named = [i for i in filled if _REVERSED.search(reduce_name(columns.names[i]))]
        if named:
            called = REVERSED if is_reversed else thing
            found[name] = called, [columns.names[i] for i in named]
    return found


def _read_values(column: int, rows: Sequence[Row]) -> list[str]:
    cells = (cells[column].strip() for _, cells in rows if column < len(cells))
    return [cell for cell in cells if cell]


def _is_named(header: str, field: str) -> bool:
    reduced = reduce_name(header)
    if reduced in _known_headers(field):
        return True
    return bool(re.search(_WORDS[field], reduced)) and not _OTHER_WORDS.search(reduced)


def _are_prices(values: Sequence[str]) -> bool:
    likely = sum(bool(_PRICE.fullmatch(value)) for value in values)
    return len(values) >= _FEWEST_VALUES and likely >= _LEAST_SHARE * len(values)


@cache
def _known_headers(name: str) -> frozenset[str]:
    """Return the headers of a field in any format, reduced."""
    field = find_field(name)
    aliases = (*field.aliases, *field.last_aliases) if field else ()
    columns = (c for found in load_formats().values() for c in found.columns_of(name))
    headers = (column.header for column in columns if not column.inverted)
    return frozenset(reduce_name(header) for header in (*aliases, *headers) if "*" not in header)
