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
        self._keys = GroupKeys(reading) if reading.rows.has_groups else None
        self._key: str | None = None
        self._first: Sequence[str] | None = None
        self.is_at_first = False  # whether the last record was the first of its group

    def fill(self, cells: list[str]) -> None:
        """Fill the blank cells of a record that has a cell for each column."""
        if self._keys:
            first = self._enter(self._keys.find(cells), cells)
            for column in self._filled if first else ():
                cells[column] = cells[column] or first[column]

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


def compose_name(cells: Sequence[str], name: str, rules: RowRules, *, is_first: bool) -> str:
    """Return the name of a row with what tells it from the others of its group."""
    parts = _parts(cells, rules.name_parts, rules, is_first=is_first)
    return f"{name} - {' / '.join(parts)}" if name and parts else name


def compose_sku(cells: Sequence[str], rules: RowRules, *, is_first: bool) -> str:
    """Return the sku of a row whose own is blank; blank if nothing makes one."""
    return "-".join(_parts(cells, rules.sku_from, rules, is_first=is_first))


def hash_sku_parts(cells: Sequence[str], rules: RowRules, *, is_first: bool) -> int:
    """Return a number of 64 bits for the texts that make a sku, ignoring case.

    Different texts may make the same sku: t-shirt and Red-Small, and t-shirt-Red and Small.
    """
    texts = _texts(cells, rules.sku_from, rules, is_first=is_first)
    digest = blake2b("\0".join(texts).lower().encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _parts(
    cells: Sequence[str], columns: Sequence[int], rules: RowRules, *, is_first: bool
) -> list[str]:
    return [text for text in _texts(cells, columns, rules, is_first=is_first) if text]


def _texts(
    cells: Sequence[str], columns: Sequence[int], rules: RowRules, *, is_first: bool
) -> list[str]:
    """Return the texts of the columns; "" for those that are left out."""
    omitted, listed = rules.omitted, rules.listed if is_first else ()
    return ["" if i in listed or cells[i].lower() in omitted else cells[i] for i in columns]
