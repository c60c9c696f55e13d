"""Which records aren't products, by the row rules of their format."""

from collections.abc import Callable, Sequence

from chalicelib.imports.csv.rows import Condition, SkipRule

HEADER_ROW = "header_row"  # the reason of a record that repeats the header
TOTAL_ROW = "total_row"  # the reason of a record with the totals of a list
_TOTALS = frozenset(
    {
        *("total", "totals", "grand total", "subtotal", "sum"),
        *("summe", "gesamt", "gesamtsumme", "zwischensumme"),
        *("total général", "sous-total", "total general", "suma", "totale", "totale generale"),
        *("totaal", "subtotaal", "итого", "всего"),
    }
)

_Test = Callable[[Sequence[str]], bool]


class SkipRules:
    """The skip rules of one source, ready to be asked about many records."""

    def __init__(self, rules: Sequence[SkipRule]) -> None:
        self._rules = [(rule.reason, make_test(rule.conditions)) for rule in rules]

    def find_reason(self, cells: Sequence[str]) -> str | None:
        """Return why a record with these trimmed cells isn't a product; None if it is one."""
        return next((reason for reason, test in self._rules if test(cells)), None)


def make_test(conditions: Sequence[Condition]) -> _Test:
    """Return whether trimmed cells meet all conditions, as a function of them."""
    tests = [_make_test(condition) for condition in conditions]
    return lambda cells: all(test(cells) for test in tests)


def is_total_row(cells: Sequence[str], required: Sequence[int]) -> bool:
    """Whether a record has the totals of a list: its first text says so, and it lacks a value."""
    if all(cells[column] for column in required):
        return False
    first = next((cell for cell in cells if cell), "")
    return first.rstrip(" :").lower() in _TOTALS


def _make_test(condition: Condition) -> _Test:
    columns, words = condition.columns, frozenset(condition.words)
    match condition.test:
        case "blank":
            return lambda cells: not any(cells[column] for column in columns)
        case "given":
            return lambda cells: any(cells[column] for column in columns)
        case "one_of":
            return lambda cells: all(cells[column].lower() in words for column in columns)
        case "none_of":
            return lambda cells: all(cells[column].lower() not in words for column in columns)
        case "contains":
            return lambda cells: any(w in cells[i].lower() for i in columns for w in words)
