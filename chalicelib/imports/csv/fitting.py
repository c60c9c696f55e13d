"""Find the columns that fit a product field, by the format's headers and by aliases."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain

from chalicelib.imports.csv.headers import REST, find_headers, reduce_name
from chalicelib.imports.csv.qualifiers import is_without_tax, remove_qualifiers
from chalicelib.products.fields import FieldName, ProductField
from chalicelib.products.rules import WHITE_SPACE
from chalicelib.products.words import FALSE_WORDS, TRUE_WORDS

Sample = Sequence[Sequence[str]]  # the cells of some records


@dataclass(frozen=True)
class Preferences:
    """What a format says about headers."""

    # The headers or patterns of each field, the best first, equal ones together. Nothing: the file
    # has no column for the field, whatever the aliases say.
    fields: Mapping[FieldName, Sequence[Sequence[str]]] = field(default_factory=dict)
    others: Sequence[str] = ()  # headers that aren't a product field, whatever the aliases say


NO_PREFERENCES = Preferences()


@dataclass(frozen=True)
class Ambiguity:
    """Several columns with values that fit one field, and the one that was chosen."""

    field: FieldName
    headers: tuple[str, ...]
    chosen: str


def find_fitting(
    product_field: ProductField,
    names: Sequence[str],
    free: AbstractSet[int],
    preferences: Preferences = NO_PREFERENCES,
    sample: Sample = (),
) -> list[int]:
    """Return the positions, all in `free`, of the columns that fit a field equally well.

    The first header of the format that the file has counts, or the next one if no record of the
    sample has a value there; then the field's aliases, then its last aliases. If none fits, the
    same for the names without qualifiers, such as `Price (USD)`.
    """
    others = {i for header in preferences.others for i in find_headers(header, names)}
    bare = [remove_qualifiers(name) for name in names]
    for these in (names, bare) if bare != list(names) else (names,):
        if found := _find(product_field, these, free, free - others, preferences, sample):
            return found
    return []


def _find(
    product_field: ProductField,
    names: Sequence[str],
    free: AbstractSet[int],
    unknown: AbstractSet[int],
    preferences: Preferences,
    sample: Sample,
) -> list[int]:
    """Return the columns by the format, or else those by aliases, which are all in `unknown`."""
    preferred = preferences.fields.get(product_field.name)
    if found := _find_preferred(preferred or (), names, free, preferences, sample):
        return found
    if preferred is not None and not preferred:
        return []
    if found := _find_aliases(product_field.aliases, names, unknown):
        return found
    found = _find_aliases(product_field.last_aliases, names, unknown)
    return [i for i in found if product_field.kind != "boolean" or _is_boolean(i, sample)]


def _find_preferred(
    preferred: Sequence[Sequence[str]],
    names: Sequence[str],
    free: AbstractSet[int],
    preferences: Preferences,
    sample: Sample,
) -> list[int]:
    first: list[int] = []
    for headers in preferred:
        if first and REST in headers:
            break
        hits = chain.from_iterable(_find_header(header, names, preferences) for header in headers)
        found = [i for i in dict.fromkeys(hits) if i in free]
        if any(_count_filled(i, sample) for i in found):
            return found
        first = first or found
    return first


def choose_fitting(
    product_field: ProductField, fitting: Sequence[int], names: Sequence[str], sample: Sample
) -> tuple[int, Ambiguity | None]:
    """Return the column to take: the field's own name if it has values, or else the most filled.

    Of equally filled ones, one that isn't said to be without tax. If several have values, their
    ambiguity is returned as well.
    """
    filled = {i: _count_filled(i, sample) for i in fitting}
    own = next((i for i in fitting if reduce_name(names[i]) == product_field.name), None)
    best = max(fitting, key=lambda i: (filled[i], not is_without_tax(names[i])))
    chosen = own if own is not None and filled[own] else best
    with_values = tuple(names[i] for i in fitting if filled[i])
    if len(with_values) < 2:
        return chosen, None
    return chosen, Ambiguity(product_field.name, with_values, names[chosen])


def _find_header(header: str, names: Sequence[str], preferences: Preferences) -> list[int]:
    if header != REST:
        return find_headers(header, names)
    choices = chain.from_iterable(preferences.fields.values())
    listed = (one for one in chain.from_iterable(choices) if one != REST)
    known = {i for one in (*listed, *preferences.others) for i in find_headers(one, names)}
    return [i for i in range(len(names)) if i not in known]


def _find_aliases(
    aliases: Sequence[str], names: Sequence[str], free: AbstractSet[int]
) -> list[int]:
    return [i for alias in aliases for i in find_headers(alias, names) if i in free]


def _is_boolean(column: int, sample: Sample) -> bool:
    words = {cells[column].strip(WHITE_SPACE).lower() for cells in sample if column < len(cells)}
    return bool(words - {""}) and words - {""} <= TRUE_WORDS | FALSE_WORDS


def _count_filled(column: int, sample: Sample) -> int:
    return sum(column < len(cells) and bool(cells[column].strip(WHITE_SPACE)) for cells in sample)
