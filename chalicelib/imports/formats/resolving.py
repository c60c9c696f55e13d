"""Resolve the row rules of a format against a file: from headers to positions."""

from collections.abc import Iterable, Sequence

from chalicelib.imports.csv.fitting import Sample
from chalicelib.imports.csv.headers import find_headers
from chalicelib.imports.csv.rows import Condition, RowRules, SkipRule
from chalicelib.imports.formats.model import CellCondition, Rows, Skip


def make_row_rules(rows: Rows, names: Sequence[str], sample: Sample) -> RowRules:
    """Return the rules for a file with these headers; `sample`: the cells of its first records."""
    skips = (_make_skip(skip, names, sample) for skip in rows.skips)
    return RowRules(
        starts=_make_conditions(rows.starts, names, sample) or (),
        group=_positions(rows.group, names),
        filled=_positions(rows.filled, names),
        inactive_with_first=_positions(rows.inactive_with_first, names),
        name_parts=_positions(rows.name_parts, names),
        sku_from=_positions(rows.sku_from, names),
        listed=_positions(rows.listed, names),
        omitted=tuple(map(_lower, rows.omitted)),
        summed_by=_positions(rows.summed_by, names),
        skips=tuple(skip for skip in skips if skip),
        exact=next(iter(find_headers(rows.exact, names)), None) if rows.exact else None,
    )


def _make_skip(skip: Skip, names: Sequence[str], sample: Sample) -> SkipRule | None:
    """Return the rule; None if the file has no column for one of its conditions."""
    conditions = _make_conditions(skip.when, names, sample)
    if not conditions:
        return None
    return SkipRule(reason=skip.reason, conditions=conditions, with_group=skip.with_group)


def _make_conditions(
    given: Iterable[CellCondition], names: Sequence[str], sample: Sample
) -> tuple[Condition, ...] | None:
    """Return the conditions; None if the file has no column for one of them."""
    conditions = tuple(_make_condition(condition, names, sample) for condition in given)
    return conditions if all(condition.columns for condition in conditions) else None


def _make_condition(condition: CellCondition, names: Sequence[str], sample: Sample) -> Condition:
    columns = _positions(condition.columns, names)
    if condition.test == "other_than_first":
        words = ("", *_find_first(columns, sample))
        return Condition(columns=columns, test="none_of", words=words)
    words = tuple(map(_lower, condition.words))
    return Condition(columns=columns, test=condition.test, words=words)


def _find_first(columns: Sequence[int], sample: Sample) -> list[str]:
    """Return the first text of each column, in lower case."""
    texts = ((_lower(cells[i]) for cells in sample if i < len(cells)) for i in columns)
    return [first for column in texts if (first := next(filter(None, column), ""))]


def _positions(headers: Iterable[str], names: Sequence[str]) -> tuple[int, ...]:
    found = (i for header in headers for i in find_headers(header, names))
    return tuple(dict.fromkeys(found))


def _lower(text: str) -> str:
    return text.strip().lower()
