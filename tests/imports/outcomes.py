"""What an import of a file left, as the data files of formats and cases describe it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from psycopg2.extensions import connection as Connection

from chalicelib.imports.options import ImportOptions
from tests.imports.pipeline import Pipeline, read_catalogue, read_rejects

_ALWAYS = ("products", "skipped", "rejected")


def run_import(
    connection: Connection, raw: bytes, options: dict[str, Any], expected: dict[str, Any]
) -> tuple[Pipeline, dict[str, Any]]:
    """Import a file; return what it left of what `expected` describes."""
    pipeline = Pipeline(
        "", raw, options=ImportOptions.model_validate(options), connection=connection
    )
    counts, rejects = pipeline.run(), read_rejects(connection, pipeline.job_id)
    return pipeline, describe(
        expected,
        products=read_catalogue(connection).values(),
        counts=counts,
        skipped=_read_skips(connection, pipeline.job_id),
        rejected={str(line): reject.code for line, reject in rejects.items()},
    )


def describe(
    expected: dict[str, Any],
    products: Iterable[dict[str, Any]],
    counts: dict[str, int],
    skipped: dict[str, str],
    rejected: dict[str, str],
) -> dict[str, Any]:
    """Return of an import's outcome what `expected` describes: lines are keys, as in JSON."""
    described = expected["products"]
    found = {
        "products": {p["sku"]: _select(p, described.get(p["sku"], {})) for p in products},
        "counts": {name: number for name, number in counts.items() if number},
        "skipped": skipped,
        "rejected": rejected,
    }
    return {name: found[name] for name in (*_ALWAYS, *expected) if name in found}


def complete(expected: dict[str, Any]) -> dict[str, Any]:
    """Return what a data file says about the outcome, with nothing skipped or rejected by default.

    Its other members say how the file is imported.
    """
    stated = {name: expected[name] for name in expected if name in (*_ALWAYS, "counts")}
    return {"skipped": {}, "rejected": {}} | stated


def _select(values: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return of a product what `described` names: decimals as text."""
    found = {name: values[name] for name in described if name != "attributes"}
    found = {n: str(v) if isinstance(v, Decimal) else v for n, v in found.items()}
    if "attributes" in described:
        found["attributes"] = {n: values["attributes"].get(n) for n in described["attributes"]}
    return found


def _read_skips(connection: Connection, job_id: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, reason FROM import_skips WHERE job_id = %s", (job_id,))
        return {str(line): reason for line, reason in cursor}
