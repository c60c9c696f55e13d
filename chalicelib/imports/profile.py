"""The options of an import that uses a profile: those of the profile, unless others are given."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from chalicelib.errors import FieldProblem
from chalicelib.imports.csv.columns import Use
from chalicelib.imports.options import ImportOptions

EntryT = TypeVar("EntryT")


class SavedProfile(Protocol):
    """What an import needs of a profile."""

    @property
    def profile_id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def header(self) -> tuple[str, ...] | None:
        """The column names of the file that it was made from, if they are known."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Its options, as ImportOptions.to_json writes them."""


def describe_profile(profile: SavedProfile) -> dict[str, str]:
    """Return what an import stores of its profile, which may change later."""
    return {"profile_id": profile.profile_id, "name": profile.name}


def apply_profile(profile: SavedProfile, given: ImportOptions) -> ImportOptions:
    """Return the options of `profile`, each replaced by the one that `given` sets.

    The entries of `blank`, `mapping` and `columns` are replaced one by one.
    Raises pydantic.ValidationError if the options are too many together.
    """
    saved = ImportOptions.from_json(profile.options)
    merged = {
        name: getattr(given if name in given.model_fields_set else saved, name)
        for name in ImportOptions.model_fields
    }
    blank = {name: getattr(given.blank, name) for name in given.blank.model_fields_set}
    merged["blank"] = saved.blank.model_copy(update=blank)
    merged["mapping"] = join_mappings(saved.mapping, given.mapping)
    merged["columns"] = _leave_out(saved.columns, given.columns) | given.columns
    return ImportOptions.model_validate(merged)


def find_contradiction(profile: SavedProfile, given: ImportOptions) -> FieldProblem | None:
    """Return the problem of a given option that an option of the profile doesn't work with.

    Both are valid without the other, so this can only be an option that another one needs.
    """
    saved, names = ImportOptions.from_json(profile.options), given.model_fields_set
    match = (given if "match" in names else saved).match_by
    if "mode" in names and given.merge_mode != "update" and match != "sku":
        return FieldProblem(
            "options.mode",
            "contradicts_profile",
            f"The profile has options.match {match}, which needs options.mode update, and the"
            f" request has options.mode {given.merge_mode}. Remove options.mode from the request,"
            " or set its options.match to sku.",
        )
    mapping = join_mappings(saved.mapping, given.mapping)
    column = next((name for name, use in mapping.items() if use == "id"), None)
    if column is not None and match != "id":
        return FieldProblem(
            "options.match",
            "contradicts_profile",
            f"The profile maps the column {column[:40]!r} to id, which needs options.match id, and"
            f" the request has options.match {match}. Remove options.match from the request, or map"
            " the column to attributes in its options.mapping.",
        )
    return None


def join_mappings(
    saved: Mapping[str, Use | None], given: Mapping[str, Use | None]
) -> dict[str, Use | None]:
    """Return the saved entries, without those whose column or field is given, and the given."""
    fields = set(given.values()) - {None, "attributes"}
    kept = _leave_out(saved, given)
    return {name: use for name, use in kept.items() if use not in fields} | dict(given)


def _leave_out(saved: Mapping[str, EntryT], given: Mapping[str, EntryT]) -> dict[str, EntryT]:
    """Return the saved entries without those whose column is given."""
    columns = {name.strip() for name in given}
    return {name: entry for name, entry in saved.items() if name.strip() not in columns}
