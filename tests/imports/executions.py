"""Executions of the import workflow, by its step functions in the order of its states."""

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.imports.steps import handlers
from tests.fakes.aws import BUCKET
from tests.imports.announced import read_import

Event = dict[str, Any]


def upload(job_id: str, content: bytes) -> None:
    """Put the source of a job where its client would."""
    services().client("s3").put_object(Bucket=BUCKET, Key=f"uploads/{job_id}", Body=content)


def begin_execution(job_id: str, name: str = "") -> Event:
    """Begin an execution of the workflow by its claim; return its state."""
    found = services().client("s3").head_object(Bucket=BUCKET, Key=f"uploads/{job_id}")
    execution = f"arn:aws:states:execution:{job_id}-{read_import(job_id).attempt}{name}"
    described = {
        "bucket": BUCKET,
        "key": f"uploads/{job_id}",
        "size": found["ContentLength"],
        "etag": found["ETag"],
        "execution": execution,
    }
    return {**handlers.claim_job(described, None), "execution": execution}


def execute(job_id: str, name: str = "") -> str:
    """Run one execution to its end; return the outcome of its last step."""
    state = begin_execution(job_id, name)
    execution = state["execution"]
    if state["outcome"] == "claimed":
        state |= handlers.inspect_source(state, None)
        state |= {"results": map_items("scan_span", state, "span", state["spans"])}
    if state["outcome"] in ("ready", "apply"):
        state |= handlers.plan_ranges(state, None)
    if state["outcome"] == "ready":
        state |= {"results": map_items("stage_range", state, "range", state["ranges"])}
        state |= handlers.check_stage(state, None)
    if state["outcome"] == "compare":
        compared = map_items("compare_key_range", state, "key_range", state["key_ranges"])
        state |= handlers.finish_plan(state | {"results": compared}, None)
    if state["outcome"] == "merge":
        merged = map_items("merge_key_range", state, "key_range", state["key_ranges"])
        state |= handlers.finish_import(state | {"results": merged}, None)
    if state["outcome"] in ("failed", "cancelled"):
        state |= handlers.fail_import({"state": state, "execution": execution}, None)
    return str(state["outcome"])


def map_items(step: str, state: Event, name: str, numbers: list[int]) -> list[Event]:
    """Run a step for each number."""
    names = {"job_id": state["job_id"], "attempt": state["attempt"]}
    return [getattr(handlers, step)(names | {name: number}, None) for number in numbers]
