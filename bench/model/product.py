"""Write what the product estimates imports with: chalicelib/imports/effort.json."""

import json

from bench.model.calibration import BYTES_PER_RECORD, ROOT, read_effort
from bench.model.duration import PAGES_PER_WAL_BYTE, STAGED_PER_SOURCE_BYTE
from bench.model.machines import function_speed
from bench.model.shape import memory_gb

STAGED_BYTES_PER_RECORD = BYTES_PER_RECORD * STAGED_PER_SOURCE_BYTE
EFFORT = ROOT / "chalicelib" / "imports" / "effort.json"
_FUNCTIONS = {
    "claim_job": "ClaimJob",
    "inspect_source": "InspectSource",
    "scan_span": "ScanSpan",
    "plan_ranges": "PlanRanges",
    "stage_range": "StageRange",
    "check_stage": "CheckStage",
    "merge_key_range": "MergeKeyRange",
    "finish_import": "FinishImport",
}


def make_effort() -> str:
    """Return effort.json: the effort of an import into an empty catalogue, which is the largest."""
    effort = read_effort("initial")
    taken = {
        "scan_span": (effort.scan, 0.0, 0.0),
        "stage_range": (effort.stage_worker, effort.stage_database, STAGED_BYTES_PER_RECORD),
        "merge_key_range": (
            effort.merge_worker,
            effort.merge_database,
            effort.wal_bytes * (1 + PAGES_PER_WAL_BYTE),
        ),
        "finish_import": (effort.serial, 0.0, 0.0),
    }
    steps = {}
    for step, function in _FUNCTIONS.items():
        worker, database, written = taken.get(step, (0.0, 0.0, 0.0))
        memory = memory_gb(function)
        steps[step] = {
            "megabytes": round(memory * 1024),
            "worker_us": round(worker / function_speed(memory) * 1e6, 3),
            "database_us": round(database * 1e6, 3),
            "written_bytes": round(written, 1),
        }
    note = "Written by python -m bench.model --write: microseconds of a record."
    return json.dumps({"comment": note, "steps": steps}, indent=1) + "\n"
