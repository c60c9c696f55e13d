"""Logs and metrics of the deployed functions are structured and have no contents or secrets."""

import json

import pytest

from tests.stack.catalogue import Catalogue, wait_until
from tests.stack.client import Api, Json
from tests.stack.emulator import Emulator, is_structured
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack

SENTINEL = "zanzibar"  # in names, descriptions, skus, rejects and a failing statement
PLATFORM = ("START ", "END ", "REPORT ", "INIT_START ", "XRAY ")
PREFIXES = ("request.", "dependency.", "audit")  # of lines outside steps
CONTENT = make_csv(
    f'{SENTINEL}-1,"{SENTINEL} ""lamp""",1,{SENTINEL}',
    f"{SENTINEL}-2,{SENTINEL},{SENTINEL},",
    f"{SENTINEL}-3,{SENTINEL},1,2,{SENTINEL}",
    f'{SENTINEL}-4,"{SENTINEL}',
    header=f"sku,name,price,{SENTINEL}",
)
CONSTRAINT = f"ALTER TABLE products ADD CONSTRAINT a_fault CHECK (sku <> '{SENTINEL}-1')"


@pytest.fixture(scope="module")
def job(api: Api, stack_catalogue: Catalogue, emulator: Emulator) -> Json:
    """An import with rejects, whose first statement failed once."""
    stack_catalogue.empty()
    stack_catalogue.query(CONSTRAINT)
    try:
        job_id = api.begin(CONTENT)
        failed = {"job_id": job_id, "message": "step.failed"}
        wait_until(lambda: emulator.log_entries(**failed), "a statement that fails")
    finally:
        stack_catalogue.query("ALTER TABLE products DROP CONSTRAINT a_fault")
    ended = api.follow(job_id).job
    assert (ended["status"], ended["counts"]["rejected"]) == ("COMPLETED", 3)
    assert len(api.rejects(job_id)) == 3
    return ended


@pytest.fixture(scope="module")
def refused(api: Api) -> Json:
    """An import whose error quotes the file's header."""
    ended = api.run(make_csv(SENTINEL, header=SENTINEL))
    assert ended["status"] == "FAILED"
    assert SENTINEL in ended["error"]["message"]
    return ended


@pytest.fixture(scope="module")
def lines(job: Json, refused: Json, emulator: Emulator) -> list[str]:
    return [line for line in emulator.log_lines() if line and not line.startswith(PLATFORM)]


def test_every_line_is_structured(lines: list[str], job: Json, emulator: Emulator) -> None:
    # The runtime also logs what a function raises, as plain text. These don't raise here.
    ours = emulator.log_lines(("APIHandler", "ClaimJob", "InspectSource"))
    assert all(map(is_structured, (line for line in ours if not line.startswith(PLATFORM))))
    for line in filter(is_structured, lines):
        entry = json.loads(line)
        if not {"_aws", "execution_arn"} & set(
            entry
        ):  # neither a metric nor a line of the workflow
            assert {"level", "message", "timestamp", "service"} <= set(entry), line
            assert "step" in entry or entry["message"].startswith(PREFIXES), line


def test_lines_of_a_step_name_job_and_step(lines: list[str], job: Json, refused: Json) -> None:
    ours = [json.loads(line) for line in filter(is_structured, lines)]
    entries = [entry for entry in ours if entry.get("job_id") == job["job_id"]]
    ends = [entry for entry in ours if entry.get("job_id") == refused["job_id"]]
    steps = {entry["step"] for entry in (*entries, *ends) if "step" in entry}
    assert steps - {"fan_out_event"} == {  # runs at any time
        "claim_job", "inspect_source", "scan_span", "plan_ranges", "stage_range", "check_stage",
        "merge_key_range", "finish_import", "fail_import",
    }  # fmt: skip
    ranges = [entry for entry in entries if entry.get("step") == "stage_range"]
    assert {(entry["job_id"], entry["range"]) for entry in ranges} == {(job["job_id"], 0)}
    failures = [entry for entry in entries if entry["message"] == "step.failed"]
    assert {entry["error_class"] for entry in failures} == {"StatementError"}


def test_no_line_has_contents_of_a_record_or_a_secret(
    lines: list[str], job: Json, stack_catalogue: Catalogue, api: Api
) -> None:
    text = "\n".join(lines)
    assert job["job_id"] in text
    assert SENTINEL not in text.lower()
    assert stack_catalogue.database.password not in text
    assert api.key.rpartition("_")[2] not in text
    assert "pik_" not in text
    assert "X-Amz-Signature" not in text
    assert "X-Amz-Credential" not in text


def test_metrics_count_records_by_outcome_and_seconds_by_step(lines: list[str]) -> None:
    metrics = [json.loads(line) for line in lines if '"_aws"' in line]
    definitions = [metric["_aws"]["CloudWatchMetrics"][0] for metric in metrics]
    assert {definition["Namespace"] for definition in definitions} == {"ProductImporter"}
    counted = {metric["outcome"] for metric in metrics if "Records" in metric}
    of_imports = {"created", "updated", "unchanged", "duplicate", "skipped", "rejected"}
    of_others = {"missing", "deleted", "exported", "restored", "recreated", "conflicts"}
    assert of_imports <= counted <= of_imports | of_others
    timed = {metric["step"] for metric in metrics if "StepSeconds" in metric}
    assert timed >= {"claim_job", "stage_range", "merge_key_range", "finish_import"}
