"""Resolve a format against the columns of a file: from header names to positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.columns import (
    Columns,
    find_ambiguities,
    guess_columns,
    map_columns,
    name_columns,
)
from chalicelib.imports.csv.fitting import NO_PREFERENCES, Ambiguity, Sample
from chalicelib.imports.csv.headers import clean_name, find_headers
from chalicelib.imports.csv.matching import add_key, required_fields
from chalicelib.imports.csv.rows import RowRules
from chalicelib.imports.formats.detection import FormatMatch, choose_format
from chalicelib.imports.formats.model import Column, Format, Values
from chalicelib.imports.formats.resolving import make_row_rules
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import BlankPolicy, FieldName
from chalicelib.products.numbers import NegativeQuantity
from chalicelib.products.words import FALSE_WORDS, TRUE_WORDS


@dataclass(frozen=True)
class MappedHeader:
    """What a header says, with the format of the file."""

    columns: Columns
    format: FormatMatch | None
    cells: dict[int, CellRule]  # by position
    rows: RowRules
    ambiguities: tuple[Ambiguity, ...]
    left_out: str | None = None  # the column of skus, if something else finds products

    @property
    def blank(self) -> Mapping[FieldName, BlankPolicy]:
        """What blank cells do in the format."""
        return self.format.format.blank if self.format else {}

    @property
    def negative_quantity(self) -> NegativeQuantity:
        """What a quantity below 0 is in the format."""
        return self.format.format.negative_quantity if self.format else "reject"

    @property
    def format_name(self) -> str | None:
        """The name of the format, if there is one."""
        return self.format.format.name if self.format else None


def map_header(header: Sequence[str], options: ImportOptions, sample: Sample) -> MappedHeader:
    """Return what each column is, and the rules of the file's format.

    `sample`: the cells of the first records. Raises JobEndedError as `map_columns` does.
    """
    names = name_columns(header)
    match = choose_format(names, options.format)
    found = match.format if match else None
    if is_exported(match, names):
        sample = ()  # it has the columns of the format, also those without a value
    preferences = found.preferences if found else NO_PREFERENCES
    required = required_fields(options)
    mapped = map_columns(header, options.mapping, preferences, sample, required)
    if match:
        mapped = _adapt_columns(match, mapped, options)
    columns = add_key(mapped, options)
    ambiguities = find_ambiguities(names, options.mapping, preferences, sample)
    left_out = _find_left_out(mapped, columns)
    rules = apply_format(found, columns, sample)
    return MappedHeader(columns, match, *rules, tuple(ambiguities), left_out)


def _find_left_out(mapped: Columns, columns: Columns) -> str | None:
    is_left_out = "sku" in mapped.fields and "sku" not in columns.fields
    return mapped.names[mapped.fields.index("sku")] if is_left_out else None


def guess_header(names: Sequence[str], options: ImportOptions, sample: Sample) -> Columns:
    """Return what each column is, also for a header that isn't accepted."""
    match = choose_format(names, options.format)
    preferences = match.format.preferences if match else NO_PREFERENCES
    columns = guess_columns(names, options.mapping, preferences, sample)
    return _adapt_columns(match, columns, options) if match else columns


def _adapt_columns(match: FormatMatch, columns: Columns, options: ImportOptions) -> Columns:
    """Return the columns without those that the format ignores, unless the options map them."""
    chosen = {clean_name(name) for name in options.mapping}
    found = match.format
    unused = [found.rows.exact] if found.rows.exact else []
    unused += () if options.match_by == "id" else found.ignored
    hits = (i for header in unused for i in find_headers(header, columns.names))
    left_out = {i for i in hits if columns.names[i] not in chosen}
    ignored = tuple(i in left_out or is_it for i, is_it in enumerate(columns.ignored))
    are_exported = is_exported(match, columns.names)
    return replace(columns, ignored=ignored, are_exported=are_exported)


def is_exported(match: FormatMatch | None, names: Sequence[str]) -> bool:
    """Whether a file of a format is an export of this product, which is undone exactly."""
    if match is None:
        return False
    exact = match.format.rows.exact
    return match.format.is_own or bool(exact and find_headers(exact, names))


def apply_format(
    found: Format | None, columns: Columns, sample: Sample = ()
) -> tuple[dict[int, CellRule], RowRules]:
    """Return the rules of cells by position, and the rules of rows, of a file with a format."""
    if found is None:
        return {}, RowRules()
    return _make_cell_rules(found, columns), make_row_rules(found.rows, columns.names, sample)


def _make_cell_rules(found: Format, columns: Columns) -> dict[int, CellRule]:
    blanks = {_lower(text): "" for text in found.blanks}
    rules: dict[int, CellRule] = {}
    for i, field in enumerate(columns.fields):
        own = _find_own(found, field, columns.names[i]) if field else None
        words = _words_of(found, field, own) if field else {}
        adds_up = own.adds_up if own else False
        if (blanks or words or adds_up) and not columns.ignored[i]:
            rules[i] = CellRule(values=blanks, adds_up=adds_up, words=words)
    return rules


def _find_own(found: Format, field: str, name: str) -> Column | None:
    """Return the format's column for a field that has this name in the file."""
    return next((c for c in found.columns_of(field) if find_headers(c.header, [name])), None)


def _words_of(found: Format, field: str, own: Column | None) -> Values:
    values = found.values.get(field, {}) | (own.values if own else {})
    read = {_lower(text): value for text, value in values.items()}
    return _invert(read) if own and own.inverted else read


def _invert(values: Values) -> Values:
    """Return the words for true and false, and a mark, with the opposite meaning."""
    words = dict.fromkeys((*TRUE_WORDS, "x"), "true")
    words |= dict.fromkeys(FALSE_WORDS, "false") | values
    return {word: "false" if value == "true" else "true" for word, value in words.items()}


def _lower(text: str) -> str:
    return text.strip().lower()
