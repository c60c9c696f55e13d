"""An import that repairs another: it takes the rejects of its parent, which counts them. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.imports.formats.catalogue import NO_FORMAT
from chalicelib.imports.job import ImportJob
from chalicelib.imports.options import ImportOptions
from chalicelib.jobs.models import Job, as_model, keep_if_equal

_MOST_JOBS = 100  # that a parent names, the latest: it has limited room

# Options about single records. The others are about the parent's file: how it is stored, how many
# rejects it may have, and what else is to happen to the catalogue.
_OF_RECORDS = (
    *("format", "decimal_mark", "currency", "rounding", "mode", "match"),
    *("mapping", "columns", "short_rows", "sku_from", "blank"),
)


def inherit_options(parent: ImportJob) -> ImportOptions:
    """Return the options that read a parent's rejects file as the parent read its own.

    They have what was detected there: a few records may show another decimal mark, or another
    column for a field.
    """
    saved = ImportOptions.from_json(parent.options)
    kept = {name: getattr(saved, name) for name in _OF_RECORDS}
    detected = _read_detected(saved, parent.detected or {})
    return ImportOptions().model_copy(update=kept | detected)


def _read_detected(saved: ImportOptions, detected: Mapping[str, Any]) -> dict[str, Any]:
    if not detected:
        return {}
    # A file with very many columns doesn't have all of them among those detected.
    has_all = detected.get("header") is not None
    return {
        "format": detected.get("format") or NO_FORMAT,
        "decimal_mark": saved.decimal_mark or detected.get("decimal_mark"),
        "mapping": dict(detected["columns"]) if has_all else saved.mapping,
    }


def set_repaired(job: Job, child_id: str, fixed: int) -> Job:
    """Note at a parent how many of its rejects are fixed, and an import that took some of them.

    Idempotent. The caller keeps others from counting meanwhile, since the number may decrease.
    """
    parent = as_model(job, ImportJob)
    before = parent.repair or {"fixed": 0, "jobs": []}
    jobs = before["jobs"] if child_id in before["jobs"] else [*before["jobs"], child_id]
    repair = {
        "fixed": fixed,
        "of": parent.counts.rejected,
        "jobs": jobs[-_MOST_JOBS:],
    }
    return keep_if_equal(job, replace(parent, repair=repair))
