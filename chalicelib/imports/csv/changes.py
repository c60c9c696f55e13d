"""Put what `options.columns` says into the rules of a file's cells and numbers."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.errors import JobEndedError
from chalicelib.imports.column_options import ColumnOptions
from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.headers import clean_name
from chalicelib.products.numbers import NumberStyle

_FIELD_OF = {"multiply": "price", "round": "price", "negative": "quantity"}


def change_cells(
    rules: Mapping[int, CellRule], columns: Columns, chosen: Mapping[str, ColumnOptions]
) -> dict[int, CellRule]:
    """Return the rules of a format with what the user chose, which comes before its words.

    Raises JobEndedError for a column that the file doesn't have.
    """
    changed = dict(rules)
    for header, options in chosen.items():
        column = _find_column(columns, header)
        changed[column] = _merge(changed.get(column, CellRule()), options)
    return changed


def change_numbers(
    numbers: NumberStyle, columns: Columns, chosen: Mapping[str, ColumnOptions]
) -> NumberStyle:
    """Return how numbers are read with what the user chose.

    Raises JobEndedError for a column that isn't a number of the right kind.
    """
    for header, options in chosen.items():
        field = columns.fields[_find_column(columns, header)]
        for name, needed in _FIELD_OF.items():
            if getattr(options, name) is not None and field != needed:
                raise JobEndedError(
                    "columns_wrong_field",
                    f"options.columns has {name} for the column {header[:40]!r}, which isn't the"
                    f" {needed}. Remove it, or map the column to {needed} in options.mapping.",
                )
        if options.changes_numbers:
            numbers = replace(numbers, multiply=options.multiply, places=options.round)
        if options.negative is not None:
            numbers = replace(numbers, negative_quantity=options.negative)
    return numbers


def _find_column(columns: Columns, header: str) -> int:
    if clean_name(header) not in columns.names:
        raise JobEndedError(
            "columns_unknown_column",
            f"options.columns names the column {header[:40]!r}, which the header doesn't have. Use"
            " names of the header.",
        )
    return columns.names.index(clean_name(header))


def _merge(rule: CellRule, options: ColumnOptions) -> CellRule:
    return CellRule(
        values=rule.values | {text.strip().lower(): read for text, read in options.values.items()},
        remove_prefix=options.remove_prefix or "",
        remove_suffix=options.remove_suffix or "",
        replace=tuple((replaced.find, replaced.put) for replaced in options.replace),
        case=options.case,
        prefix=options.prefix or "",
        suffix=options.suffix or "",
        default=options.default or "",
        adds_up=rule.adds_up,
        words=rule.words,
        changes_numbers=options.changes_numbers,
    )
