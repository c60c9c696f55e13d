"""Decide from the header row of a file what each of its columns becomes."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Literal, Self

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.fitting import (
    NO_PREFERENCES,
    Ambiguity,
    Preferences,
    Sample,
    choose_fitting,
    find_fitting,
)
from chalicelib.imports.csv.headers import ATTRIBUTE_PREFIX, clean_name
from chalicelib.products.fields import FIELDS, NAMES
from chalicelib.products.limits import ATTRIBUTE_NAME_MAX_LENGTH, MOST_COLUMNS

if TYPE_CHECKING:
    ColumnField = str
    Use = str
else:
    ColumnField = Literal[*NAMES, "id"]  # an id only finds the product
    Use = Literal[*NAMES, "id", "attributes"]  # what a column may become, unless it is left out


@dataclass(frozen=True)
class Columns:
    """What each column of the file is, in the file's order."""

    names: tuple[str, ...]
    fields: tuple[ColumnField | None, ...]  # None: not a product field
    ignored: tuple[bool, ...]  # mapped to null on purpose: not even an attribute
    are_exported: bool = False  # by this product: its headers and cells are undone exactly

    def __len__(self) -> int:
        return len(self.names)

    @property
    def described(self) -> list[Use | None]:
        """What each column becomes: a product field, "attributes", or None for an ignored one."""
        pairs = zip(self.fields, self.ignored, strict=True)
        return [field or (None if is_ignored else "attributes") for field, is_ignored in pairs]

    @property
    def attributes(self) -> tuple[int, ...]:
        """The numbers of the columns that become attributes of the product."""
        return tuple(i for i, what in enumerate(self.described) if what == "attributes")

    def attribute(self, column: int) -> str:
        """Return the name of the attribute that a column becomes."""
        name = self.names[column]
        prefix = ATTRIBUTE_PREFIX.match(name) if self.are_exported else None
        return name[prefix.end() :] if prefix else name

    def describe(self) -> dict[str, str | None]:
        """Return what each column becomes, by header name."""
        return dict(zip(self.names, self.described, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return the columns as JSON values."""
        return {
            "names": self.names,
            "fields": self.fields,
            "ignored": self.ignored,
            "are_exported": self.are_exported,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        names, fields, ignored = (tuple(values[n]) for n in ("names", "fields", "ignored"))
        return cls(names, fields, ignored, values.get("are_exported", False))


def map_columns(
    header: Sequence[str],
    mapping: Mapping[str, Use | None],
    preferences: Preferences = NO_PREFERENCES,
    sample: Sample = (),
    required: Sequence[str] = ("sku", "name"),
) -> Columns:
    """Return what each column is: by `mapping` (header name to use or None), format and alias.

    Raises JobEndedError when the header has too many columns, repeats the name of a product field
    or lacks a required one, when the mapping names an unknown column or maps two columns to one
    field, and when the name of an attribute is too long.
    """
    names = name_columns(header)
    _check_number(names)
    _check_mapping(names, mapping)
    columns = guess_columns(names, mapping, preferences, sample)
    _check_repeated(header, columns, mapping)
    if missing := [name for name in required if name not in columns.fields]:
        raise JobEndedError("header_incomplete", _incomplete(names, missing))
    _check_name_lengths([columns.attribute(i) for i in columns.attributes])
    return columns


def name_columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return the name of each column, each different from the others in any case.

    A column with a blank header is named by its number. A repeated name gets a number: image,
    image_2.
    """
    given = [clean_name(name) for name in header]
    taken = {name.casefold() for name in given}
    seen = {""}
    names = []
    for i, name in enumerate(given, start=1):
        is_free = name.casefold() not in seen
        chosen = name if is_free else _number_name(name or f"column_{i}", taken)
        taken.add(chosen.casefold())
        seen.add(chosen.casefold())
        names.append(chosen)
    return tuple(names)


def _number_name(name: str, taken: AbstractSet[str]) -> str:
    """Return a name that isn't taken: this one, or one with a number."""
    choices = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(choice for choice in choices if choice.casefold() not in taken)


def guess_columns(
    names: Sequence[str],
    mapping: Mapping[str, Use | None],
    preferences: Preferences = NO_PREFERENCES,
    sample: Sample = (),
) -> Columns:
    """Return what each column is, also for a header that isn't accepted."""
    return _choose_columns(names, mapping, preferences, sample)[0]


def find_ambiguities(
    names: Sequence[str],
    mapping: Mapping[str, Use | None],
    preferences: Preferences = NO_PREFERENCES,
    sample: Sample = (),
) -> list[Ambiguity]:
    """Return the fields that several columns with values fit equally well."""
    return _choose_columns(names, mapping, preferences, sample)[1]


def _choose_columns(
    names: Sequence[str],
    mapping: Mapping[str, Use | None],
    preferences: Preferences,
    sample: Sample,
) -> tuple[Columns, list[Ambiguity]]:
    declared = _find_declared(names, mapping)
    uses = [declared.get(i) for i in range(len(names))]
    fields: list[ColumnField | None] = [None if use == "attributes" else use for use in uses]
    ambiguities = []
    for field in FIELDS:
        free = {i for i, taken in enumerate(fields) if not taken and i not in declared}
        fitting = find_fitting(field, names, free, preferences, sample)
        if field.name not in fields and fitting:
            chosen, ambiguity = choose_fitting(field, fitting, names, sample)
            fields[chosen] = field.name
            ambiguities += [ambiguity] if ambiguity else []
    ignored = tuple(i in declared and declared[i] is None for i in range(len(names)))
    return Columns(tuple(names), tuple(fields), ignored), ambiguities


def _find_declared(
    names: Sequence[str], mapping: Mapping[str, Use | None]
) -> dict[int, Use | None]:
    given = {clean_name(name): use for name, use in mapping.items()}
    return {i: given[name] for i, name in enumerate(names) if name in given}


def _check_mapping(names: Sequence[str], mapping: Mapping[str, Use | None]) -> None:
    taken: set[Use] = set()
    for name, use in mapping.items():
        if clean_name(name) not in names:
            raise JobEndedError(
                "mapping_unknown_column",
                f"options.mapping names the column {name!r}, which the header doesn't have; it has"
                f" {listed(names)}.",
            )
        if use in taken:
            raise JobEndedError(
                "mapping_repeated_field",
                f"options.mapping maps two columns to {use}. Map only one of them.",
            )
        taken |= {use} if use and use != "attributes" else set()


def _check_number(names: Sequence[str]) -> None:
    if len(names) > MOST_COLUMNS:
        raise JobEndedError(
            "header_too_wide",
            f"The header has {len(names):,} columns; at most {MOST_COLUMNS:,} are allowed. Remove"
            " some.",
        )


def _check_repeated(
    header: Sequence[str], columns: Columns, mapping: Mapping[str, Use | None]
) -> None:
    """Check that no other column has the name of a product field's column."""
    declared = _find_declared(columns.names, mapping)
    folded = [clean_name(name).casefold() for name in header]
    for i, field in enumerate(columns.fields):
        same = [j for j, name in enumerate(folded) if name == folded[i] and j not in declared]
        if field and len(same) > 1 and i in same and folded[i]:
            numbers = " and ".join(str(j + 1) for j in same)
            names = listed([columns.names[j] for j in same])
            raise JobEndedError(
                "header_repeated",
                f"Columns {numbers} have the same name and both fit {field}. Rename one, or map"
                f" one of {names} in options.mapping.",
            )


def _check_name_lengths(names: Sequence[str]) -> None:
    long = [name for name in names if len(name) > ATTRIBUTE_NAME_MAX_LENGTH]
    if long:
        raise JobEndedError(
            "header_name_too_long",
            f"The header has {listed(long)}; the name of an attribute has at most"
            f" {ATTRIBUTE_NAME_MAX_LENGTH} characters. Shorten it, or map the column to null in"
            " options.mapping.",
        )


def _incomplete(names: Sequence[str], missing: Sequence[str]) -> str:
    message = (
        f"The header has no column for {' and '.join(missing)}; it has {listed(names)}. Rename a"
        " column, or map one in options.mapping."
    )
    if missing == ["name"]:
        message += " To update existing products without their names, set options.mode to update."
    return message


def listed(names: Sequence[str], most: int = 20) -> str:
    """Return the names for a message, the first `most` of them."""
    shown = ", ".join(f"{name[:40]!r}" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
