"""What an import of a file left, as the data files of formats and cases describe it."""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.dialect import detect_encoding
from chalicelib.imports.csv.transcode import transcode
from chalicelib.imports.options import ImportOptions
from tests.imports.pipeline import Pipeline, read_catalogue, read_rejects

_ALWAYS = ("products", "skipped", "rejected")


def run_import(
    connection: Connection, raw: bytes, options: dict[str, Any], expected: dict[str, Any]
) -> tuple[Pipeline, dict[str, Any]]:
    """Import a file; return what it left of what `expected` describes."""
    chosen = ImportOptions.model_validate(options)
    job_id = f"job_{secrets.token_hex(6)}"
    encoding = detect_encoding(raw, chosen.encoding, is_whole=True)
    text = raw if encoding.is_utf8 else b"".join(transcode([raw], encoding.codec))
    pipeline = Pipeline("", text, job_id, chosen, connection=connection)
    counts, rejects = pipeline.run(), read_rejects(connection, pipeline.job_id)
    reading = pipeline.plan.reading
    return pipeline, describe(
        expected,
        detected={
            "encoding": encoding.codec,
            "decimal_mark": reading.numbers.decimal_mark,
            "format": reading.format,
        },
        products=read_catalogue(connection).values(),
        counts=counts,
        skipped=_read_skips(connection, pipeline.job_id),
        rejected={str(line): reject.code for line, reject in rejects.items()},
    )


def describe(
    expected: dict[str, Any],
    detected: dict[str, Any],
    products: Iterable[dict[str, Any]],
    counts: dict[str, int],
    skipped: dict[str, str],
    rejected: dict[str, str],
) -> dict[str, Any]:
    """Return of an import's outcome what `expected` describes: lines are keys, as in JSON."""
    described = expected["products"]
    found = {
        "detected": {name: detected[name] for name in expected.get("detected", {})},
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
    stated = {name: expected[name] for name in expected if name in (*_ALWAYS, "counts", "detected")}
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
