"""The columns of a table in the layout of a shop.

The format of the shop has the layout (imports/formats), and an import recognises the file by it.
Attributes of the template's columns return to them. All others are columns behind the template's,
with the prefix `attributes.` if the format would read their name as something else.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from chalicelib.exports.columns import Column, is_plain, make_attribute, name_apart
from chalicelib.imports.csv.exact import EXACT_HEADER
from chalicelib.imports.csv.headers import find_headers, reduce_name
from chalicelib.imports.formats.detection import detect_format
from chalicelib.imports.formats.layout import Headers, Layout, Text
from chalicelib.imports.formats.model import Format
from chalicelib.products.fields import FIELDS


def arrange_columns(shop: Format, layout: Layout, attributes: Sequence[str]) -> list[Column]:
    """Return the columns of a file of the shop; `attributes`: the names that the products have.

    Raises JobEndedError if there are too many columns.
    """
    attributes = sorted(attributes)
    edition = _choose_edition(layout, attributes)
    template = [
        _make_column(shop, layout, headers, edition, attributes) for headers in layout.columns
    ]
    returned = {column.name for column in template if column.is_attribute}
    others = [name for name in attributes if name not in returned]
    free = set(_find_free(shop, others, template))
    columns = _complete(template, others, free)
    found = detect_format([column.header for column in columns])
    if found and found.format == shop:
        return columns
    return _complete(template, others, set())  # they are the headers of another shop


def _complete(template: list[Column], others: list[str], free: set[str]) -> list[Column]:
    rest = (make_attribute(name, is_free=name in free) for name in others)
    return name_apart([*template, *rest, Column(EXACT_HEADER, EXACT_HEADER)])


def _choose_edition(layout: Layout, attributes: Sequence[str]) -> int:
    """Return the edition of the template that most attributes are from, or else the newest."""
    given = set(attributes)
    editions = range(max(map(len, layout.columns)))

    def count_given(edition: int) -> int:
        return sum(_header_of(headers, edition) in given for headers in layout.columns)

    return max(editions, key=lambda edition: (count_given(edition), -edition))


def _header_of(headers: Headers, edition: int) -> str:
    return headers[edition] if len(headers) > 1 else headers[0]


def _make_column(
    shop: Format, layout: Layout, headers: Headers, edition: int, attributes: Sequence[str]
) -> Column:
    header = _header_of(headers, edition)
    if field := _find_field(shop, layout, headers):
        return Column(header, field, words=layout.words.get(field, {}))
    same = {reduce_name(one) for one in headers}
    others = [name for name in attributes if reduce_name(name) in same and name != header]
    added = layout.added.get(headers[0]) or Text(text="")
    return Column(
        header,
        header,
        is_attribute=True,
        others=others,
        added=added.text,
        added_given=added.given,
        valid=added.valid,
    )


def _find_field(shop: Format, layout: Layout, headers: Headers) -> str | None:
    """Return the product field whose first column in the template has these headers."""
    template = set(chain.from_iterable(layout.columns))
    for field in FIELDS:
        listed = (column.header for column in shop.columns_of(field.name))
        if next((header for header in listed if header in template), None) in headers:
            return field.name
    return None


def _find_free(shop: Format, names: Sequence[str], template: Sequence[Column]) -> Iterator[str]:
    """Yield the names that an import reads as those of attributes, if they are headers."""
    rows = shop.rows
    conditions = chain(rows.starts, *(skip.when for skip in rows.skips))
    taken = [
        *(name for field in FIELDS for name in (field.name, *field.aliases, *field.last_aliases)),
        *(column.header for field in shop.columns for column in shop.columns_of(field)),
        *(column.header for column in template),
        *chain.from_iterable(condition.columns for condition in conditions),
        *(*rows.group, *rows.name_parts, *rows.sku_from, *rows.listed, *rows.summed_by),
        *(*shop.header.forbidden, *shop.ignored, EXACT_HEADER),
    ]
    used = {i for header in taken for i in find_headers(header, names)}
    return (name for i, name in enumerate(names) if i not in used and is_plain(name))
