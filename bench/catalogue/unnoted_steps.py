"""Import steps whose merge records no blocks; only for the workers of `bench.catalogue.note`.

Importing this module changes the merge statement of the whole process.
"""

from bench.catalogue.note import take_out_note
from chalicelib.imports.steps.handlers import (
    check_stage,
    finish_import,
    inspect_source,
    merge_key_range,
    plan_ranges,
    scan_span,
    stage_range,
)
from chalicelib.postgres import queries

__all__ = (
    "check_stage",
    "finish_import",
    "inspect_source",
    "merge_key_range",
    "plan_ranges",
    "scan_span",
    "stage_range",
)

_statements = queries("imports")
_statements["upsert_key_range"] = take_out_note(_statements["upsert_key_range"])
