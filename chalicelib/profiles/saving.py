"""Make the options and the header of a profile from an import."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.profile import join_mappings

# What a profile takes as it was detected where the import's options leave it open.
_TAKEN = ("format", "decimal_mark", "currency")


@dataclass(frozen=True)
class Saved:
    """The options that read a file as an import read it, and the file's header."""

    options: ImportOptions
    header: tuple[str, ...] | None


def read_import(job: ImportJob) -> Saved | None:
    """Return what a profile takes from an import; None until the import has read the header.

    Options that the import left open are taken as they were detected: the format, and without a
    format the columns of the product fields. Delimiter and encoding stay open, since the next file
    may have others.
    """
    if job.detected is None:
        return None
    options, detected = ImportOptions.from_json(job.options), job.detected
    taken: dict[str, Any] = {
        name: detected[name]
        for name in _TAKEN
        if getattr(options, name) is None and _is_option(name, detected.get(name))
    }
    if not detected.get("format"):
        taken["mapping"] = join_mappings(_find_fields(detected), options.mapping)
    header = detected.get("header")
    stored = options.to_json() | taken
    return Saved(ImportOptions.from_json(stored), tuple(header) if header else None)


def _is_option(name: str, value: Any) -> bool:
    """Say whether an option can have this value; a detected currency may be only a sign."""
    try:
        return ImportOptions.from_json({name: value}) != ImportOptions()
    except ValidationError:
        return False


def _find_fields(detected: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that became product fields."""
    columns: dict[str, Any] = detected["columns"]
    return {name: use for name, use in columns.items() if use not in (None, "attributes")}
