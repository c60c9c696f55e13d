"""Examples of imports in the OpenAPI document."""

from chalicelib.jobs.models import Json

SUMMARY_EXAMPLE: Json = {
    "job_id": "job_01m85g57s7w6pgg03m8hrxcz85",
    "kind": "import",
    "status": "COMPLETED",
    "phase": "finish",
    "attempt": 1,
    "filename": "spring.csv",
    "size_bytes": 91,
    "profile": None,
    "progress": {
        "bytes_total": 91,
        "bytes_done": 91,
        "records_total": 3,
        "records_done": 3,
        "percent": 100,
    },
    "counts": {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "skipped": 0,
        "rejected": 1,
    },
    "error": None,
    "cancel_requested": False,
    "requested_by": {"caller_id": "key_01m85g57s7w6pgg03m8hrxcz85", "name": "the shop"},
    "created_at": "2026-11-24T09:30:00.000Z",
    "started_at": "2026-11-24T09:30:01.250Z",
    "finished_at": "2026-11-24T09:30:02.125Z",
    "revertible_until": "2026-12-24T09:30:00.000Z",
    "reverted_by": None,
    "cost": {
        "usd": "0.00046588",
        "gigabyte_seconds": 0.857,
        "requests": 8,
        "transitions": 18,
        "region": "eu-central-1",
        "prices_as_of": "2026-11-25",
    },
    "updated_at": "2026-11-24T09:30:02.125Z",
    "links": {
        "self": "/jobs/job_01m85g57s7w6pgg03m8hrxcz85",
        "rejects": "/imports/job_01m85g57s7w6pgg03m8hrxcz85/rejects",
        "skipped": "/imports/job_01m85g57s7w6pgg03m8hrxcz85/skipped",
        "revert": "/jobs/job_01m85g57s7w6pgg03m8hrxcz85/revert",
    },
}
EXAMPLE: Json = SUMMARY_EXAMPLE | {
    "options": {"mapping": {}, "blank": {}},
    "apply": "auto",
    "plan": None,
    "detected": {
        "encoding": "utf-8",
        "delimiter": ",",
        "header_line": 1,
        "format": None,
        "decimal_mark": ".",
        "currency": None,
        "evidence": {
            "encoding": "UTF-8: no characters outside ASCII were found.",
            "delimiter": "It cuts the header into 3 columns, and 2 of 2 records too.",
            "header_line": "Line 1 names columns for sku, name and price.",
            "decimal_mark": "2 of 2 prices in Regular price have a point before two digits, for"
            " example in line 2.",
        },
        "columns": {"SKU": "sku", "Title": "name", "Regular price": "price"},
        "header": ["SKU", "Title", "Regular price"],
    },
    "warnings": [],
}
