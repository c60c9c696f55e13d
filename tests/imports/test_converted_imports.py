"""The steps of an import convert its file as often as needed, and no more."""

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.imports.steps import handlers
from chalicelib.settings import Settings
from tests.fakes.aws import BUCKET
from tests.fakes.jobs import as_import
from tests.imports.archives import PACKERS, zip_of
from tests.imports.attempts import claimed_job
from tests.imports.workbooks import xlsx_of

LINES = "".join(f"A-{n},Lamp {n} {'x' * 60}\n" for n in range(20_000))  # more than the head
TEXT = f"sku,name\n{LINES}B-1,Küchenstühle\nB-2,Café\n"


def run(settings: Settings, raw: bytes) -> tuple[list[str], dict[str, Any], int]:
    """Run the steps up to the plan; return their names, what was detected and the records."""
    jobs, s3 = services().jobs, services().client("s3")
    job = claimed_job(jobs, raw)
    source = dict(job.source or {})
    source["etag"] = s3.put_object(Bucket=BUCKET, Key=source["key"], Body=raw)["ETag"].strip('"')
    jobs.update(job.job_id, lambda found: as_import(found).reading(source))
    event, ran = {"job_id": job.job_id, "attempt": job.attempt}, ["inspect_source"]
    found: dict[str, Any] = {}
    while ran[-1] != "done":
        assert len(ran) < 12
        step = getattr(handlers, ran[-1])
        if ran[-1] == "plan_ranges":
            spans = range(found["spans"][-1] + 1)
            results = [handlers.scan_span(event | {"span": n}, None) for n in spans]
            found = step(event | {"results": results}, None)
        else:
            found = step(event, None)
        following = {
            "transcode": "transcode_source",
            "transcoded": "inspect_source",
            "ready": "plan_ranges" if "spans" in found else "done",
        }
        ran.append(following[found["outcome"]])
    ended = as_import(jobs.get(job.job_id))
    return ran[:-1], ended.detected or {}, ended.progress.records_total or 0


INSPECT, CONVERT, PLAN = "inspect_source", "transcode_source", "plan_ranges"


@pytest.mark.parametrize(
    ("raw", "steps", "encoding"),
    [
        (TEXT.encode(), [INSPECT, PLAN], "utf-8"),
        (TEXT.encode("utf-16"), [INSPECT, CONVERT, INSPECT, PLAN], "utf-16-le"),
        (TEXT.encode("cp1252"), [INSPECT, PLAN, CONVERT, INSPECT, PLAN], "cp1252"),
        (PACKERS["gzip"](TEXT.encode()), [INSPECT, CONVERT, INSPECT, PLAN], "utf-8"),
        (
            zip_of({"a.csv": TEXT.encode("cp1252")}),
            [INSPECT, CONVERT, INSPECT, PLAN, CONVERT, INSPECT, PLAN],
            "cp1252",
        ),
        (
            PACKERS["zstd"](xlsx_of([line.split(",") for line in TEXT.splitlines()])),
            [INSPECT, CONVERT, INSPECT, CONVERT, INSPECT, PLAN],
            "utf-8",
        ),
    ],
    ids=["utf-8", "utf-16", "cp1252", "gzip", "zip of cp1252", "zstd of xlsx"],
)
def test_file_is_converted_as_often_as_needed(
    raw: bytes, steps: list[str], encoding: str, settings: Settings
) -> None:
    ran, detected, records = run(settings, raw)
    assert (ran, detected["encoding"], records) == (steps, encoding, 20_002)
