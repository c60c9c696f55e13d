"""What the rows of a file mean to the serial reader, which goes through them one after another."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WHITE_SPACE = " \t\n\r\v\f\u00a0"

# Of all languages, what the generated files have, which may be cut off.
TOTALS = ("total", "totals", "sum", "suma", "summe", "gesamt")

Product = dict[str, Any]
ReadValues = Callable[[dict[str, str]], Product | str]
Conditions = tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]  # columns, test, words


@dataclass(frozen=True)
class Skipped:
    """A record that isn't a product, and its own sku, if any."""

    reason: str
    sku: str | None


@dataclass(frozen=True)
class Rows:
    """What the rows of a file mean. Columns are named by their headers."""

    starts: Conditions = ()  # of the rows that begin a group; without any, those of a new key
    group: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    name_parts: tuple[str, ...] = ()
    sku_from: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    skips: tuple[tuple[str, Conditions], ...] = ()  # each with its reason
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # by column
    fills_short_rows: bool = True
    required: tuple[str, ...] = ("sku", "name")  # of a record that is a product


class Walk:
    """Reads record after record, and remembers the first row of the group it is in."""

    def __init__(self, names: list[str], rows: Rows, read: ReadValues) -> None:
        self.names, self.rows, self.read_values = names, rows, read
        self.is_first = False
        self.sku_parts: list[str] | None = None  # of the last record, where its own sku is blank
        # The skus that the last record may have, if it isn't a product; None: unknown.
        self.named: list[str] | None = []
        self.is_in_group, self.key, self.parent = False, "", dict.fromkeys(names, "")

    def read(self, fields: list[str], *, is_open: bool) -> Product | Skipped | str | None:
        """Return the values of a record by field, the code of its reject, or None for a blank."""
        cells = [cell.strip(WHITE_SPACE) for cell in fields]
        self.named = None if is_open else self._name_by(cells)
        if code := "quote_never_closed" if is_open else _code_of_the_whole("".join(fields)):
            self._enter(dict(zip(self.names, cells, strict=False)), is_readable=False)
            return code
        if set(cells) <= {""}:
            return None
        if _lower(_shorten(cells)) == _lower(_shorten(self.names)):
            self.named = []
            return Skipped("header_row", None)
        if len(cells) > len(self.names):
            cells = _shorten(cells) + [""] * (len(self.names) - len(_shorten(cells)))
        is_short = len(cells) < len(self.names)
        if len(cells) > len(self.names) or (is_short and not self.rows.fills_short_rows):
            self._enter(dict(zip(self.names, cells, strict=False)), is_readable=False)
            return "wrong_field_count"
        found = self._read_row(dict(zip(self.names, cells + [""] * len(self.names), strict=False)))
        wrong = found.partition("_")[0] if isinstance(found, str) else ""
        is_cut_off = wrong in self.names[len(cells) :]
        return "wrong_field_count" if is_short and is_cut_off else found

    def _read_row(self, row: dict[str, str]) -> Product | Skipped | str:
        own_sku, rows = row["sku"] or None, self.rows
        reasons = [reason for reason, conditions in rows.skips if _all_hold(conditions, row)]
        texts = [text for text in row.values() if text]
        is_plain = not (rows.starts or rows.group or rows.filled or rows.name_parts or rows.skips)
        if is_plain and texts and texts[0].lower().rstrip(": ") in TOTALS:
            has_all = all(row[name] for name in rows.required)
            is_sku_alone = texts[0] == row["sku"] and not row.get("name")
            reasons = [] if has_all and not is_sku_alone else ["total_row"]
        self._enter(row, is_readable=True)
        for column in rows.filled if rows.group or rows.starts else ():
            row[column] = row[column] or self.parent[column]
        row |= {column: _unprotect(column, text) for column, text in row.items()}
        self.sku_parts = self._texts(row, rows.sku_from)
        if self._reword("sku", row["sku"]):
            self.sku_parts = None
        name, sku = self._parts(row, rows.name_parts), self._parts(row, rows.sku_from)
        if row["name"] and name:
            row["name"] += " - " + " / ".join(name)
        if not self._reword("sku", row["sku"]):
            row["sku"] = "-".join(sku)
        self.named = [text for text in [self._reword("sku", row["sku"])] if text]
        if reasons:
            return Skipped(reasons[0], own_sku)
        return self.read_values({column: self._reword(column, row[column]) for column in row})

    def find_swallowed(self, text: str, delimiter: str) -> set[str]:
        """Return the sku_keys in lines of quoted cells that may be records."""
        lines = re.split("\r\n|\r|\n", text)[1:]
        rows = [row for row in (line.split(delimiter) for line in lines) if len(row) > 1]
        cells = [cell for row in rows if len(row) == len(self.names) for cell in row]
        skus = [_unprotect("sku", cell.strip(WHITE_SPACE + '"')) for cell in cells]
        return {self._reword("sku", sku).lower() for sku in skus}

    def _name_by(self, cells: list[str]) -> list[str] | None:
        """Return what a record names that can't be read as a row."""
        width = len(self.names)
        cells = cells if len(cells) == width else _shorten(cells)
        found = [cells[self.names.index("sku")]] if len(cells) == width else cells
        if self.rows.sku_from or _code_of_the_whole("".join(found)):
            return None
        return [sku for cell in found if (sku := self._reword("sku", _unprotect("sku", cell)))]

    def _parts(self, row: dict[str, str], columns: tuple[str, ...]) -> list[str]:
        return [text for text in self._texts(row, columns) if text != ""]

    def _texts(self, row: dict[str, str], columns: tuple[str, ...]) -> list[str]:
        left_out = self.rows.listed if self.is_first else ()
        return [
            self._reword(column, row[column])
            if column not in left_out and row[column].lower() not in self.rows.omitted
            else ""
            for column in columns
        ]

    def _reword(self, column: str, text: str) -> str:
        return self.rows.words.get(column, {}).get(text.lower(), text)

    def _enter(self, row: dict[str, str], *, is_readable: bool) -> None:
        """Begin a group where one starts; one whose first row is unreadable fills nothing."""
        row = dict.fromkeys(self.names, "") | row
        key = self._key_of(row)
        if self.rows.starts:
            is_start = any(row.values()) and _all_hold(self.rows.starts, row)
        else:
            is_start = key not in ("", self.key)
        has_groups = bool(self.rows.starts or self.rows.group)
        self.is_first = has_groups and (not self.is_in_group or is_start)
        if self.is_first:
            self.is_in_group, self.key = True, key
            self.parent = dict(row) if is_readable else dict.fromkeys(self.names, "")

    def _key_of(self, row: dict[str, str]) -> str:
        keys = [row[column] for column in self.rows.group]
        named = [" " + row["name"]] if row["name"] else []
        raw = "".join([*[key for key in keys if key], *named][:1])
        return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _unprotect(column: str, text: str) -> str:
    """Return the text that a spreadsheet protected from being read as a number."""
    inner = text[2:-1].replace('""', "")
    if text.startswith('="') and text.endswith('"') and len(text) > 2 and '"' not in inner:
        return text[2:-1].replace('""', '"').strip(WHITE_SPACE)
    is_number = re.fullmatch("'[0-9]+", text) and column not in ("name", "brand", "description")
    if is_number or column in ("sku", "price", "quantity", "active"):
        return text.removeprefix("'")
    return text


def _lower(cells: list[str]) -> list[str]:
    return [cell.lower() for cell in cells]


def _shorten(cells: list[str]) -> list[str]:
    return [cell for i, cell in enumerate(cells) if any(cells[i:])]


def _all_hold(conditions: Conditions, row: dict[str, str]) -> bool:
    for columns, test, words in conditions:
        for_each = {
            "blank": [row[column] == "" for column in columns],
            "given": [any(row[column] for column in columns)],
            "one_of": [row[column].lower() in words for column in columns],
            "none_of": [row[column].lower() not in words for column in columns],
            "contains": [any(w in row[column].lower() for column in columns for w in words)],
        }
        if not all(for_each[test]):
            return False
    return True


def _code_of_the_whole(text: str) -> str | None:
    if "\0" in text:
        return "nul_byte"
    return "invalid_encoding" if any("\udc80" <= c <= "\udcff" for c in text) else None
