"""The rows of a table in the layout of a shop, as PostgreSQL makes them.

A shop's file can't say everything that a product has. Whatever an import would read differently is
in the last column: the text that was written and the text that is intended (imports/csv/exact.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain

from psycopg2 import sql

from chalicelib.exports.columns import Column
from chalicelib.exports.tables import escape
from chalicelib.exports.workbook import kind_of
from chalicelib.imports.csv.exact import EXACT_HEADER
from chalicelib.imports.csv.headers import find_headers
from chalicelib.imports.formats.layout import HANDLE
from chalicelib.imports.formats.model import Format
from chalicelib.postgres import queries
from chalicelib.products.rules import WHITE_SPACE


def make_parts(
    columns: Sequence[Column], shop: Format, *, escapes_formulas: bool
) -> dict[str, sql.Composable]:
    """Return the parts of the query `read_layout`."""
    rows = _Rows(columns, shop)
    kept = [i for i, column in enumerate(columns) if column.header != EXACT_HEADER]
    cells = chain.from_iterable(map(rows.make_cells, kept))
    texts = (rows.make_value(i, escapes_formulas=escapes_formulas) for i in kept)
    return {
        "suffix": rows.make_suffix(),
        "cells": sql.SQL(", ").join(cells),
        "values": sql.SQL(", ").join([*texts, rows.make_exact()]),
        "key": rows.make_key(),
        "sku": _cell(next(i for i in kept if columns[i].is_field("sku"))),
    }


@dataclass(frozen=True)
class _Rows:
    columns: Sequence[Column]
    shop: Format

    def make_cells(self, i: int) -> Iterator[sql.Composable]:
        """Yield what is written into a cell, and what is intended if that may be another text."""
        column = self.columns[i]
        yield _named(_write(column), _cell(i))
        if self._may_differ(column):
            yield _named(_read(column), _intended(i))

    def make_suffix(self) -> sql.Composable:
        """Return what an import adds to the text of the name's column."""
        options = [_write(self.columns[i]) for i in self._find(self.shop.rows.name_parts)]
        omitted = sql.Literal([word.lower() for word in self.shop.rows.omitted])
        parts = (_query("layout_part", option=option, omitted=omitted) for option in options)
        return _query("layout_suffix", parts=sql.SQL(", ").join(parts))

    def make_value(self, i: int, *, escapes_formulas: bool) -> sql.Composable:
        """Return the value of a column."""
        is_text = kind_of(self.columns[i]) == "text"
        return escape(_cell(i), escapes_formulas=escapes_formulas) if is_text else _cell(i)

    def make_exact(self) -> sql.Composable:
        """Return the value of the last column."""
        filled = set(self._find(self.shop.rows.filled))
        entries = [entry for i in range(len(self.columns)) for entry in self._differ(i, filled)]
        return _query("layout_exact", entries=sql.SQL(", ").join(entries))

    def make_key(self) -> sql.Composable:
        """Return the key by which an import groups the rows."""
        cells = map(_cell, self._find(self.shop.rows.group))
        return _query("layout_key", cells=sql.SQL(", ").join(cells))

    def _differ(self, i: int, filled: AbstractSet[int]) -> Iterator[sql.Composable]:
        """Yield the entries of a cell that an import reads differently, if it may be one."""
        column = self.columns[i]
        parts = {"header": sql.Literal(column.header), "written": _cell(i)}
        if self._may_differ(column):
            read = _query("layout_title_read", written=_cell(i))
            found = read if column.is_field("name") else _cell(i)
            yield _query("layout_differs", read=found, intended=_intended(i), **parts)
        if i in filled:
            yield _query("layout_stays_blank", **parts)
        if i in self._find(self.shop.rows.inactive_with_first):
            words = {word: sql.Literal(text) for word, text in column.words.items()}
            yield _query("layout_stays_active", **words, **parts)

    def _may_differ(self, column: Column) -> bool:
        return bool(column.is_field("name") or column.others or column.added)

    def _find(self, headers: Iterable[str]) -> list[int]:
        """Return the positions of the columns that the format names, in its order."""
        names = [column.header for column in self.columns]
        return list(dict.fromkeys(i for header in headers for i in find_headers(header, names)))


def _write(column: Column) -> sql.Composable:
    """Return what is written of a product."""
    if column.is_field("name"):
        return _query("layout_title")
    if column.words:
        words = {word: sql.Literal(text) for word, text in column.words.items()}
        return _query("layout_word", field=_read(column), **words)
    if not column.is_attribute:
        return _read(column)
    choices = [_attribute(name) for name in (column.name, *column.others)]
    if column.valid:
        valid = sql.Literal(column.valid)
        choices = [_query("layout_valid", text=text, valid=valid) for text in choices]
    if column.added:
        added = sql.Literal(column.added)
        text = _query("layout_handle") if column.added == HANDLE else added
        given = sql.Identifier("products", column.added_given) if column.added_given else text
        choices.append(_query("layout_added", text=text, given=given))
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(choices))


def _read(column: Column) -> sql.Composable:
    """Return what a product has."""
    if column.is_attribute:
        return _attribute(column.name)
    return sql.Identifier("products", column.name)


def _attribute(name: str) -> sql.Composable:
    return sql.SQL("(attributes ->> {})").format(sql.Literal(name))


def _query(name: str, **parts: sql.Composable) -> sql.Composable:
    white_space = sql.Literal(WHITE_SPACE)
    return sql.SQL(queries("exports")[name]).format(**parts, white_space=white_space)


def _named(value: sql.Composable, name: sql.Identifier) -> sql.Composable:
    return sql.SQL("{} AS {}").format(value, name)


def _cell(i: int) -> sql.Identifier:
    return sql.Identifier(f"cell_{i}")


def _intended(i: int) -> sql.Identifier:
    return sql.Identifier(f"intended_{i}")
