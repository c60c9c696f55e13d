"""Generate catalogue files like those of suppliers; the same arguments give the same file.

    python -m bench.generate catalogue.csv --records 500000 --changed 0.3

Record `i` only depends on the seed and `i`, so a file of any length takes the same memory, and two
variants of a catalogue differ only in the changed records. 20 % of the records need quotes (3 %
span two lines), 10 % are not ASCII, 5 % repeat the SKU of an earlier record (half of them in
another case) and 0.1 % are invalid, so that an import must reject them.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.words import CLOSINGS, FOREIGN_NAMES, NAMES, OPENINGS, PREFIXES

HEADER = b"sku,name,description,price,quantity,active\n"
BLOCK_RECORDS = 10_000

# The text around and between the two halves of a description, and how many of 100 records have it.
_PLAIN, _COMMA, _QUOTES, _NEWLINE = ("", ". "), ('"', ", "), ('"', ' ""new"" '), ('"', "\n")
_SHAPES = (_PLAIN,) * 80 + (_COMMA,) * 12 + (_QUOTES,) * 5 + (_NEWLINE,) * 3

# How a record is made invalid: a column and its value, or the whole record.
_SPOILED: tuple[tuple[int | None, str], ...] = (
    (0, ""),
    (0, "X" * 200),
    (1, "  "),
    (1, "very long name " * 40),
    (3, "N/A"),
    (3, "-4.20"),
    (3, "9.999"),
    (3, "99999999999.00"),
    (4, "a dozen"),
    (4, "-3"),
    (5, "maybe"),
    (1, "torn \0 name"),
    (1, "torn \udcc3 name"),  # a byte that is not UTF-8
    (None, "a total line"),  # without a name
    (None, "one,field,1.00,2,too,many,by,some"),
)

Index = NDArray[np.uint64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Catalogue:
    """A generated file: its length, its seed, and the share of changed records."""

    records: int
    seed: int = 1
    changed_rate: float = 0.0
    with_rejects: bool = True  # False: the same file without its invalid records


@dataclass(frozen=True)
class Expected:
    """The outcomes that an import of a catalogue into an empty table must have."""

    products: int
    duplicate: int
    rejected: int


def write_csv(catalogue: Catalogue, path: Path) -> int:
    """Write the file to `path`; return its size in bytes."""
    with path.open("wb") as file:
        for block in read_blocks(catalogue):
            file.write(block)
        return file.tell()


def read_blocks(catalogue: Catalogue) -> Iterator[bytes]:
    """Yield the bytes of the file, starting with the header row."""
    yield HEADER
    for index in _indices(catalogue):
        yield _Block(catalogue, index).encode()


def expect(catalogue: Catalogue) -> Expected:
    """Count the outcomes that an import of the file must have."""
    products = duplicate = rejected = 0
    for index in _indices(catalogue):
        bad, repeated = _is_bad(index, catalogue.seed), _is_repeated(index, catalogue.seed)
        rejected += int(bad.sum())
        duplicate += int((repeated & ~bad).sum())
        products += int((~repeated & ~bad).sum())
    return Expected(products, duplicate, rejected if catalogue.with_rejects else 0)


def _indices(catalogue: Catalogue) -> Iterator[Index]:
    for start in range(0, catalogue.records, BLOCK_RECORDS):
        yield np.arange(start, min(start + BLOCK_RECORDS, catalogue.records), dtype=np.uint64)


def _draw(index: Index, seed: int, question: str, sides: int) -> Index:
    """Draw a number below `sides` for each index, independent for each question (splitmix64)."""
    salt = int.from_bytes(question.encode()[:7].ljust(7, b"."), "big") ^ (seed << 32)
    x = (index + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    drawn: Index = (x ^ (x >> np.uint64(31))) % np.uint64(sides)
    return drawn


def _is_bad(index: Index, seed: int) -> Flags:
    bad: Flags = (_draw(index, seed, "bad", 1000) == 0) & (index > 0)
    return bad


def _is_repeated(index: Index, seed: int) -> Flags:
    repeated: Flags = (_draw(index, seed, "repeat", 100) < 5) & (index > 0)
    return repeated


def _find_original(index: Index, seed: int) -> Index:
    """For each repeating record, choose an earlier one that is neither repeating nor invalid."""
    found = _draw(index, seed, "origin", 2**62) % index
    while (unfit := _is_repeated(found, seed) | _is_bad(found, seed)).any():
        found = np.where(unfit, found - np.uint64(1), found)
    return found


class _Block:
    """Consecutive records, drawn column by column and written row by row."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self.catalogue, self.index, self.seed = catalogue, index, catalogue.seed
        self.is_bad = _is_bad(index, self.seed)

    def encode(self) -> bytes:
        """Return the records as bytes of the file."""
        kinds = self._draw("kind", len(_SPOILED)).tolist()
        rows = list(zip(self._skus(), *self._texts(), *self._numbers(), strict=True))
        bad = set(np.flatnonzero(self.is_bad).tolist())
        lines = [
            (_spoil(row, kinds[i]) if self.catalogue.with_rejects else "")
            if i in bad
            else ",".join(row) + "\n"
            for i, row in enumerate(rows)
        ]
        return "".join(lines).encode("utf-8", "surrogateescape")

    def _draw(self, question: str, sides: int) -> Index:
        return _draw(self.index, self.seed, question, sides)

    def _skus(self) -> list[str]:
        original = self.index.copy()
        repeated = _is_repeated(self.index, self.seed)
        original[repeated] = _find_original(self.index[repeated], self.seed)
        # Multiplication by an odd factor permutes 2**32 numbers, so keys are unique and unordered.
        numbers = (original * np.uint64(0x9E3779B1) % np.uint64(2**32)).tolist()
        prefixes = _draw(original, self.seed, "prefix", len(PREFIXES)).tolist()
        lowered = (repeated & (self._draw("case", 2) == 0)).tolist()
        return [
            f"{PREFIXES[p].lower() if low else PREFIXES[p]}-{n:010d}"
            for p, n, low in zip(prefixes, numbers, lowered, strict=True)
        ]

    def _texts(self) -> tuple[list[str], list[str]]:
        names = self._draw("name", len(NAMES)).tolist()
        foreign = self._draw("foreign", 10 * len(FOREIGN_NAMES)).tolist()
        models = self._draw("model", 9000).tolist()
        titles = [
            f"{FOREIGN_NAMES[f] if f < len(FOREIGN_NAMES) else NAMES[n]} {1000 + m}"
            for n, f, m in zip(names, foreign, models, strict=True)
        ]
        halves = self._draw("opening", len(OPENINGS)), self._draw("closing", len(CLOSINGS))
        shapes = self._draw("shape", len(_SHAPES)).tolist()
        stories = [
            f"{(s := _SHAPES[shape])[0]}{OPENINGS[o]}{s[1]}{CLOSINGS[c]}{s[0]}"
            for o, c, shape in zip(halves[0].tolist(), halves[1].tolist(), shapes, strict=True)
        ]
        return titles, stories

    def _numbers(self) -> tuple[list[str], list[str], list[str]]:
        cents, quantities = self._draw("price", 100_000), self._draw("quantity", 1000)
        changed = self._draw("changed", 10_000) < int(self.catalogue.changed_rate * 10_000)
        cents = cents + changed * (np.uint64(1) + self._draw("rise", 500))
        quantities = quantities + changed
        prices = [f"{c // 100}.{c % 100:02d}" for c in cents.tolist()]
        actives = ["true" if a else "false" for a in self._draw("active", 10).tolist()]
        return prices, [str(q) for q in quantities.tolist()], actives


def _spoil(row: tuple[str, ...], kind: int) -> str:
    column, text = _SPOILED[kind]
    if column is None:
        return text + "\n"
    return ",".join((*row[:column], text, *row[column + 1 :])) + "\n"


def main() -> None:
    """Write the file that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("path", type=Path)
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--changed", type=float, default=0.0, help="fraction of the records that differ (0 to 1)"
    )
    parser.add_argument("--no-rejects", action="store_true", help="leave out the invalid records")
    given = parser.parse_args()
    catalogue = Catalogue(given.records, given.seed, given.changed, not given.no_rejects)
    size_bytes = write_csv(catalogue, given.path)
    found = expect(catalogue)
    print(
        f"{given.path}: {size_bytes / 1e6:.1f} MB, {found.products:,} products,"
        f" {found.duplicate:,} duplicate and {found.rejected:,} invalid records"
    )


if __name__ == "__main__":
    main()
