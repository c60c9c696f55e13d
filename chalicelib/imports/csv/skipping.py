"""Which records aren't products, by the row rules of their format."""

from collections.abc import Callable, Sequence

from chalicelib.imports.csv.cells import lower_alike
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rows import Condition, SkipRule

HEADER_ROW = "header_row"  # the reason of a record that repeats the header
TOTAL_ROW = "total_row"  # the reason of a record with the totals of a list
_TOTALS = (
    *("total", "totals", "grand total", "subtotal", "sum"),
    *("summe", "gesamt", "gesamtsumme", "zwischensumme"),
    *("total général", "sous-total", "total general", "suma", "totale", "totale generale"),
    *("totaal", "subtotaal", "итого", "всего"),
)
TOTALS = frozenset(word + end for word in _TOTALS for end in ("", ":", " :"))

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


class TotalRows:
    """Tells the rows with the totals of a list from products."""

    def __init__(self, reading: Reading) -> None:
        fields = reading.columns.fields
        self._key = reading.key_column
        self._name = fields.index("name") if "name" in fields else None
        self._required = reading.required_columns

    def has(self, cells: Sequence[str]) -> bool:
        """Whether the first text of a record says so, and it lacks a value that products have.

        A record that needs no name lacks one if that text is all that would find its product.
        """
        first = next((cell for cell in cells if cell), "")
        if lower_alike(first) not in TOTALS:
            return False
        is_nameless = self._name is None or not cells[self._name]
        has_all = all(cells[column] for column in self._required)
        return not has_all or (is_nameless and cells[self._key] == first)


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
