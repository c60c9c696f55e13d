"""Which rows belong together, and what a row takes from the others of its group.

A format says by `RowRules.starts` which rows begin a group: all others belong to the group before
them. Without it, a group is a run of consecutive records with the same key, and a key that appears
again later starts a new group. The key of a record is the first cell of `RowRules.group` that isn't
blank. A record without a key belongs to the group before it, unless it has a name: then that is
its key.
"""

from collections.abc import Sequence
from hashlib import blake2b

from chalicelib.imports.csv.cutting import KEPT_BYTES, RECORD_MAX_BYTES, cut_record, is_header
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rows import RowRules
from chalicelib.imports.csv.skipping import make_test
from chalicelib.products.words import find_boolean

# The key of every row that begins a group by `RowRules.starts`. Trimmed cells have no such space.
START = " "


class GroupKeys:
    """Finds the group key of a record.

    The plan moves ranges to starts of groups with it, and the reader fills rows with it. Both must
    find the same key in every record, so they call the same function for records that can't be
    read: it takes what it can decode, and of a record that is too long only the first bytes.
    """

    def __init__(self, reading: Reading) -> None:
        self._columns = reading.rows.group
        self._starts = make_test(reading.rows.starts) if reading.rows.starts else None
        self._width = len(reading.columns)
        fields = reading.columns.fields
        self._name = fields.index("name") if "name" in fields else None
        self._reading = reading
        self._header = reading.header
        self._line_break = reading.line_break or "\n"

    def find(self, cells: Sequence[str]) -> str | None:
        """Return the key in the trimmed cells of a record; None if it belongs to any group.

        START begins a group, also after a record with the same key.
        """
        if is_header(cells, self._header):
            return None
        if self._starts:
            padded = [*cells, *[""] * (self._width - len(cells))]
            return START if any(cells) and self._starts(padded) else None
        for column in self._columns:
            if column < len(cells) and cells[column]:
                return cells[column]
        name = cells[self._name] if self._name is not None and self._name < len(cells) else ""
        return f" {name}" if name else None

    def find_in_bytes(self, raw: bytes) -> str | None:
        """Return the key of a record, readable or not."""
        kept = raw if len(raw) <= RECORD_MAX_BYTES else raw[:KEPT_BYTES]
        text = kept.decode(errors="replace").replace(self._line_break, "\n")
        return self.find(cut_record(text, self._reading))


class Groups:
    """Fills rows from the first row of their group. It needs to see every record, in order."""

    def __init__(self, reading: Reading) -> None:
        self._filled = reading.rows.filled
        self._inactive = reading.rows.inactive_with_first
        self._rules = reading.cells
        self._keys = GroupKeys(reading) if reading.rows.has_groups else None
        self._key: str | None = None
        self._first: Sequence[str] | None = None
        self.is_at_first = False  # whether the last record was the first of its group

    def fill(self, cells: list[str]) -> None:
        """Fill the blank cells of a record that has a cell for each column.

        What the first row has instead of an own text, such as being a draft, it has too.
        """
        if self._keys:
            first = self._enter(self._keys.find(cells), cells)
            for column in self._filled if first else ():
                cells[column] = cells[column] or first[column]
            for column in self._inactive if first else ():
                if self._is_false(first[column], column):
                    cells[column] = first[column]

    def _is_false(self, text: str, column: int) -> bool:
        rule = self._rules.get(column)
        return find_boolean(rule.apply(text) if rule else text) is False

    def begin(self, cells: Sequence[str]) -> None:
        """Begin a group with a record that has a cell for each column, whatever its key."""
        if self._keys:
            self.is_at_first = True
            self._key, self._first = self._keys.find(cells), tuple(cells)

    def pass_over(self, raw: bytes) -> None:
        """Follow the groups past a record that can't be read.

        If it is the first of its group, nothing is filled from it.
        """
        if self._keys:
            self._enter(self._keys.find_in_bytes(raw), ())

    def _enter(self, key: str | None, cells: Sequence[str]) -> Sequence[str]:
        self.is_at_first = self._first is None or key == START or key not in (None, self._key)
        if self._first is None or self.is_at_first:
            self._key, self._first = key, tuple(cells)
        return self._first


def complete_cells(cells: Sequence[str], reading: Reading, *, is_first: bool) -> list[str]:
    """Return the cells of a row as they are read, with a complete name and sku.

    What changes a column applies to its cells before they become a part of a name or a sku. What
    changes the name and the sku applies to the whole.
    """
    rules, rows, fields = reading.cells, reading.rows, reading.columns.fields
    read = list(cells)
    for column, rule in rules.items():
        read[column] = rule.apply(cells[column])
    whole: dict[int, str] = {}
    if rows.name_parts and "name" in fields:
        name = fields.index("name")
        parts = _parts(cells, read, rows.name_parts, rows, is_first=is_first)
        joined = f"{cells[name]} - {' / '.join(parts)}"
        whole[name] = joined if cells[name] and parts else cells[name]
    if rows.sku_from and _lacks_sku(cells, reading):
        parts = _parts(cells, read, rows.sku_from, rows, is_first=is_first)
        whole[fields.index("sku")] = "-".join(parts)
    for column, text in whole.items():
        read[column] = rules[column].apply(text) if column in rules else text
    return read


def hash_sku_parts(
    cells: Sequence[str], read: Sequence[str], reading: Reading, *, is_first: bool
) -> int | None:
    """Return a number of 64 bits for the texts that make a row's sku, ignoring case.

    None if its sku isn't composed. Different texts may make the same sku: t-shirt and Red-Small,
    and t-shirt-Red and Small.
    """
    if not reading.rows.sku_from or not _lacks_sku(cells, reading):
        return None
    rows = reading.rows
    texts = _texts(cells, read, rows.sku_from, rows, is_first=is_first)
    digest = blake2b("\0".join(texts).lower().encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _lacks_sku(cells: Sequence[str], reading: Reading) -> bool:
    if "sku" not in reading.columns.fields:
        return False
    sku = reading.columns.fields.index("sku")
    rule = reading.cells.get(sku)
    return not (rule.change(cells[sku]) if rule else cells[sku])


def _parts(
    cells: Sequence[str],
    read: Sequence[str],
    columns: Sequence[int],
    rules: RowRules,
    *,
    is_first: bool,
) -> list[str]:
    return [text for text in _texts(cells, read, columns, rules, is_first=is_first) if text]


def _texts(
    cells: Sequence[str],
    read: Sequence[str],
    columns: Sequence[int],
    rules: RowRules,
    *,
    is_first: bool,
) -> list[str]:
    """Return the texts of the columns; "" for those that are left out."""
    omitted, listed = rules.omitted, rules.listed if is_first else ()
    return ["" if i in listed or cells[i].lower() in omitted else read[i] for i in columns]
