"""What an import by the deployed stack left, as the data files of formats and cases describe it."""

from typing import Any

from tests.imports.outcomes import describe
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json


def describe_job(
    api: Api, catalogue: Catalogue, job: Json, expected: dict[str, Any]
) -> dict[str, Any]:
    """Return of a completed import what `expected` describes."""
    skips = [skip for page in api.pages(f"/imports/{job['job_id']}/skipped", 100) for skip in page]
    return describe(
        expected,
        detected=job["detected"],
        products=catalogue.products().values(),
        counts=job["counts"],
        skipped={str(skip["line"]): skip["reason"] for skip in skips},
        rejected={str(reject["line"]): reject["code"] for reject in api.rejects(job["job_id"])},
    )
